package io.sluice.collector;

import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.SpanKind;
import io.sluice.engine.measure.MeasurePlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Random requests and random plans over one small vocabulary, so that they often meet. */
public final class RandomOtlp {

    public static final long NOW = 1_800_000_000_123_456_789L;

    private static final List<String> KEYS =
            List.of(
                    "http.route",
                    "http.response.status_code",
                    "otel.status_code",
                    "severity_number",
                    "shop.side",
                    "k",
                    "service.name",
                    "enduser.region",
                    "länge",
                    "k2");
    private static final List<String> TEXTS =
            List.of(
                    "legacy",
                    "platform",
                    "/cart",
                    "/cart/items",
                    "500",
                    "499.5",
                    "-3",
                    "",
                    "true",
                    "1e3",
                    "0x10",
                    "NaN",
                    "größe",
                    "OK",
                    "ERROR",
                    "5");
    private static final List<String> SERVICES = List.of("cart", "checkout", "strangler-proxy");
    private static final List<String> NAMES = List.of("GET", "POST /cart", "");

    private static final List<String> EVENTS =
            List.of("order.placed", "order.failed", "5", "größe", "");

    private static final List<String> METRICS = List.of("requests", "latency", "größe");

    private final Random random;

    public RandomOtlp(long seed) {
        random = new Random(seed);
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private <T> List<T> some(int atMost, Supplier<T> one) {
        List<T> values = new ArrayList<>();
        for (int i = random.nextInt(atMost + 1); i > 0; i--) {
            values.add(one.get());
        }
        return values;
    }

    public MeasurePlan spanPlan() {
        List<TestPlans.Wanted> wanted =
                some(
                        6,
                        () ->
                                switch (random.nextInt(3)) {
                                    case 0 -> TestPlans.goodOf(spanSource(), spanSource());
                                    case 1 -> TestPlans.badOf(spanSource(), spanSource());
                                    default ->
                                            TestPlans.judged(
                                                    spanSource(),
                                                    oneOf(List.of(Indicator.Unit.values())),
                                                    oneOf(List.of(Op.values())),
                                                    0.5);
                                });
        return TestPlans.plan(wanted, means(this::spanSource));
    }

    private List<ResultsTable.Row> means(Supplier<EventSource> source) {
        return some(2, () -> TestPlans.mean(source.get(), oneOf(List.of(Indicator.Unit.values()))));
    }

    /**
     * Groups and breakdowns are the same for all sources of a plan's measure only by chance; the
     * total's decide.
     */
    private EventSource spanSource() {
        return new EventSource.Spans(
                random.nextBoolean() ? Optional.of(oneOf(SERVICES)) : Optional.empty(),
                random.nextInt(4) == 0 ? Optional.of(oneOf(NAMES)) : Optional.empty(),
                random.nextInt(3) == 0
                        ? Optional.of(oneOf(List.of(SpanKind.values())))
                        : Optional.empty(),
                conditions(),
                Optional.of("http.route"),
                List.of("enduser.region", "k"));
    }

    public List<Condition> conditions() {
        return some(
                2,
                () -> {
                    String key = oneOf(KEYS);
                    return switch (random.nextInt(5)) {
                        case 0 -> new Condition.In(key, some(3, () -> oneOf(TEXTS)));
                        case 1 -> new Condition.NotIn(key, some(3, () -> oneOf(TEXTS)));
                        case 2 ->
                                new Condition.StartsWith(
                                        key,
                                        oneOf(List.of("", "/", "/cart", "leg", "5", "größ", "tr")));
                        case 3 -> new Condition.Exists(key, random.nextBoolean());
                        default ->
                                new Condition.Compare(
                                        key,
                                        oneOf(List.of(Op.values())),
                                        oneOf(List.of(500.0, 499.5, 17.0, 0.0, -3.0)));
                    };
                });
    }

    public ExportTraceServiceRequest traces() {
        return ExportTraceServiceRequest.newBuilder()
                .addAllResourceSpans(some(3, this::resourceSpans))
                .build();
    }

    private ResourceSpans resourceSpans() {
        return ResourceSpans.newBuilder()
                .setResource(resource())
                .addAllScopeSpans(
                        some(
                                3,
                                () ->
                                        ScopeSpans.newBuilder()
                                                .setScope(
                                                        InstrumentationScope.newBuilder()
                                                                .setName("scope"))
                                                .addAllSpans(some(6, this::span))
                                                .setSchemaUrl("https://example.org/schema")
                                                .build()))
                .setSchemaUrl("https://example.org/schema")
                .build();
    }

    public Resource resource() {
        Resource.Builder resource =
                Resource.newBuilder().setDroppedAttributesCount(random.nextInt(3));
        if (random.nextInt(4) > 0) {
            resource.addAttributes(attribute("service.name", text(oneOf(SERVICES))));
        }
        return resource.addAllAttributes(attributes(2)).build();
    }

    public Span span() {
        long end = time();
        return Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setParentSpanId(id(8))
                .setTraceState(
                        oneOf(
                                List.of(
                                        "",
                                        "",
                                        "ot=th:8",
                                        "ot=rv:00,v=1",
                                        "vendor=x, ot=rv:12;th:c;x:y",
                                        "ot=th:zz",
                                        "ot=th:ffffffffffffff")))
                .setName(oneOf(NAMES))
                .setKindValue(random.nextInt(7))
                .setStartTimeUnixNano(
                        random.nextInt(20) == 0
                                ? 0
                                : end - random.nextInt(1_100_000_000) + 50_000_000)
                .setEndTimeUnixNano(end)
                .addAllAttributes(attributes(5))
                .addAllEvents(
                        some(
                                1,
                                () ->
                                        Span.Event.newBuilder()
                                                .setName("exception")
                                                .setTimeUnixNano(end)
                                                .addAllAttributes(attributes(2))
                                                .build()))
                .addAllLinks(some(1, () -> Span.Link.newBuilder().setTraceId(id(16)).build()))
                .setStatus(Status.newBuilder().setCodeValue(random.nextInt(4)).setMessage("m"))
                .setDroppedAttributesCount(random.nextInt(2))
                .setFlags(0x101)
                .build();
    }

    /** Mostly within a minute, sometimes out of bounds, sometimes on them. */
    public long time() {
        return switch (random.nextInt(16)) {
            case 0 -> NOW + TimeUnit.MINUTES.toNanos(10) + random.nextInt(2);
            case 1 -> NOW - TimeUnit.HOURS.toNanos(48) - random.nextInt(2);
            case 2 -> NOW - TimeUnit.DAYS.toNanos(400) - random.nextInt(2);
            case 3 -> random.nextLong();
            case 4 -> 0;
            default -> NOW - random.nextInt(60) * 1_000_000_000L;
        };
    }

    private ByteString id(int length) {
        byte[] id = new byte[random.nextInt(20) == 0 ? random.nextInt(20) : length];
        if (random.nextInt(20) > 0) {
            random.nextBytes(id);
        }
        return ByteString.copyFrom(id);
    }

    public List<KeyValue> attributes(int atMost) {
        return some(atMost, () -> attribute(oneOf(KEYS), value(3)));
    }

    public static KeyValue attribute(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    public static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private AnyValue value(int depth) {
        AnyValue.Builder value = AnyValue.newBuilder();
        return switch (random.nextInt(depth == 0 ? 8 : 10)) {
            case 0, 1, 2 -> text(oneOf(TEXTS));
            case 3 -> value.setBoolValue(random.nextBoolean()).build();
            case 4 ->
                    value.setIntValue(
                                    oneOf(
                                            List.of(
                                                    5L,
                                                    500L,
                                                    -3L,
                                                    Long.MIN_VALUE,
                                                    Long.MAX_VALUE,
                                                    0L)))
                            .build();
            case 5 ->
                    value.setDoubleValue(
                                    oneOf(
                                            List.of(
                                                    500.0,
                                                    499.5,
                                                    -0.0,
                                                    Double.NaN,
                                                    Double.NEGATIVE_INFINITY,
                                                    1e300,
                                                    9007199254740992.0,
                                                    -3.0)))
                            .build();
            case 6 -> value.setBytesValue(ByteString.copyFromUtf8("bytes")).build();
            case 7 -> value.build();
            case 8 ->
                    value.setArrayValue(
                                    ArrayValue.newBuilder()
                                            .addAllValues(some(3, () -> value(depth - 1))))
                            .build();
            default ->
                    value.setKvlistValue(
                                    KeyValueList.newBuilder()
                                            .addAllValues(
                                                    some(
                                                            3,
                                                            () ->
                                                                    attribute(
                                                                            oneOf(KEYS),
                                                                            value(depth - 1)))))
                            .build();
        };
    }

    public MeasurePlan eventPlan() {
        List<TestPlans.Wanted> wanted =
                some(
                        6,
                        () ->
                                random.nextBoolean()
                                        ? TestPlans.goodOf(eventSource(), eventSource())
                                        : TestPlans.badOf(eventSource(), eventSource()));
        return TestPlans.plan(wanted);
    }

    private EventSource eventSource() {
        return new EventSource.Events(
                random.nextBoolean() ? Optional.of(oneOf(SERVICES)) : Optional.empty(),
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(oneOf(EVENTS)),
                random.nextInt(3) == 0 ? conditions() : List.of(),
                Optional.of("http.route"),
                List.of("enduser.region", "k"));
    }

    public ExportLogsServiceRequest logs() {
        return ExportLogsServiceRequest.newBuilder()
                .addAllResourceLogs(
                        some(
                                3,
                                () ->
                                        ResourceLogs.newBuilder()
                                                .setResource(resource())
                                                .addAllScopeLogs(some(3, this::scopeLogs))
                                                .build()))
                .build();
    }

    private ScopeLogs scopeLogs() {
        return ScopeLogs.newBuilder()
                .setScope(InstrumentationScope.newBuilder().setName("scope"))
                .addAllLogRecords(some(6, this::logRecord))
                .build();
    }

    private LogRecord logRecord() {
        LogRecord.Builder record =
                LogRecord.newBuilder()
                        .setTimeUnixNano(random.nextInt(3) == 0 ? 0 : time())
                        .setObservedTimeUnixNano(random.nextInt(3) == 0 ? 0 : time())
                        .setSeverityNumberValue(random.nextInt(25))
                        .setSeverityText("INFO")
                        .setBody(value(3))
                        .setTraceId(id(16))
                        .setSpanId(id(8))
                        .setFlags(1)
                        .addAllAttributes(attributes(4));
        switch (random.nextInt(4)) {
            case 0 -> record.addAttributes(attribute("event.name", text(oneOf(EVENTS))));
            case 1 -> record.addAttributes(attribute("event.name", value(1)));
            case 2 -> record.setEventName(oneOf(EVENTS));
            default ->
                    record.setEventName(oneOf(EVENTS))
                            .addAttributes(attribute("event.name", text(oneOf(EVENTS))));
        }
        return record.build();
    }

    public MeasurePlan metricPlan() {
        List<TestPlans.Wanted> wanted =
                some(
                        6,
                        () ->
                                switch (random.nextInt(4)) {
                                    case 0 -> TestPlans.goodOf(metricSource(), metricSource());
                                    case 1 -> TestPlans.badOf(metricSource(), metricSource());
                                    case 2 ->
                                            TestPlans.shareOf(
                                                    oneOf(List.of(Indicator.Polarity.values())),
                                                    metricSource());
                                    default ->
                                            TestPlans.judged(
                                                    metricSource(),
                                                    oneOf(List.of(Indicator.Unit.values())),
                                                    oneOf(List.of(Op.values())),
                                                    oneOf(List.of(0.07, 70.0, 2.0, 0.0, -2.0)));
                                });
        return TestPlans.plan(wanted, means(this::metricSource));
    }

    private EventSource metricSource() {
        return new EventSource.Metrics(
                random.nextInt(3) == 0 ? Optional.of(oneOf(SERVICES)) : Optional.empty(),
                oneOf(METRICS),
                random.nextInt(3) == 0 ? conditions() : List.of(),
                Optional.of("http.route"),
                List.of("enduser.region", "k"));
    }

    public ExportMetricsServiceRequest metrics() {
        return ExportMetricsServiceRequest.newBuilder()
                .addAllResourceMetrics(
                        some(
                                2,
                                () ->
                                        ResourceMetrics.newBuilder()
                                                .setResource(resource())
                                                .addAllScopeMetrics(
                                                        some(
                                                                2,
                                                                () ->
                                                                        ScopeMetrics.newBuilder()
                                                                                .setScope(
                                                                                        InstrumentationScope
                                                                                                .newBuilder()
                                                                                                .setName(
                                                                                                        "scope"))
                                                                                .addAllMetrics(
                                                                                        some(
                                                                                                4,
                                                                                                this
                                                                                                        ::metric))
                                                                                .build()))
                                                .build()))
                .build();
    }

    private Metric metric() {
        // Where a unit changes, buckets are converted by their middle: the exact comparison keeps
        // to units that stay.
        Metric.Builder metric =
                Metric.newBuilder()
                        .setName(oneOf(METRICS))
                        .setDescription("d")
                        .setUnit(oneOf(List.of("", "s", "ms", "1")));
        AggregationTemporality temporality =
                oneOf(
                        List.of(
                                AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA,
                                AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA,
                                AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE,
                                AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED));
        return switch (random.nextInt(6)) {
            case 0 ->
                    metric.setGauge(Gauge.newBuilder().addAllDataPoints(some(3, this::number)))
                            .build();
            case 1 ->
                    metric.setSum(
                                    Sum.newBuilder()
                                            .setAggregationTemporality(temporality)
                                            .setIsMonotonic(random.nextBoolean())
                                            .addAllDataPoints(some(3, this::number)))
                            .build();
            case 2 ->
                    metric.setHistogram(
                                    Histogram.newBuilder()
                                            .setAggregationTemporality(temporality)
                                            .addAllDataPoints(some(3, this::histogram)))
                            .build();
            case 3 ->
                    metric.setUnit("")
                            .setExponentialHistogram(
                                    ExponentialHistogram.newBuilder()
                                            .setAggregationTemporality(temporality)
                                            .addAllDataPoints(some(3, this::exponential)))
                            .build();
            case 4 ->
                    metric.setSummary(
                                    Summary.newBuilder()
                                            .addAllDataPoints(
                                                    some(
                                                            2,
                                                            () ->
                                                                    SummaryDataPoint.newBuilder()
                                                                            .setTimeUnixNano(time())
                                                                            .setCount(3)
                                                                            .addAllAttributes(
                                                                                    attributes(2))
                                                                            .build())))
                            .build();
            default -> metric.build();
        };
    }

    /** Mostly known, some seconds ago; sometimes minutes ago, or after its time. */
    private long start(long time) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> 0;
            case 2 -> time - random.nextInt(700) * 1_000_000_000L;
            default -> time - random.nextInt(20) * 1_000_000_000L + 1_000_000_000L;
        };
    }

    private int flags() {
        return random.nextInt(8) == 0 ? 1 : 0;
    }

    private NumberDataPoint number() {
        long time = time();
        NumberDataPoint.Builder point =
                NumberDataPoint.newBuilder()
                        .setStartTimeUnixNano(start(time))
                        .setTimeUnixNano(time)
                        .setFlags(flags())
                        .addAllAttributes(attributes(4));
        return switch (random.nextInt(8)) {
            case 0 -> point.build();
            case 1, 2, 3 ->
                    point.setAsInt(
                                    oneOf(
                                            List.of(
                                                    0L,
                                                    1L,
                                                    70L,
                                                    -2L,
                                                    1L << 53,
                                                    (1L << 53) + 1,
                                                    Long.MIN_VALUE)))
                            .build();
            default ->
                    point.setAsDouble(
                                    oneOf(
                                            List.of(
                                                    0.0,
                                                    0.07,
                                                    70.0,
                                                    1.25,
                                                    -2.0,
                                                    Double.NaN,
                                                    1e300,
                                                    2.5)))
                            .build();
        };
    }

    private HistogramDataPoint histogram() {
        long time = time();
        HistogramDataPoint.Builder point =
                HistogramDataPoint.newBuilder()
                        .setStartTimeUnixNano(start(time))
                        .setTimeUnixNano(time)
                        .setFlags(flags())
                        .setSum(1.5)
                        .addAllAttributes(attributes(4));
        List<Double> bounds =
                oneOf(
                        List.of(
                                List.of(),
                                List.of(0.0, 0.07, 2.0),
                                List.of(70.0),
                                List.of(2.0, 2.0),
                                List.of(-2.0, 2.0)));
        long count = 0;
        for (int i = 0; i < bounds.size() + (random.nextInt(10) == 0 ? 0 : 1); i++) {
            long n = random.nextInt(4);
            point.addBucketCounts(n);
            count += n;
        }
        return point.addAllExplicitBounds(bounds)
                .setCount(random.nextInt(10) == 0 ? count + 1 : count)
                .build();
    }

    private ExponentialHistogramDataPoint exponential() {
        long time = time();
        List<Long> positive = some(5, () -> (long) random.nextInt(3));
        List<Long> negative =
                random.nextInt(3) == 0 ? some(3, () -> (long) random.nextInt(3)) : List.of();
        long zeros = random.nextInt(3);
        long count =
                zeros
                        + positive.stream().mapToLong(Long::longValue).sum()
                        + negative.stream().mapToLong(Long::longValue).sum();
        return ExponentialHistogramDataPoint.newBuilder()
                .setStartTimeUnixNano(start(time))
                .setTimeUnixNano(time)
                .setFlags(flags())
                .addAllAttributes(attributes(4))
                .setCount(random.nextInt(10) == 0 ? count + 1 : count)
                .setScale(oneOf(List.of(0, 0, 1, -1, 3, 21, -11)))
                .setZeroCount(zeros)
                .setZeroThreshold(oneOf(List.of(0.0, 1e-9)))
                .setPositive(
                        ExponentialHistogramDataPoint.Buckets.newBuilder()
                                .setOffset(random.nextInt(9) - 4)
                                .addAllBucketCounts(positive))
                .setNegative(
                        ExponentialHistogramDataPoint.Buckets.newBuilder()
                                .setOffset(random.nextInt(9) - 4)
                                .addAllBucketCounts(negative))
                .build();
    }
}
