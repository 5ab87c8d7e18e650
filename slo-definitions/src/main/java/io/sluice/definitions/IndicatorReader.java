package io.sluice.definitions;

import io.sluice.definitions.MetadataReader.ReadMetadata;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Sli;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads an SLI, on its own, inline or by reference, and the {@code op} and {@code value} that judge
 * it.
 */
final class IndicatorReader {
    static final String INLINE = "indicator";
    static final String REFERENCE = "indicatorRef";

    static final Map<String, Indicator.Polarity> RAW_TYPES =
            Words.of(
                    Map.entry("success", Indicator.Polarity.GOOD),
                    Map.entry("failure", Indicator.Polarity.BAD));

    private final References references;
    private final SourceReader sources;

    IndicatorReader(References references, SourceReader sources) {
        this.references = references;
        this.sources = sources;
    }

    /** The {@code metadata} and {@code spec} of an SLI; an inline one has nothing else. */
    Optional<Sli> sli(Fields object) {
        Optional<ReadMetadata> metadata = object.require("metadata", MetadataReader.of(Kind.SLI));
        return object.require("spec", spec -> spec.object(fields -> spec(fields, metadata)));
    }

    /** What stands behind {@link #INLINE} or {@link #REFERENCE}. */
    Optional<Sli> inlineOrReferred(Value value) {
        return value.key().equals(REFERENCE)
                ? references.slis.resolve(value)
                : value.object(this::sli);
    }

    /**
     * The {@code op} and {@code value} beside an indicator: required for a threshold, senseless for
     * a ratio.
     *
     * @param indicator empty where it is wrong itself
     */
    static Optional<Objective.Threshold> threshold(Fields fields, Optional<Indicator> indicator) {
        boolean needed = indicator.isPresent() && indicator.get() instanceof Indicator.Threshold;
        Optional<Value> opKey = needed ? fields.exactlyOne("op") : fields.value("op");
        Optional<Value> valueKey = needed ? fields.exactlyOne("value") : fields.value("value");
        Optional<Op> op = opKey.flatMap(v -> v.oneOf(Words.OPS));
        Optional<BigDecimal> bound = valueKey.flatMap(Value::number);
        if (indicator.isPresent() && !needed) {
            for (Value senseless :
                    List.of(opKey, valueKey).stream().flatMap(Optional::stream).toList()) {
                senseless.warnKey(
                        "`"
                                + senseless.key()
                                + "` means nothing for a ratio, whose events are good or bad"
                                + " already",
                        "`op` and `value` with a thresholdMetric only");
            }
            return Optional.empty();
        }
        return op.flatMap(o -> bound.map(b -> new Objective.Threshold(o, b.doubleValue())));
    }

    private Optional<Sli> spec(Fields spec, Optional<ReadMetadata> metadata) {
        String description = spec.optional("description", MetadataReader::description).orElse("");
        return spec.exactlyOne("thresholdMetric", "ratioMetric")
                .flatMap(
                        metric ->
                                metric.key().equals("ratioMetric")
                                        ? metric.object(this::ratio)
                                        : sources.judged(metric).map(Indicator.class::cast))
                .flatMap(
                        indicator ->
                                metadata.map(m -> new Sli(m.metadata(), description, indicator)));
    }

    private Optional<Indicator> ratio(Fields fields) {
        boolean counter = fields.optional("counter", Value::bool).orElse(false);
        Optional<Value> rawType = fields.value("rawType");
        Optional<Value> raw = fields.value("raw");
        if (raw.isPresent()) {
            return rawRatio(fields, raw.get(), counter);
        }
        rawType.ifPresent(
                v -> {
                    v.oneOf(RAW_TYPES);
                    v.warnKey("`rawType` means nothing without `raw`", "`good` or `bad` says it");
                });
        Optional<Value> partKey = fields.exactlyOne("good", "bad");
        Optional<EventSource> part = partKey.flatMap(sources::counted);
        Optional<EventSource> total = fields.require("total", sources::counted);
        if (partKey.isEmpty() || part.isEmpty() || total.isEmpty()) {
            return Optional.empty();
        }
        if (!counter && total.get() instanceof EventSource.Prometheus) {
            partKey.get()
                    .noteKey(
                            "without `counter: true`, Sluice cannot tell how many events a query"
                                    + " means, and this stays unmeasured",
                            "running counters, and `counter: true`");
        }
        Indicator.Polarity polarity =
                partKey.get().key().equals("good")
                        ? Indicator.Polarity.GOOD
                        : Indicator.Polarity.BAD;
        return Optional.of(
                new Indicator.Ratio(
                        polarity,
                        grouped(part.get(), total.get(), partKey.get()),
                        total.get(),
                        counter));
    }

    private Optional<Indicator> rawRatio(Fields fields, Value raw, boolean counter) {
        Optional<Indicator.Polarity> meaning = fields.require("rawType", v -> v.oneOf(RAW_TYPES));
        for (String other : List.of("good", "bad", "total")) {
            fields.value(other)
                    .ifPresent(
                            v -> v.wrongKey("`" + other + "` beside `raw`", "only one of the two"));
        }
        return sources.counted(raw)
                .filter(source -> requireShares(source, raw))
                .flatMap(source -> meaning.map(m -> new Indicator.Raw(m, source, counter)));
    }

    /** A point can be a share; a span or an event only happens. */
    private static boolean requireShares(EventSource source, Value raw) {
        boolean events =
                source instanceof EventSource.Spans || source instanceof EventSource.Events;
        if (events) {
            raw.wrongKey(
                    "`raw` is a share that was computed before, and a span or an event is none",
                    "a source of type metrics or prometheus");
        }
        return !events;
    }

    /**
     * Part and total meet per group, so a part has its total's groups; saying nothing means them
     * too.
     */
    private static EventSource grouped(EventSource part, EventSource total, Value at) {
        boolean otherGroup = part.groupBy().isPresent() && !part.groupBy().equals(total.groupBy());
        boolean otherBreakdown =
                !part.breakdownBy().isEmpty() && !part.breakdownBy().equals(total.breakdownBy());
        if (otherGroup || otherBreakdown) {
            at.wrongKey(
                    "`" + at.key() + "` is grouped otherwise than `total`",
                    "the groups of `total`, or none");
        }
        return switch (part) {
            case EventSource.Spans s ->
                    new EventSource.Spans(
                            s.service(),
                            s.name(),
                            s.kind(),
                            s.where(),
                            total.groupBy(),
                            total.breakdownBy());
            case EventSource.Metrics m ->
                    new EventSource.Metrics(
                            m.service(),
                            m.metric(),
                            m.where(),
                            total.groupBy(),
                            total.breakdownBy());
            case EventSource.Events e ->
                    new EventSource.Events(
                            e.service(), e.name(), e.where(), total.groupBy(), total.breakdownBy());
            case EventSource.Opaque opaque -> opaque;
        };
    }
}
