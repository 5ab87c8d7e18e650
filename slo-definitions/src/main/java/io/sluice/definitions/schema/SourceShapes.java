package io.sluice.definitions.schema;

import java.util.List;
import java.util.Map;

/** The telemetry that is measured: {@code metricSource}, and the indicators made of them. */
final class SourceShapes {
    /** A {@code metricSource} whose events are counted. */
    static final String COUNTED = "CountedSource";

    static final String INLINE_SLI = "InlineSLI";
    static final String SLI_SPEC = "SLISpec";

    private static final String JUDGED = "JudgedSource";
    private static final String RATIO_PART = "RatioPart";

    private SourceShapes() {}

    static void defineIn(Map<String, Schema> definitions) {
        definitions.put("CountedSpans", spans("Which spans are counted."));
        definitions.put("CountedMetrics", metrics("Which metric points are counted."));
        definitions.put("CountedEvents", events("Which log records are counted."));
        definitions.put("JudgedSpans", judgedSpans());
        definitions.put("JudgedMetrics", judgedMetrics());
        definitions.put("JudgedEvents", judgedEvents());
        definitions.put("PrometheusQuery", prometheus());
        definitions.put(COUNTED, source("Counted"));
        definitions.put(JUDGED, source("Judged"));
        definitions.put(
                RATIO_PART,
                Schema.object("Events that are counted.")
                        .must("metricSource", Schema.ref(COUNTED)));
        definitions.put(SLI_SPEC, indicatorSpec());
        definitions.put(
                INLINE_SLI,
                Schema.object("An SLI of this object's own; it has no kind.")
                        .must("metadata", Schema.ref(CommonShapes.METADATA))
                        .must("spec", Schema.ref(SLI_SPEC)));
    }

    private static Schema indicatorSpec() {
        return Schema.object("What is measured: either a ratio of events or a value of each event.")
                .may("description", CommonShapes.description())
                .may(
                        "ratioMetric",
                        Schema.object(
                                        "The share of good events: `good` and `total`, or `bad`"
                                                + " and `total`. For availability and errors.")
                                .may(
                                        "counter",
                                        Schema.bool(
                                                "Whether metric sources are running counters;"
                                                        + " means nothing for spans."))
                                .may("good", Schema.ref(RATIO_PART, "The good ones among `total`."))
                                .may("bad", Schema.ref(RATIO_PART, "The bad ones among `total`."))
                                .may("total", Schema.ref(RATIO_PART, "All events that count."))
                                .may(
                                        "raw",
                                        Schema.ref(
                                                RATIO_PART,
                                                "Instead of counts: a share that was computed"
                                                        + " before, by metrics or Prometheus."))
                                .may(
                                        "rawType",
                                        Schema.words(
                                                "With `raw`: which share it is.",
                                                "success",
                                                "that of good events",
                                                "failure",
                                                "that of bad events"))
                                .rule(
                                        Schema.any()
                                                .with("if", Schema.having("raw"))
                                                .with("then", rawRatio())
                                                .with("else", countedRatio())))
                .may(
                        "thresholdMetric",
                        Schema.object(
                                        "A value of each event, for example how long a span took;"
                                                + " the objective's `op` and `value` say which are"
                                                + " good. For latency.")
                                .must("metricSource", Schema.ref(JUDGED)))
                .oneOf("ratioMetric", "thresholdMetric");
    }

    private static Schema rawRatio() {
        Schema eventsOnly =
                Schema.having("type")
                        .may("type", Schema.any().with("enum", List.of("spans", "events")));
        return Schema.having("rawType")
                .may("good", Schema.any().with("not", Schema.any()))
                .may("bad", Schema.any().with("not", Schema.any()))
                .may("total", Schema.any().with("not", Schema.any()))
                .may("raw", Schema.any().may("metricSource", Schema.not(eventsOnly)));
    }

    private static Schema countedRatio() {
        return Schema.having("total")
                .with("oneOf", List.of(Schema.having("good"), Schema.having("bad")));
    }

    /** An object whose own indicator is a threshold, which needs a bound. */
    static Schema hasInlineThreshold() {
        return Schema.having("indicator")
                .may(
                        "indicator",
                        Schema.having("spec").may("spec", Schema.having("thresholdMetric")));
    }

    private static Schema source(String use) {
        return Schema.object("Where the events come from.")
                .may(
                        "type",
                        Schema.anyOf(
                                "Which telemetry.",
                                Schema.words(
                                        "What Sluice knows.",
                                        "spans",
                                        "OpenTelemetry spans; each one is an event",
                                        "metrics",
                                        "metric points by the metric's name: OTLP, scraped,"
                                                + " DogStatsD",
                                        "events",
                                        "OpenTelemetry log records by their event name",
                                        "prometheus",
                                        "a query that a Prometheus server answers"),
                                Schema.someText(
                                        "Another tool's type, of which Sluice measures nothing.")))
                .may(
                        "metricSourceRef",
                        CommonShapes.name(
                                "The name of a DataSource; its type holds where none is given."))
                .must(
                        "spec",
                        Schema.any()
                                .with("type", "object")
                                .describedAs("Which of them: a matcher, or a query."))
                .with("anyOf", List.of(Schema.having("type"), Schema.having("metricSourceRef")))
                .rule(specOf("spans", use + "Spans"))
                .rule(specOf("metrics", use + "Metrics"))
                .rule(specOf("events", use + "Events"))
                .rule(specOf("prometheus", "PrometheusQuery"));
    }

    private static Schema specOf(String type, String spec) {
        return Schema.when(Schema.saying("type", type), Schema.any().may("spec", Schema.ref(spec)));
    }

    private static Schema prometheus() {
        return Schema.any()
                .with("type", "object")
                .describedAs("A query in PromQL; other keys are kept and mean nothing to Sluice.")
                .may("query", Schema.someText("PromQL."))
                .may("promql", Schema.someText("PromQL; another word for `query`."))
                .atMostOneOf("query", "promql");
    }

    private static Schema events(String description) {
        return grouped(
                Schema.object(description + " What is left out matches everything.")
                        .may("service", service())
                        .may(
                                "name",
                                Schema.someText("The event's name.").example("browser.web_vital"))
                        .may("where", where()));
    }

    private static Schema spans(String description) {
        return grouped(
                Schema.object(description + " What is left out matches everything.")
                        .may("service", service())
                        .may(
                                "name",
                                Schema.someText("The span's name.")
                                        .example("GET /catalog", "POST /checkout"))
                        .may(
                                "kind",
                                Schema.words(
                                        "The span's kind.",
                                        "server",
                                        "a request as the service answered it",
                                        "client",
                                        "a request as the caller saw it",
                                        "internal",
                                        "work inside a service",
                                        "producer",
                                        "a message that was sent",
                                        "consumer",
                                        "a message that was handled"))
                        .may("where", where()));
    }

    private static Schema metrics(String description) {
        return grouped(
                Schema.object(description)
                        .may("service", service())
                        .must(
                                "metric",
                                Schema.someText("The metric's name as the protocol says it.")
                                        .example("shop_requests_total"))
                        .may("where", where()));
    }

    private static Schema judgedSpans() {
        return judged(
                spans("Which spans are judged.")
                        .may(
                                "value",
                                Schema.words(
                                                "Which value of a span the objective judges.",
                                                "duration",
                                                "how long it took",
                                                "countPerMinute",
                                                "how many there were in the minute")
                                        .byDefault("duration"))
                        .rule(
                                Schema.any()
                                        .with("if", Schema.saying("value", "countPerMinute"))
                                        .with("then", Schema.any())
                                        .with("else", Schema.having("unit"))));
    }

    private static Schema judgedMetrics() {
        return judged(
                metrics("Which metric points are judged.")
                        .may(
                                "value",
                                Schema.words(
                                                "Which value of a point the objective judges.",
                                                "point",
                                                "a gauge's or histogram's value",
                                                "countPerMinute",
                                                "how many there were in the minute")
                                        .byDefault("point")));
    }

    private static Schema judgedEvents() {
        return events("Which log records are counted per minute.")
                .may(
                        "value",
                        Schema.words(
                                        "Which value the objective judges.",
                                        "countPerMinute",
                                        "how many there were in the minute")
                                .byDefault("countPerMinute"))
                .may("unit", Schema.not(Schema.any()).describedAs("A count has no unit."));
    }

    private static Schema judged(Schema matcher) {
        return matcher.may(
                        "unit",
                        Schema.words(
                                "The unit of the objective's `value`; required for a duration.",
                                "ms",
                                "milliseconds",
                                "s",
                                "seconds"))
                .rule(
                        Schema.when(
                                Schema.saying("value", "countPerMinute"),
                                Schema.not(Schema.having("unit"))));
    }

    private static Schema grouped(Schema matcher) {
        return matcher.may(
                        "groupBy",
                        Schema.someText(
                                        "The attribute whose values are the groups of good and"
                                                + " total, usually the route.")
                                .example("http.route"))
                .may(
                        "breakdownBy",
                        Schema.list(
                                "Attributes by which bad events are counted, so that an alert can"
                                        + " say what burned the budget.",
                                Schema.someText("An attribute.")
                                        .example("service.version", "error.type")));
    }

    private static Schema service() {
        return Schema.someText("The telemetry's `service.name`.");
    }

    private static Schema where() {
        return Schema.ref(
                CommonShapes.CONDITIONS, "What attributes must be; all conditions must hold.");
    }
}
