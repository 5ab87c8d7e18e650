package io.sluice.definitions;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.DataSource;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.SpanKind;
import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Texts;
import io.sluice.definitions.yaml.Value;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Reads a {@code metricSource}: which events, and for thresholds which value of them. Its type is a
 * free text in OpenSLO, so a type that is none of ours is legal; Sluice keeps the source and says
 * that it measures nothing of it.
 */
final class SourceReader {
    static final Map<String, SpanKind> SPAN_KINDS =
            Words.of(
                    Map.entry("internal", SpanKind.INTERNAL),
                    Map.entry("server", SpanKind.SERVER),
                    Map.entry("client", SpanKind.CLIENT),
                    Map.entry("producer", SpanKind.PRODUCER),
                    Map.entry("consumer", SpanKind.CONSUMER));

    private static final Map<String, Indicator.Value> SPAN_VALUES =
            Words.of(
                    Map.entry("duration", Indicator.Value.DURATION),
                    Map.entry("countPerMinute", Indicator.Value.COUNT_PER_MINUTE));

    private static final Map<String, Indicator.Value> POINT_VALUES =
            Words.of(
                    Map.entry("point", Indicator.Value.POINT),
                    Map.entry("countPerMinute", Indicator.Value.COUNT_PER_MINUTE));

    private static final Map<String, Indicator.Value> EVENT_VALUES =
            Words.of(Map.entry("countPerMinute", Indicator.Value.COUNT_PER_MINUTE));

    private static final Map<String, Type> TYPES =
            Words.of(
                    Map.entry("spans", Type.SPANS),
                    Map.entry("metrics", Type.METRICS),
                    Map.entry("events", Type.EVENTS));

    /** Written {@code Prometheus} in OpenSLO's own examples, so any case will do. */
    private static final String PROMETHEUS = "prometheus";

    private static final List<String> MEASURED =
            Stream.concat(TYPES.keySet().stream(), Stream.of(PROMETHEUS)).toList();

    static final Map<String, Indicator.Unit> UNITS =
            Words.of(
                    Map.entry("ms", Indicator.Unit.MILLISECONDS),
                    Map.entry("s", Indicator.Unit.SECONDS));

    private static final List<String> QUERY_KEYS = List.of("query", "promql");

    /** Why a comparison of two sides refuses a source. */
    static final String NO_SIDES =
            "Sluice sees no events of this source, so it cannot tell one side's from the other's";

    private static final Map<String, Operator> OPERATORS =
            Words.of(
                    Map.entry("equals", oneText(Condition.In::new)),
                    Map.entry("notEquals", oneText(Condition.NotIn::new)),
                    Map.entry("in", someTexts(Condition.In::new)),
                    Map.entry("notIn", someTexts(Condition.NotIn::new)),
                    Map.entry(
                            "startsWith",
                            (a, v) -> v.someText().map(t -> new Condition.StartsWith(a, t))),
                    Map.entry("exists", (a, v) -> v.bool().map(e -> new Condition.Exists(a, e))),
                    Map.entry("above", number(Op.GT)),
                    Map.entry("atLeast", number(Op.GTE)),
                    Map.entry("below", number(Op.LT)),
                    Map.entry("atMost", number(Op.LTE)));

    private final References references;

    SourceReader(References references) {
        this.references = references;
    }

    /** Makes a condition of an attribute and what stands behind the operator. */
    @FunctionalInterface
    private interface Operator {
        Optional<Condition> of(String attribute, Value operand);
    }

    /** Telemetry that Sluice receives and matches itself. */
    private enum Type {
        SPANS,
        METRICS,
        EVENTS
    }

    /** A metric ({@code metricSource: …}) whose events are counted. */
    Optional<EventSource> counted(Value metric) {
        return metric.object(fields -> fields.require("metricSource", this::events));
    }

    /** A {@code metricSource} of which only the events matter. */
    Optional<EventSource> events(Value metricSource) {
        return source(metricSource, SourceReader::matcher, Function.identity());
    }

    /** A metric ({@code metricSource: …}) whose values a threshold judges. */
    Optional<Indicator.Threshold> judged(Value metric) {
        return metric.object(
                fields ->
                        fields.require(
                                "metricSource",
                                v ->
                                        source(
                                                v,
                                                SourceReader::threshold,
                                                opaque ->
                                                        new Indicator.Threshold(
                                                                opaque,
                                                                Indicator.Value.POINT,
                                                                Indicator.Unit.NONE))));
    }

    /**
     * As {@link #events}, for a use that adds conditions of its own, which no source can take whose
     * events Sluice does not see.
     */
    Optional<EventSource> sided(Value metricSource) {
        return events(metricSource)
                .filter(
                        source ->
                                !(source instanceof EventSource.Opaque)
                                        || metricSource
                                                .wrongKey(NO_SIDES, Texts.choice(TYPES.keySet()))
                                                .isPresent());
    }

    /** A {@code where}: conditions of which all must hold. */
    static Optional<List<Condition>> conditions(Value where) {
        return where.someOf(SourceReader::condition);
    }

    /** One side of a comparison: a mapping with a {@code where}. */
    static Optional<List<Condition>> side(Value value) {
        return value.object(fields -> fields.require("where", SourceReader::conditions));
    }

    private <T> Optional<T> source(
            Value metricSource,
            BiFunction<Type, Fields, Optional<T>> matched,
            Function<? super EventSource.Opaque, T> opaque) {
        return metricSource.object(
                fields -> {
                    Optional<Value> reference = fields.value("metricSourceRef");
                    Optional<DataSource> dataSource =
                            reference.flatMap(references.dataSources::resolve);
                    Optional<Value> typeAt =
                            reference.isPresent()
                                    ? fields.value("type")
                                    : fields.exactlyOne("type");
                    Optional<String> type = typeAt.flatMap(Value::someText);
                    if (type.isPresent() && dataSource.isPresent()) {
                        warnOfAnother(dataSource.get(), type.get(), typeAt.get());
                    }
                    Optional<Value> spec = fields.exactlyOne("spec");
                    Optional<Value> at = typeAt.or(() -> reference);
                    Optional<String> word = type.or(() -> dataSource.map(DataSource::type));
                    if (word.isEmpty() || at.isEmpty() || spec.isEmpty()) {
                        return Optional.empty();
                    }
                    Type ours = TYPES.get(word.get());
                    return ours != null
                            ? spec.get().object(f -> matched.apply(ours, f))
                            : opaque(word.get(), at.get(), dataSource, spec.get()).map(opaque);
                });
    }

    private static void warnOfAnother(DataSource dataSource, String type, Value typeAt) {
        if (!dataSource.type().equalsIgnoreCase(type)) {
            typeAt.warn(
                    "`"
                            + Texts.shortened(type)
                            + "` is taken, though the data source is of type `"
                            + Texts.shortened(dataSource.type())
                            + "`",
                    "the same type, or none");
        }
    }

    private static Optional<EventSource.Opaque> opaque(
            String type, Value at, Optional<DataSource> dataSource, Value spec) {
        if (type.equalsIgnoreCase(PROMETHEUS)) {
            return prometheus(type, dataSource, spec);
        }
        Optional<String> meant = Texts.nearest(type, MEASURED);
        if (meant.isPresent() && at.key().equals("type")) {
            return at.wrong(
                    "unknown `type` `"
                            + Texts.shortened(type)
                            + "`, did you mean `"
                            + meant.get()
                            + "`?",
                    Texts.choice(MEASURED) + ", or another tool's type");
        }
        at.note(
                "Sluice measures nothing of a source of type `" + Texts.shortened(type) + "`",
                Texts.choice(MEASURED) + " for one that it measures");
        return foreign(type, dataSource, spec);
    }

    private static Optional<EventSource.Opaque> prometheus(
            String type, Optional<DataSource> dataSource, Value spec) {
        Optional<Fields> fields = spec.fields();
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        List<Value> all = fields.get().all();
        Optional<Value> query = fields.get().atMostOne("query", "promql");
        for (Value other : all) {
            if (!QUERY_KEYS.contains(other.key())) {
                other.noteKey(
                        "`"
                                + Texts.shortened(other.key())
                                + "` means nothing to Sluice"
                                + (query.isPresent()
                                        ? ""
                                        : Texts.didYouMean(other.key(), QUERY_KEYS)),
                        "");
            }
        }
        if (query.isPresent()) {
            return query.flatMap(Value::someText)
                    .map(
                            text ->
                                    new EventSource.Prometheus(
                                            dataSource.map(DataSource::name), text));
        }
        spec.noteKey("Sluice measures nothing of a Prometheus source without a query", "`query`");
        return foreign(type, dataSource, spec);
    }

    private static Optional<EventSource.Opaque> foreign(
            String type, Optional<DataSource> dataSource, Value spec) {
        return Trees.fields(spec)
                .map(
                        tree -> {
                            if (tree.fields().isEmpty()) {
                                spec.warnKey(
                                        "OpenSLO's validator refuses a source with an empty `spec`",
                                        "");
                            }
                            return new EventSource.Foreign(
                                    Optional.of(type), dataSource.map(DataSource::name), tree);
                        });
    }

    private static Optional<Indicator.Threshold> threshold(Type type, Fields spec) {
        Optional<Value> valueAt = spec.value("value");
        Optional<Indicator.Value> value =
                valueAt.isPresent()
                        ? valueAt.flatMap(v -> v.oneOf(valuesOf(type)))
                        : Optional.of(usualValueOf(type));
        Optional<Indicator.Unit> unit =
                value.isEmpty()
                        ? spec.optional("unit", v -> v.oneOf(UNITS))
                        : switch (value.get()) {
                            case DURATION -> spec.require("unit", v -> v.oneOf(UNITS));
                            case POINT -> spec.optional("unit", v -> v.oneOf(UNITS));
                            case COUNT_PER_MINUTE ->
                                    spec.optional(
                                            "unit", v -> v.wrongKey("a count has no unit", ""));
                        };
        return matcher(type, spec)
                .flatMap(
                        source ->
                                value.map(
                                        v ->
                                                new Indicator.Threshold(
                                                        source,
                                                        v,
                                                        unit.orElse(Indicator.Unit.NONE))));
    }

    private static Map<String, Indicator.Value> valuesOf(Type type) {
        return switch (type) {
            case SPANS -> SPAN_VALUES;
            case METRICS -> POINT_VALUES;
            case EVENTS -> EVENT_VALUES;
        };
    }

    private static Indicator.Value usualValueOf(Type type) {
        return switch (type) {
            case SPANS -> Indicator.Value.DURATION;
            case METRICS -> Indicator.Value.POINT;
            case EVENTS -> Indicator.Value.COUNT_PER_MINUTE;
        };
    }

    private static Optional<EventSource> matcher(Type type, Fields spec) {
        Optional<String> service = spec.optional("service", Value::someText);
        List<Condition> where = spec.optional("where", SourceReader::conditions).orElse(List.of());
        Optional<String> groupBy = spec.optional("groupBy", Value::someText);
        List<String> breakdownBy =
                spec.optional("breakdownBy", v -> v.list(Value::someText)).orElse(List.of());
        return switch (type) {
            case SPANS -> {
                Optional<String> name = spec.optional("name", Value::someText);
                Optional<SpanKind> kind = spec.optional("kind", v -> v.oneOf(SPAN_KINDS));
                if (service.isEmpty() && name.isEmpty() && kind.isEmpty() && where.isEmpty()) {
                    spec.owner()
                            .warnKey(
                                    "this matches every span there is",
                                    "service, name, kind or where");
                }
                yield Optional.of(
                        new EventSource.Spans(service, name, kind, where, groupBy, breakdownBy));
            }
            case METRICS ->
                    spec.require("metric", Value::someText)
                            .map(
                                    metric ->
                                            new EventSource.Metrics(
                                                    service, metric, where, groupBy, breakdownBy));
            case EVENTS -> {
                Optional<String> name = spec.optional("name", Value::someText);
                if (service.isEmpty() && name.isEmpty() && where.isEmpty()) {
                    spec.owner()
                            .warnKey("this matches every event there is", "service, name or where");
                }
                yield Optional.of(
                        new EventSource.Events(service, name, where, groupBy, breakdownBy));
            }
        };
    }

    private static Optional<Condition> condition(Value value) {
        return value.object(
                fields -> {
                    Optional<String> attribute = fields.require("attribute", Value::someText);
                    Optional<Value> operand =
                            fields.exactlyOne(OPERATORS.keySet().toArray(String[]::new));
                    return attribute.flatMap(
                            a -> operand.flatMap(v -> requireOperator(v.key()).of(a, v)));
                });
    }

    private static Operator requireOperator(String word) {
        Operator operator = OPERATORS.get(word);
        if (operator == null) {
            throw new IllegalArgumentException("no operator " + word);
        }
        return operator;
    }

    private static Operator oneText(BiFunction<String, List<String>, Condition> make) {
        return (attribute, v) ->
                v.attributeText().map(text -> make.apply(attribute, List.of(text)));
    }

    private static Operator someTexts(BiFunction<String, List<String>, Condition> make) {
        return (attribute, v) ->
                v.someOf(Value::attributeText).map(texts -> make.apply(attribute, texts));
    }

    private static Operator number(Op op) {
        return (attribute, v) ->
                v.number().map(bound -> new Condition.Compare(attribute, op, bound.doubleValue()));
    }
}
