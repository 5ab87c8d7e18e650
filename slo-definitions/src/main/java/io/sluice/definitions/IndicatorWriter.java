package io.sluice.definitions;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Tree;
import io.sluice.definitions.write.FieldsWriter;

import java.util.List;
import java.util.Optional;

/** Writes what {@link IndicatorReader} and {@link SourceReader} read. */
final class IndicatorWriter {
    private IndicatorWriter() {}

    /** The {@code spec} of an SLI. */
    static FieldsWriter spec(Indicator indicator) {
        FieldsWriter spec = new FieldsWriter();
        return switch (indicator) {
            case Indicator.Ratio ratio -> spec.put("ratioMetric", ratio(ratio));
            case Indicator.Raw raw -> spec.put("ratioMetric", raw(raw));
            case Indicator.Threshold threshold ->
                    spec.put(
                            "thresholdMetric",
                            metric(source(threshold.source(), Optional.of(threshold))));
        };
    }

    private static Tree ratio(Indicator.Ratio ratio) {
        FieldsWriter fields = counter(ratio.counter());
        String part = ratio.polarity() == Indicator.Polarity.GOOD ? "good" : "bad";
        // A part has its total's groups, so it need not say them.
        EventSource ungrouped =
                ratio.part().groupBy().equals(ratio.total().groupBy())
                                && ratio.part().breakdownBy().equals(ratio.total().breakdownBy())
                        ? ratio.part().groupedBy(Optional.empty(), List.of())
                        : ratio.part();
        return fields.put(part, metric(source(ungrouped)))
                .put("total", metric(source(ratio.total())))
                .toTree();
    }

    private static Tree raw(Indicator.Raw raw) {
        return counter(raw.counter())
                .put("raw", metric(source(raw.source())))
                .text("rawType", Words.word(IndicatorReader.RAW_TYPES, raw.meaning()))
                .toTree();
    }

    private static FieldsWriter counter(boolean counter) {
        return counter ? new FieldsWriter().truth("counter", true) : new FieldsWriter();
    }

    private static Tree metric(Tree source) {
        return new FieldsWriter().put("metricSource", source).toTree();
    }

    /** A {@code metricSource} of which only the events matter. */
    static Tree source(EventSource source) {
        return source(source, Optional.empty());
    }

    private static Tree source(EventSource source, Optional<Indicator.Threshold> judged) {
        FieldsWriter spec = new FieldsWriter();
        return switch (source) {
            case EventSource.Spans spans -> {
                spec.text("service", spans.service())
                        .text("name", spans.name())
                        .text(
                                "kind",
                                spans.kind().map(k -> Words.word(SourceReader.SPAN_KINDS, k)));
                yield typed("spans", matched(spans, spec, judged));
            }
            case EventSource.Metrics metrics -> {
                spec.text("service", metrics.service()).text("metric", metrics.metric());
                yield typed("metrics", matched(metrics, spec, judged));
            }
            case EventSource.Events events -> {
                spec.text("service", events.service()).text("name", events.name());
                yield typed("events", matched(events, spec, judged));
            }
            case EventSource.Prometheus prometheus -> {
                spec.text("query", prometheus.query());
                judged.ifPresent(threshold -> judged(spec, threshold));
                yield referring(Optional.of("prometheus"), prometheus.dataSource(), spec.toTree());
            }
            case EventSource.Foreign foreign ->
                    referring(foreign.type(), foreign.dataSource(), foreign.spec());
        };
    }

    private static Tree typed(String type, Tree spec) {
        return referring(Optional.of(type), Optional.empty(), spec);
    }

    private static Tree referring(Optional<String> type, Optional<String> dataSource, Tree spec) {
        return new FieldsWriter()
                .text("metricSourceRef", dataSource)
                .text("type", type)
                .put("spec", spec)
                .toTree();
    }

    private static Tree matched(
            EventSource source, FieldsWriter spec, Optional<Indicator.Threshold> judged) {
        spec.someItems("where", conditions(source.where()));
        judged.ifPresent(threshold -> judged(spec, threshold));
        spec.text("groupBy", source.groupBy());
        if (!source.breakdownBy().isEmpty()) {
            spec.texts("breakdownBy", source.breakdownBy());
        }
        return spec.toTree();
    }

    private static void judged(FieldsWriter spec, Indicator.Threshold threshold) {
        switch (threshold.value()) {
            case DURATION -> spec.text("value", "duration");
            case COUNT_PER_MINUTE -> spec.text("value", "countPerMinute");
            case POINT -> {
                // The only value that a point has, so nobody writes it.
            }
        }
        if (threshold.unit() != Indicator.Unit.NONE) {
            spec.text("unit", Words.word(SourceReader.UNITS, threshold.unit()));
        }
    }

    /** One side of a comparison. */
    static Tree.Fields side(List<Condition> conditions) {
        return new FieldsWriter().someItems("where", conditions(conditions)).toTree();
    }

    private static List<Tree.Fields> conditions(List<Condition> conditions) {
        return conditions.stream().map(IndicatorWriter::condition).toList();
    }

    private static Tree.Fields condition(Condition condition) {
        FieldsWriter fields = new FieldsWriter().text("attribute", condition.attribute());
        switch (condition) {
            case Condition.In in -> oneOrMore(fields, "equals", "in", in.values());
            case Condition.NotIn notIn -> oneOrMore(fields, "notEquals", "notIn", notIn.values());
            case Condition.StartsWith startsWith -> fields.text("startsWith", startsWith.prefix());
            case Condition.Exists exists -> fields.truth("exists", exists.expected());
            case Condition.Compare compare ->
                    fields.number(comparison(compare.op()), compare.bound());
        }
        return fields.toTree();
    }

    private static void oneOrMore(
            FieldsWriter fields, String one, String more, List<String> values) {
        if (values.size() == 1) {
            fields.text(one, values.getFirst());
        } else {
            fields.texts(more, values);
        }
    }

    private static String comparison(Op op) {
        return switch (op) {
            case GT -> "above";
            case GTE -> "atLeast";
            case LT -> "below";
            case LTE -> "atMost";
        };
    }
}
