package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Op;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads alert policies, conditions and notification targets, on their own, inline and by reference.
 */
final class AlertReader {
    /**
     * Bad events in the long window below which nobody is told, unless {@link
     * Annotations#MINIMUM_BAD_EVENTS} says otherwise. At ten requests an hour and 99.9 % a single
     * failure is a burn rate of 100; five are the fewest that are unlikely to be one user's
     * retries.
     */
    static final long MINIMUM_BAD_EVENTS = 5;

    /** The workbook's ratio of long to short window. */
    static final int SHORT_WINDOWS_IN_LONG = 12;

    /** Counts are kept in buckets of ten seconds, so no window is finer. */
    private static final long GRID_SECONDS = 10;

    private final References references;

    AlertReader(References references) {
        this.references = references;
    }

    /**
     * A condition, with what its lints need.
     *
     * @param threshold exact, as written
     */
    record ReadCondition(AlertCondition condition, BigDecimal threshold, Value thresholdAt) {}

    /** A policy, with what its conditions' lints need. */
    record ReadPolicy(AlertPolicy policy, List<ReadCondition> conditions) {}

    /**
     * The {@code metadata} and {@code spec} of an AlertNotificationTarget. Delivery is the server's
     * business, so only its name is kept.
     */
    Optional<Metadata> notificationTarget(Fields object) {
        Optional<ReadMetadata> metadata = object.require("metadata", MetadataReader::read);
        object.require(
                "spec",
                spec ->
                        spec.object(
                                fields -> {
                                    fields.optional("description", MetadataReader::description);
                                    return fields.require("target", Value::someText);
                                }));
        return metadata.map(ReadMetadata::metadata);
    }

    /** The {@code metadata} and {@code spec} of an AlertCondition. */
    Optional<ReadCondition> condition(Fields object) {
        Optional<ReadMetadata> metadata = object.require("metadata", MetadataReader::read);
        return object.require(
                "spec",
                spec ->
                        spec.object(
                                fields -> {
                                    fields.optional("description", MetadataReader::description);
                                    Optional<Severity> severity =
                                            fields.require("severity", AlertReader::severity);
                                    return fields.require(
                                            "condition",
                                            v ->
                                                    v.object(
                                                            burnRate ->
                                                                    burnRate(
                                                                            burnRate, metadata,
                                                                            severity)));
                                }));
    }

    /** The {@code metadata} and {@code spec} of an AlertPolicy. */
    Optional<ReadPolicy> policy(Fields object) {
        Optional<ReadMetadata> metadata = object.require("metadata", MetadataReader::read);
        return object.require("spec", spec -> spec.object(fields -> policySpec(fields, metadata)));
    }

    /** One item of an SLO's {@code alertPolicies}. */
    Optional<ReadPolicy> inlineOrReferred(Value item) {
        return inlineOrReferred(
                item, "alertPolicyRef", references.alertPolicies, Kind.ALERT_POLICY, this::policy);
    }

    private Optional<ReadPolicy> policySpec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        boolean noData = spec.optional("alertWhenNoData", Value::bool).orElse(false);
        boolean resolved = spec.optional("alertWhenResolved", Value::bool).orElse(false);
        boolean breaching = spec.optional("alertWhenBreaching", Value::bool).orElse(true);
        Optional<List<ReadCondition>> conditions =
                spec.require(
                        "conditions",
                        v -> v.someOf(this::conditionItem).filter(_ -> requireSingle(v)));
        spec.require("notificationTargets", v -> v.someOf(this::notificationTargetItem));
        return metadata.flatMap(
                m ->
                        conditions.map(
                                read ->
                                        new ReadPolicy(
                                                new AlertPolicy(
                                                        m.metadata(),
                                                        description,
                                                        noData,
                                                        resolved,
                                                        breaching,
                                                        read.stream()
                                                                .map(ReadCondition::condition)
                                                                .toList()),
                                                read)));
    }

    private static boolean requireSingle(Value conditions) {
        Optional<Value> second =
                conditions.items().filter(items -> items.size() > 1).map(items -> items.get(1));
        second.ifPresent(
                v -> v.wrong("a second condition in one policy", "a policy for each condition"));
        return second.isEmpty();
    }

    private Optional<ReadCondition> conditionItem(Value item) {
        return inlineOrReferred(
                item,
                "conditionRef",
                references.alertConditions,
                Kind.ALERT_CONDITION,
                this::condition);
    }

    private Optional<Metadata> notificationTargetItem(Value item) {
        return inlineOrReferred(
                item,
                "targetRef",
                references.notificationTargets,
                Kind.ALERT_NOTIFICATION_TARGET,
                this::notificationTarget);
    }

    /** Inline parts have a {@code kind}, though no {@code apiVersion}; a reference stands alone. */
    private static <T> Optional<T> inlineOrReferred(
            Value item,
            String reference,
            Registry<T> registry,
            Kind kind,
            Function<Fields, Optional<T>> read) {
        return item.object(
                fields -> {
                    Optional<Value> form = fields.exactlyOne(reference, "kind");
                    if (form.isEmpty()) {
                        fields.value("metadata");
                        fields.value("spec");
                        return Optional.empty();
                    }
                    if (form.get().key().equals(reference)) {
                        return registry.resolve(form.get());
                    }
                    form.get().oneOf(Words.of(Map.entry(kind.word(), kind)));
                    return read.apply(fields);
                });
    }

    private Optional<ReadCondition> burnRate(
            Fields fields, Optional<ReadMetadata> metadata, Optional<Severity> severity) {
        Optional<Value> kind = fields.value("kind");
        kind.ifPresent(v -> v.oneOf(Words.of(Map.entry("burnrate", true))));
        if (kind.isEmpty()) {
            fields.owner()
                    .warnKey(
                            "OpenSLO's validator refuses a condition without `kind`",
                            "`kind: burnrate`");
        }
        Optional<Value> opKey = fields.exactlyOne("op");
        Optional<Op> op = opKey.flatMap(v -> v.oneOf(Words.OPS));
        Optional<Value> thresholdKey = fields.exactlyOne("threshold");
        Optional<BigDecimal> threshold =
                thresholdKey.flatMap(v -> v.number(n -> n.signum() >= 0, "a number from 0 up"));
        Optional<Duration> longWindow = fields.require("lookbackWindow", Durations::positive);
        Duration alertAfter =
                fields.optional("alertAfter", Durations::fromZero).orElse(Duration.ZERO);
        if (metadata.isEmpty()
                || severity.isEmpty()
                || op.isEmpty()
                || threshold.isEmpty()
                || longWindow.isEmpty()) {
            return Optional.empty();
        }
        AlertLints.direction(op.get(), opKey.get());
        AlertLints.underOne(op.get(), threshold.get(), thresholdKey.get());
        AlertCondition condition =
                new AlertCondition(
                        metadata.get().name(),
                        severity.get(),
                        op.get(),
                        threshold.get().doubleValue(),
                        longWindow.get(),
                        shortWindow(metadata.get(), longWindow.get()),
                        alertAfter,
                        minimumBadEvents(metadata.get()));
        return Optional.of(new ReadCondition(condition, threshold.get(), thresholdKey.get()));
    }

    private static Duration shortWindow(ReadMetadata metadata, Duration longWindow) {
        Duration byDefault = onGrid(longWindow.dividedBy(SHORT_WINDOWS_IN_LONG));
        return metadata.annotation(Annotations.SHORT_WINDOW)
                .flatMap(
                        v ->
                                Durations.ownPositive(v)
                                        .flatMap(
                                                read ->
                                                        read.compareTo(longWindow) <= 0
                                                                ? Optional.of(read)
                                                                : v.wrong(
                                                                        "the short window is longer"
                                                                            + " than the long one",
                                                                        "at most "
                                                                                + Durations.inWords(
                                                                                        longWindow))))
                .orElse(byDefault);
    }

    /** To the nearest ten seconds, at least ten. */
    static Duration onGrid(Duration window) {
        long steps = Math.max(1, Math.round(window.toMillis() / (GRID_SECONDS * 1000.0)));
        return Duration.ofSeconds(steps * GRID_SECONDS);
    }

    private static long minimumBadEvents(ReadMetadata metadata) {
        return metadata.annotation(Annotations.MINIMUM_BAD_EVENTS)
                .flatMap(
                        v ->
                                v.text()
                                        .flatMap(
                                                text ->
                                                        text.matches("[0-9]{1,15}")
                                                                ? Optional.of(Long.parseLong(text))
                                                                : v.wrong(
                                                                        "not a count: "
                                                                                + v.node()
                                                                                        .inMessages(),
                                                                        "a whole number from 0, in"
                                                                            + " quotes")))
                .orElse(MINIMUM_BAD_EVENTS);
    }

    /** Free text in OpenSLO; an unknown word does not wake anybody, and says so. */
    private static Optional<Severity> severity(Value value) {
        return value.someText()
                .map(
                        word ->
                                switch (word.toLowerCase(Locale.ROOT)) {
                                    case "page", "critical" -> Severity.PAGE;
                                    case "ticket", "warning", "info" -> Severity.TICKET;
                                    default -> {
                                        value.warn(
                                                "severity "
                                                        + value.node().inMessages()
                                                        + " is taken as a ticket",
                                                "page or ticket");
                                        yield Severity.TICKET;
                                    }
                                });
    }
}
