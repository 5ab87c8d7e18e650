package io.sluice.definitions;

import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Migration;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.SyntheticCheck;
import io.sluice.definitions.model.SyntheticCheck.Statuses;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;
import io.sluice.definitions.yaml.Durations;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Writes what {@link ExclusionReader}, {@link JourneyReader}, {@link SyntheticCheckReader} and
 * {@link MigrationReader} read.
 */
final class MigrationWriter {
    private final SloWriter slos;

    /**
     * @param slos refers to SLIs
     */
    MigrationWriter(SloWriter slos) {
        this.slos = slos;
    }

    static Tree.Fields exclusion(Exclusion exclusion) {
        FieldsWriter appliesTo = new FieldsWriter();
        if (!exclusion.appliesTo().slos().isEmpty()) {
            appliesTo.texts("slos", exclusion.appliesTo().slos());
        }
        if (!exclusion.appliesTo().services().isEmpty()) {
            appliesTo.texts("services", exclusion.appliesTo().services());
        }
        if (!exclusion.appliesTo().labels().isEmpty()) {
            FieldsWriter labels = new FieldsWriter();
            exclusion.appliesTo().labels().forEach(labels::texts);
            appliesTo.put("labels", labels.toTree());
        }
        FieldsWriter spec =
                new FieldsWriter()
                        .text("reason", exclusion.reason())
                        .put("appliesTo", appliesTo.toTree());
        switch (exclusion.when()) {
            case Exclusion.Once(var interval) ->
                    spec.put(
                            "once",
                            new FieldsWriter()
                                    .text("start", interval.start().toString())
                                    .text("end", interval.end().toString())
                                    .toTree());
            case Exclusion.Recurring recurring ->
                    spec.put(
                            "recurring",
                            new FieldsWriter()
                                    .text("start", Times.written(recurring.start()))
                                    .text("timeZone", recurring.zone().getId())
                                    .text("duration", Durations.written(recurring.length()))
                                    .text("rule", recurring.rule().text())
                                    .toTree());
        }
        return ObjectWriter.object(Kind.EXCLUSION, exclusion.metadata(), spec);
    }

    Tree.Fields journey(Journey journey) {
        FieldsWriter spec =
                new FieldsWriter()
                        .someText("description", journey.description())
                        .text("service", journey.service())
                        .someItems(
                                "sides",
                                journey.sides().stream().map(MigrationWriter::side).toList())
                        .someItems("steps", journey.steps().stream().map(this::step).toList());
        return ObjectWriter.object(Kind.JOURNEY, journey.metadata(), spec);
    }

    private static Tree.Fields side(Journey.Side side) {
        FieldsWriter fields = new FieldsWriter().text("name", side.name());
        IndicatorWriter.side(side.where()).fields().forEach(fields::put);
        return fields.toTree();
    }

    private Tree.Fields step(Journey.Step step) {
        FieldsWriter fields =
                new FieldsWriter()
                        .text("name", step.name())
                        .someText("displayName", step.displayName());
        slos.indicator(fields, step.sli(), step.indicator());
        step.threshold().ifPresent(threshold -> SloWriter.threshold(fields, threshold));
        return fields.toTree();
    }

    static Tree.Fields check(SyntheticCheck check) {
        FieldsWriter headers = new FieldsWriter();
        check.headers().forEach(headers::text);
        FieldsWriter spec =
                new FieldsWriter()
                        .someText("description", check.description())
                        .text("service", check.service())
                        .text("url", check.url().toString())
                        .text("method", check.method().name());
        if (!check.headers().isEmpty()) {
            spec.put("headers", headers.toTree());
        }
        spec.text("body", check.body())
                .put("expect", expectation(check.expectation()))
                .text("interval", Durations.written(check.interval()))
                .text("timeout", Durations.written(check.timeout()));
        if (!check.locations().isEmpty()) {
            spec.texts("locations", check.locations());
        }
        return ObjectWriter.object(Kind.SYNTHETIC_CHECK, check.metadata(), spec);
    }

    private static Tree expectation(SyntheticCheck.Expectation expectation) {
        return new FieldsWriter()
                .texts(
                        "status",
                        expectation.statuses().stream().map(MigrationWriter::statuses).toList())
                .text("bodyContains", expectation.bodyContains())
                .text("latency", written(expectation.latency()))
                .text("certificateLeft", written(expectation.certificateLeft()))
                .toTree();
    }

    /**
     * @throws IllegalArgumentException for a range that is neither one status nor a class, which
     *     the language has no word for
     */
    private static String statuses(Statuses statuses) {
        if (statuses.first() == statuses.last()) {
            return Integer.toString(statuses.first());
        }
        if (statuses.first() % 100 == 0 && statuses.last() == statuses.first() + 99) {
            return statuses.first() / 100 + "xx";
        }
        throw new IllegalArgumentException("no word for " + statuses);
    }

    private static Optional<String> written(Optional<Duration> length) {
        return length.map(Durations::written);
    }

    static Tree.Fields migration(Migration migration) {
        FieldsWriter spec =
                new FieldsWriter()
                        .someText("description", migration.description())
                        .someItems(
                                "phases",
                                migration.phases().stream().map(MigrationWriter::phase).toList())
                        .someItems("goals", criteria(migration.goals()));
        return ObjectWriter.object(Kind.MIGRATION, migration.metadata(), spec);
    }

    private static Tree.Fields phase(Migration.Phase phase) {
        FieldsWriter fields =
                new FieldsWriter()
                        .text("name", phase.name())
                        .someText("displayName", phase.displayName())
                        .someText("description", phase.description());
        phase.months()
                .ifPresent(
                        months ->
                                fields.put(
                                        "months",
                                        new FieldsWriter()
                                                .number("first", months.first())
                                                .number("last", months.last())
                                                .toTree()));
        return fields.texts("dependsOn", phase.dependsOn())
                .truth("decommission", phase.decommission())
                .someItems("criteria", criteria(phase.criteria()))
                .toTree();
    }

    private static List<Tree.Fields> criteria(List<Criterion> criteria) {
        return criteria.stream().map(MigrationWriter::criterion).toList();
    }

    private static Tree.Fields criterion(Criterion criterion) {
        FieldsWriter fields =
                new FieldsWriter()
                        .text("name", criterion.name())
                        .someText("description", criterion.description());
        FieldsWriter what = new FieldsWriter();
        return switch (criterion) {
            case Migration.ObjectivesMet met ->
                    fields.put(
                                    "objectives",
                                    what.texts("slos", met.slos())
                                            .text("over", Durations.written(met.over()))
                                            .toTree())
                            .toTree();
            case Migration.TrafficShare share ->
                    fields.put(
                                    "trafficShare",
                                    what.texts("cutovers", share.cutovers())
                                            .number("atLeast", share.atLeast())
                                            .text("for", Durations.written(share.during()))
                                            .toTree())
                            .toTree();
            case Migration.NoTraffic silence ->
                    fields.put(
                                    "noTraffic",
                                    what.put("source", IndicatorWriter.source(silence.source()))
                                            .text("for", Durations.written(silence.during()))
                                            .toTree())
                            .toTree();
            case Migration.ResultReached result ->
                    fields.put(
                                    "result",
                                    what.text("results", result.table())
                                            .text("row", result.row())
                                            .number(
                                                    direction(result.reached().direction()),
                                                    result.reached().amount())
                                            .toTree())
                            .toTree();
            case Migration.Attestation attestation ->
                    fields.put(
                                    "attestation",
                                    what.text("role", attestation.role())
                                            .text("statement", attestation.statement())
                                            .text("validFor", written(attestation.validFor()))
                                            .toTree())
                            .toTree();
        };
    }

    private static String direction(Migration.Direction direction) {
        return switch (direction) {
            case DOWN_BY -> "downBy";
            case UP_BY -> "upBy";
            case AT_LEAST -> "atLeast";
            case AT_MOST -> "atMost";
        };
    }
}
