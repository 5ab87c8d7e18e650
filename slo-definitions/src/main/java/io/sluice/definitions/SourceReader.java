package io.sluice.definitions;

import io.sluice.definitions.model.Condition;
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

/** Reads a {@code metricSource}: which events, and for thresholds which value of them. */
final class SourceReader {
    private static final Map<String, SpanKind> SPAN_KINDS =
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

    private static final Map<String, Indicator.Unit> UNITS =
            Words.of(
                    Map.entry("ms", Indicator.Unit.MILLISECONDS),
                    Map.entry("s", Indicator.Unit.SECONDS));

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

    /** Which telemetry is matched. */
    private enum Type {
        SPANS,
        METRICS
    }

    /** A metric ({@code metricSource: …}) whose events are counted. */
    Optional<EventSource> counted(Value metric) {
        return metric.object(fields -> fields.require("metricSource", this::events));
    }

    /** A {@code metricSource} of which only the events matter. */
    Optional<EventSource> events(Value metricSource) {
        return source(metricSource, SourceReader::matcher);
    }

    /** A metric ({@code metricSource: …}) whose values a threshold judges. */
    Optional<Indicator.Threshold> judged(Value metric) {
        return metric.object(
                fields -> fields.require("metricSource", v -> source(v, SourceReader::threshold)));
    }

    /** A {@code where}: conditions of which all must hold. */
    static Optional<List<Condition>> conditions(Value where) {
        return where.someOf(SourceReader::condition);
    }

    /** One side of a comparison: a mapping with a {@code where}. */
    static Optional<List<Condition>> side(Value value) {
        return value.object(fields -> fields.require("where", SourceReader::conditions));
    }

    private <T> Optional<T> source(Value metricSource, BiFunction<Type, Fields, Optional<T>> read) {
        return metricSource.object(
                fields -> {
                    Optional<Value> spec = fields.exactlyOne("spec");
                    Optional<Value> reference = fields.value("metricSourceRef");
                    if (reference.isPresent()) {
                        fields.value("type");
                        references.dataSources.resolve(reference.get());
                        return reference
                                .get()
                                .wrongKey(
                                        "data sources by reference are not supported by Sluice yet",
                                        "`type: spans` or `type: metrics`");
                    }
                    return fields.require("type", SourceReader::type)
                            .flatMap(type -> spec.flatMap(v -> v.object(f -> read.apply(type, f))));
                });
    }

    /**
     * A free text in OpenSLO, so any other type is a legal definition, though none that can be
     * evaluated here.
     */
    private static Optional<Type> type(Value value) {
        return value.text()
                .flatMap(
                        word ->
                                switch (word) {
                                    case "spans" -> Optional.of(Type.SPANS);
                                    case "metrics" -> Optional.of(Type.METRICS);
                                    default ->
                                            value.wrong(
                                                    "metric sources of type "
                                                            + value.node().inMessages()
                                                            + " are not supported by Sluice yet"
                                                            + Texts.didYouMean(
                                                                    word,
                                                                    List.of("spans", "metrics")),
                                                    "spans or metrics");
                                });
    }

    private static Optional<Indicator.Threshold> threshold(Type type, Fields spec) {
        Indicator.Value value =
                switch (type) {
                    case SPANS ->
                            spec.optional("value", v -> v.oneOf(SPAN_VALUES))
                                    .orElse(Indicator.Value.DURATION);
                    case METRICS ->
                            spec.optional("value", v -> v.oneOf(POINT_VALUES))
                                    .orElse(Indicator.Value.POINT);
                };
        Optional<Indicator.Unit> unit =
                switch (value) {
                    case DURATION -> spec.require("unit", v -> v.oneOf(UNITS));
                    case POINT -> spec.optional("unit", v -> v.oneOf(UNITS));
                    case COUNT_PER_MINUTE ->
                            spec.optional("unit", v -> v.wrongKey("a count has no unit", ""));
                };
        return matcher(type, spec)
                .map(
                        source ->
                                new Indicator.Threshold(
                                        source, value, unit.orElse(Indicator.Unit.NONE)));
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
