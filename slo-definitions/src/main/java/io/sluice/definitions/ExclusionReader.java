package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Exclusion.Interval;
import io.sluice.definitions.model.Exclusion.Once;
import io.sluice.definitions.model.Exclusion.Recurring;
import io.sluice.definitions.model.Exclusion.Selector;
import io.sluice.definitions.model.Exclusion.When;
import io.sluice.definitions.model.RecurrenceRule;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.definitions.yaml.YamlNode;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads an exclusion.
 *
 * <pre>{@code
 * apiVersion: sluice.dev/v1
 * kind: Exclusion
 * metadata: {name: nightly-maintenance}
 * spec:
 *   reason: The database is backed up.
 *   appliesTo:                       # at least one of the three; all that is given must hold
 *     slos: [checkout-success]
 *     services: [checkout, cart]
 *     labels: {tier: [business, service]}
 *   once: {start: 2026-02-14T01:00:00+01:00, end: 2026-02-14T02:30:00+01:00}
 *   # or local times and a zone: {start: 2026-02-14 01:00:00, end: …, timeZone: Europe/Berlin}
 *   recurring:                       # instead of once
 *     start: 2026-01-04 02:00:00     # the first one; local time, without a zone or offset
 *     timeZone: Europe/Berlin
 *     duration: 2h
 *     rule: FREQ=WEEKLY;BYDAY=SU     # RFC 5545, from DAILY to YEARLY
 * }</pre>
 */
final class ExclusionReader {
    private static final String TOO_LONG = "what lasts longer than a year is no exclusion";
    private static final String AT_MOST = "at most " + Durations.inWords(Exclusion.MAX_LENGTH);

    private final References references;

    ExclusionReader(References references) {
        this.references = references;
    }

    /**
     * An exclusion, with what its lints need.
     *
     * @param at where it says when
     * @param slos names of the SLOs that it applies to
     * @param known a span, and what is excluded of it: expanding a rule costs more than comparing,
     *     and each exclusion is compared with many
     */
    record ReadExclusion(
            Exclusion exclusion,
            Value at,
            Set<String> slos,
            Interval known,
            List<Interval> expanded) {

        /** What it excludes of a span, and maybe of the time around. */
        List<Interval> expanded(Interval span) {
            boolean covered =
                    !span.start().isBefore(known.start()) && !span.end().isAfter(known.end());
            return covered ? expanded : exclusion.when().within(span.start(), span.end());
        }
    }

    /** The {@code metadata} and {@code spec} of an Exclusion. */
    Optional<ReadExclusion> exclusion(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.EXCLUSION));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    private Optional<ReadExclusion> spec(Fields spec, Optional<ReadMetadata> metadata) {
        Optional<String> reason =
                spec.require(
                        "reason", v -> v.someText().flatMap(_ -> MetadataReader.description(v)));
        Optional<Selector> appliesTo = spec.require("appliesTo", v -> v.object(this::selector));
        Optional<Value> whenAt = spec.exactlyOne("once", "recurring");
        Optional<When> when =
                whenAt.flatMap(
                        v ->
                                v.key().equals("once")
                                        ? v.object(ExclusionReader::once)
                                        : v.object(ExclusionReader::recurring));
        if (metadata.isEmpty() || reason.isEmpty() || appliesTo.isEmpty() || when.isEmpty()) {
            return Optional.empty();
        }
        Set<String> slos =
                references.slos.defined().values().stream()
                        .filter(appliesTo.get()::matches)
                        .map(Slo::name)
                        .collect(Collectors.toCollection(TreeSet::new));
        Interval known =
                switch (when.get()) {
                    case Once once -> once.interval();
                    case Recurring recurring -> {
                        Instant start = ExclusionLints.start(recurring);
                        yield new Interval(
                                start, start.plus(ExclusionLints.HORIZON.multipliedBy(2)));
                    }
                };
        ReadExclusion read =
                new ReadExclusion(
                        new Exclusion(
                                metadata.get().metadata(),
                                reason.get(),
                                appliesTo.get(),
                                when.get()),
                        whenAt.get(),
                        slos,
                        known,
                        when.get().within(known.start(), known.end()));
        ExclusionLints.check(read, references);
        return Optional.of(read);
    }

    private Optional<Selector> selector(Fields fields) {
        List<String> slos =
                fields.optional("slos", v -> v.someOf(references.slos::resolve))
                        .map(all -> all.stream().map(Slo::name).toList())
                        .orElse(List.of());
        List<String> services =
                fields.optional("services", v -> v.someOf(references.services::resolve))
                        .map(all -> all.stream().map(s -> s.metadata().name()).toList())
                        .orElse(List.of());
        Map<String, List<String>> labels =
                fields.optional("labels", v -> v.object(ExclusionReader::labels)).orElse(Map.of());
        if (slos.isEmpty() && services.isEmpty() && labels.isEmpty()) {
            return fields.owner().reading().failed()
                    ? Optional.empty()
                    : fields.owner()
                            .wrongKey("`appliesTo` selects nothing", "slos, services or labels");
        }
        return Optional.of(new Selector(slos, services, labels));
    }

    private static Optional<Map<String, List<String>>> labels(Fields fields) {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        for (Value label : fields.all()) {
            Optional<List<String>> values =
                    label.node() instanceof YamlNode.Sequence
                            ? label.someOf(Value::text)
                            : label.text().map(List::of);
            values.ifPresent(texts -> labels.put(label.key(), texts));
        }
        return Optional.of(labels);
    }

    private static Optional<When> once(Fields fields) {
        Optional<Value> zoneAt = fields.value("timeZone");
        Optional<ZoneId> zone = zoneAt.flatMap(WindowReader::zone);
        if (zoneAt.isPresent() && zone.isEmpty()) {
            fields.exactlyOne("start");
            fields.exactlyOne("end");
            return Optional.empty();
        }
        Optional<Instant> start = fields.require("start", v -> Times.instant(v, zone));
        Optional<Instant> end = fields.require("end", v -> Times.instant(v, zone));
        if (start.isEmpty() || end.isEmpty()) {
            return Optional.empty();
        }
        if (!start.get().isBefore(end.get())) {
            return fields.value("end")
                    .flatMap(v -> v.wrong("the end is not after the start", "a later time"));
        }
        Interval interval = new Interval(start.get(), end.get());
        return Duration.between(interval.start(), interval.end()).compareTo(Exclusion.MAX_LENGTH)
                        > 0
                ? fields.value("end").flatMap(v -> v.wrong(TOO_LONG, AT_MOST))
                : Optional.of(new Once(interval));
    }

    private static Optional<When> recurring(Fields fields) {
        Optional<Value> startAt = fields.exactlyOne("start");
        Optional<LocalDateTime> start = startAt.flatMap(Times::local);
        Optional<ZoneId> zone = fields.require("timeZone", WindowReader::zone);
        Optional<Duration> length = fields.require("duration", ExclusionReader::length);
        Optional<Value> ruleAt = fields.exactlyOne("rule");
        Optional<RecurrenceRule> rule = ruleAt.flatMap(ExclusionReader::rule);
        if (start.isEmpty() || zone.isEmpty() || length.isEmpty() || rule.isEmpty()) {
            return Optional.empty();
        }
        if (!Recurring.begins(start.get(), rule.get())) {
            return startAt.get()
                    .wrong(
                            "the rule does not occur at its start, and RFC 5545 leaves open what"
                                    + " that means",
                            rule.get()
                                    .firstFrom(start.get())
                                    .map(first -> "`" + Times.written(first) + "`")
                                    .orElse("a rule that occurs"));
        }
        return Optional.of(new Recurring(start.get(), zone.get(), length.get(), rule.get()));
    }

    private static Optional<Duration> length(Value value) {
        return Durations.ownPositive(value)
                .flatMap(
                        length ->
                                length.compareTo(Exclusion.MAX_LENGTH) > 0
                                        ? value.wrong(TOO_LONG, AT_MOST)
                                        : Optional.of(length));
    }

    private static Optional<RecurrenceRule> rule(Value value) {
        return value.someText()
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(new RecurrenceRule(text));
                            } catch (IllegalArgumentException e) {
                                return value.wrong(
                                        "not a recurrence rule: " + e.getMessage(),
                                        "as in RFC 5545, for example FREQ=WEEKLY;BYDAY=SU");
                            }
                        });
    }
}
