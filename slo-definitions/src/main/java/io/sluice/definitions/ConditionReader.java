package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an AlertCondition: a burn rate over a long window and, by annotation or default, a short
 * one.
 */
final class ConditionReader {
    /**
     * Bad events in the long window below which nobody is told, unless {@link
     * Annotations#MINIMUM_BAD_EVENTS} says otherwise. At ten requests an hour and 99.9 % a single
     * failure is a burn rate of 100; five are the fewest that are unlikely to be one user's
     * retries.
     */
    static final long MINIMUM_BAD_EVENTS = 5;

    /** The workbook's ratio of long to short window. */
    private static final int SHORT_WINDOWS_IN_LONG = 12;

    /** Counts are kept in buckets of ten seconds, so no window is finer. */
    private static final long BUCKET_MILLIS = 10_000;

    private static final List<String> SEVERITIES =
            List.of("page", "critical", "ticket", "warning", "info");

    private static final Map<String, Boolean> KINDS = Words.of(Map.entry("burnrate", true));

    private ConditionReader() {}

    /**
     * A condition, with what its lints need.
     *
     * @param threshold exact, as written
     */
    record ReadCondition(
            AlertCondition condition,
            BigDecimal threshold,
            Value thresholdAt,
            Value longWindowAt) {}

    /** The {@code metadata} and {@code spec} of an AlertCondition. */
    static Optional<ReadCondition> condition(Fields object) {
        Optional<ReadMetadata> metadata =
                object.require("metadata", MetadataReader.of(Kind.ALERT_CONDITION));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    /** The short window that goes with a long one where nothing else is said. */
    static Duration shortWindowOf(Duration longWindow) {
        return onGrid(longWindow.dividedBy(SHORT_WINDOWS_IN_LONG));
    }

    /** To the nearest whole bucket, at least one. */
    static Duration onGrid(Duration window) {
        long buckets = Math.max(1, (window.toMillis() + BUCKET_MILLIS / 2) / BUCKET_MILLIS);
        return Duration.ofMillis(buckets * BUCKET_MILLIS);
    }

    private static Optional<ReadCondition> spec(Fields spec, Optional<ReadMetadata> metadata) {
        spec.optional("description", MetadataReader::description);
        Optional<Severity> severity = spec.require("severity", ConditionReader::severity);
        long minimumBadEvents =
                metadata.flatMap(m -> m.annotation(Annotations.MINIMUM_BAD_EVENTS))
                        .flatMap(ConditionReader::count)
                        .orElse(MINIMUM_BAD_EVENTS);
        return spec.require(
                "condition",
                v ->
                        v.object(
                                burnRate ->
                                        burnRate(burnRate, metadata, severity, minimumBadEvents)));
    }

    private static Optional<ReadCondition> burnRate(
            Fields fields,
            Optional<ReadMetadata> metadata,
            Optional<Severity> severity,
            long minimumBadEvents) {
        fields.advised(
                        "kind",
                        "OpenSLO's validator refuses a condition without `kind`",
                        "`kind: burnrate`")
                .ifPresent(v -> v.oneOf(KINDS));
        Optional<Value> opAt = fields.exactlyOne("op");
        Optional<Op> op = opAt.flatMap(v -> v.oneOf(Words.OPS));
        Optional<Value> thresholdAt = fields.exactlyOne("threshold");
        Optional<BigDecimal> threshold = thresholdAt.flatMap(Value::number);
        Optional<Value> longWindowAt = fields.exactlyOne("lookbackWindow");
        Optional<Duration> longWindow = longWindowAt.flatMap(ConditionReader::longWindow);
        Optional<Duration> shortWindow = shortWindow(metadata, longWindow);
        Duration alertAfter =
                fields.optional("alertAfter", Durations::fromZero).orElse(Duration.ZERO);
        op.ifPresent(o -> AlertLints.direction(o, opAt.get()));
        op.ifPresent(o -> threshold.ifPresent(t -> AlertLints.underOne(o, t, thresholdAt.get())));
        if (metadata.isEmpty()
                || severity.isEmpty()
                || op.isEmpty()
                || threshold.isEmpty()
                || longWindow.isEmpty()
                || shortWindow.isEmpty()) {
            return Optional.empty();
        }
        AlertCondition condition =
                new AlertCondition(
                        metadata.get().name(),
                        severity.get(),
                        op.get(),
                        threshold.get().doubleValue(),
                        longWindow.get(),
                        shortWindow.get(),
                        alertAfter,
                        minimumBadEvents);
        return Optional.of(
                new ReadCondition(
                        condition, threshold.get(), thresholdAt.get(), longWindowAt.get()));
    }

    private static Optional<Duration> longWindow(Value value) {
        return Durations.shorthand(value)
                .map(
                        read -> {
                            ObjectiveReader.warnOfMonths(read, value);
                            return read.length();
                        });
    }

    private static Optional<Duration> shortWindow(
            Optional<ReadMetadata> metadata, Optional<Duration> longWindow) {
        Optional<Value> annotation = metadata.flatMap(m -> m.annotation(Annotations.SHORT_WINDOW));
        if (annotation.isEmpty()) {
            return longWindow.map(ConditionReader::shortWindowOf);
        }
        Optional<Duration> read = annotation.flatMap(Durations::ownPositive);
        if (read.isPresent()
                && longWindow.isPresent()
                && read.get().compareTo(longWindow.get()) > 0) {
            return annotation
                    .get()
                    .wrong(
                            "the short window is longer than the long one",
                            "at most " + Durations.inWords(longWindow.get()));
        }
        return read;
    }

    /** A count in an annotation, whose value is text. */
    private static Optional<Long> count(Value value) {
        return value.text()
                .flatMap(
                        text ->
                                text.matches("[0-9]{1,15}")
                                        ? Optional.of(Long.parseLong(text))
                                        : value.wrong(
                                                "not a count: " + value.node().inMessages(),
                                                "a whole number from 0, in quotes"));
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
                                                        + " is taken as a ticket"
                                                        + Texts.didYouMean(word, SEVERITIES),
                                                "page or ticket");
                                        yield Severity.TICKET;
                                    }
                                });
    }
}
