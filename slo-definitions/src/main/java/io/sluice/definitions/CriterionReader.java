package io.sluice.definitions;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Migration.Attestation;
import io.sluice.definitions.model.Migration.Criterion;
import io.sluice.definitions.model.Migration.Direction;
import io.sluice.definitions.model.Migration.NoTraffic;
import io.sluice.definitions.model.Migration.ObjectivesMet;
import io.sluice.definitions.model.Migration.Reached;
import io.sluice.definitions.model.Migration.ResultReached;
import io.sluice.definitions.model.Migration.TrafficShare;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Position;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the criteria of a migration's phase, or its goals. Each has a name, maybe a description,
 * and exactly one of five kinds.
 *
 * <pre>{@code
 * - name: soak
 *   objectives: {slos: [checkout-success], over: 7d}
 * - name: half-of-the-traffic
 *   trafficShare: {cutovers: [catalog, cart], atLeast: 0.5, for: 7d}
 * - name: silence
 *   noTraffic: {source: {type: spans, spec: { … }}, for: 7d}
 * - name: faster
 *   result: {results: shopflow, row: Page load time (P99), downBy: 40} # or upBy, atLeast, atMost
 * - name: way-back
 *   attestation: {role: release-manager, statement: The way back was tested., validFor: 14d}
 * }</pre>
 */
final class CriterionReader {
    private final References references;
    private final SourceReader sources;

    CriterionReader(References references, SourceReader sources) {
        this.references = references;
        this.sources = sources;
    }

    /** A list of at least one criterion; names are unique in it. */
    Optional<List<Criterion>> some(Value list) {
        Map<String, Position> names = new HashMap<>();
        return list.someOf(item -> item.object(fields -> criterion(fields, names)));
    }

    private Optional<Criterion> criterion(Fields fields, Map<String, Position> names) {
        Optional<String> name = fields.require("name", v -> Names.unique(v, "criterion", names));
        String description = fields.optional("description", MetadataReader::description).orElse("");
        // A criterion without a name is lost, yet the rest of it is checked.
        String known = name.orElse("");
        return fields.exactlyOne("objectives", "trafficShare", "noTraffic", "result", "attestation")
                .flatMap(
                        kind ->
                                kind.object(
                                        f ->
                                                switch (kind.key()) {
                                                    case "objectives" ->
                                                            objectives(f, known, description);
                                                    case "trafficShare" ->
                                                            trafficShare(f, known, description);
                                                    case "noTraffic" ->
                                                            noTraffic(f, known, description);
                                                    case "result" -> result(f, known, description);
                                                    default -> attestation(f, known, description);
                                                }))
                .filter(_ -> name.isPresent());
    }

    private Optional<Criterion> objectives(Fields fields, String name, String description) {
        List<String> slos =
                fields.require("slos", v -> v.someOf(references.slos::resolve))
                        .map(all -> all.stream().map(Slo::name).toList())
                        .orElse(List.of());
        Optional<Duration> over = fields.require("over", CriterionReader::window);
        return slos.isEmpty()
                ? Optional.empty()
                : over.map(o -> new ObjectivesMet(name, description, slos, o));
    }

    private Optional<Criterion> trafficShare(Fields fields, String name, String description) {
        List<Cutover> cutovers =
                fields.require("cutovers", v -> v.someOf(references.cutovers::resolve))
                        .orElse(List.of());
        Optional<Value> atLeastAt = fields.exactlyOne("atLeast");
        Optional<BigDecimal> atLeast =
                atLeastAt.flatMap(
                        v ->
                                v.number(
                                        n -> n.signum() > 0 && n.compareTo(BigDecimal.ONE) <= 0,
                                        "over 0, up to 1"));
        Optional<Duration> during = fields.require("for", CriterionReader::window);
        if (cutovers.isEmpty() || atLeast.isEmpty()) {
            return Optional.empty();
        }
        CriterionLints.share(atLeastAt.get(), atLeast.get(), cutovers);
        return during.map(
                d ->
                        new TrafficShare(
                                name,
                                description,
                                cutovers.stream().map(Cutover::name).toList(),
                                atLeast.get().stripTrailingZeros(),
                                d));
    }

    private Optional<Criterion> noTraffic(Fields fields, String name, String description) {
        Optional<EventSource> source = fields.require("source", sources::sided);
        Optional<Duration> during = fields.require("for", CriterionReader::window);
        return source.flatMap(s -> during.map(d -> new NoTraffic(name, description, s, d)));
    }

    private Optional<Criterion> result(Fields fields, String name, String description) {
        Optional<ResultsTable> table = fields.require("results", references.resultsTables::resolve);
        Optional<Value> rowAt = fields.exactlyOne("row");
        Optional<ResultsTable.Row> row =
                rowAt.flatMap(v -> v.someText().flatMap(text -> row(text, v, table)));
        Optional<Reached> reached =
                fields.exactlyOne("downBy", "upBy", "atLeast", "atMost")
                        .flatMap(v -> reached(v, row));
        return table.flatMap(
                t ->
                        row.flatMap(
                                r ->
                                        reached.map(
                                                how ->
                                                        new ResultReached(
                                                                name,
                                                                description,
                                                                t.metadata().name(),
                                                                r.metric(),
                                                                how))));
    }

    private static Optional<ResultsTable.Row> row(
            String text, Value at, Optional<ResultsTable> table) {
        if (table.isEmpty()) {
            return Optional.empty();
        }
        List<ResultsTable.Row> rows = table.get().rows();
        List<String> titles = rows.stream().map(ResultsTable.Row::metric).toList();
        return table.get()
                .row(text)
                .or(
                        () ->
                                at.wrong(
                                        "no row by the title "
                                                + at.node().inMessages()
                                                + Texts.didYouMean(text, titles),
                                        Texts.choice(titles)));
    }

    private static Optional<Reached> reached(Value value, Optional<ResultsTable.Row> row) {
        Direction direction =
                switch (value.key()) {
                    case "downBy" -> Direction.DOWN_BY;
                    case "upBy" -> Direction.UP_BY;
                    case "atLeast" -> Direction.AT_LEAST;
                    default -> Direction.AT_MOST;
                };
        boolean change = direction == Direction.DOWN_BY || direction == Direction.UP_BY;
        if (change && row.isPresent() && row.get().improvement() == ResultsTable.Improvement.NONE) {
            return value.wrongKey("this row has no improvement", "atLeast or atMost");
        }
        Optional<BigDecimal> amount =
                change ? value.number(n -> n.signum() > 0, "a number over 0") : value.number();
        return amount.map(a -> new Reached(direction, a));
    }

    private static Optional<Criterion> attestation(Fields fields, String name, String description) {
        Optional<String> role = fields.require("role", Names::read);
        Optional<String> statement =
                fields.require(
                        "statement", v -> v.someText().flatMap(_ -> MetadataReader.description(v)));
        Optional<Duration> validFor = fields.optional("validFor", Durations::ownPositive);
        return role.flatMap(
                r -> statement.map(s -> new Attestation(name, description, r, s, validFor)));
    }

    private static Optional<Duration> window(Value value) {
        Optional<Duration> window = Durations.ownPositive(value);
        window.ifPresent(w -> CriterionLints.window(value, w));
        return window;
    }
}
