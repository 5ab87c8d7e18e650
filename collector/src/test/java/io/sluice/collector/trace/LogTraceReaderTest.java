package io.sluice.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.collector.JsonEncoding;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.TraceReader;
import io.sluice.engine.TraceReader.SpanView;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.LogIndex;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

class LogTraceReaderTest {

    private static final Instant NOW = Instant.ofEpochSecond(0, RandomOtlp.NOW);
    private static final String TRACE = "000102030405060708090a0b0c0d0eff";

    private final ListLog log = new ListLog(100);
    private final Extractors extractors = new Extractors(1 << 20, OtlpHttpReceiver.decoders());
    private final LogTraceReader reader =
            new LogTraceReader(log, extractors, new Redaction(Redaction.DEFAULT_KEYS));

    private static ByteString id(String hex) {
        return ByteString.copyFrom(java.util.HexFormat.of().parseHex(hex));
    }

    private static ExportTraceServiceRequest request(
            String traceId, String spanId, String service) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .setResource(
                                        Resource.newBuilder()
                                                .addAttributes(
                                                        RandomOtlp.attribute(
                                                                "service.name",
                                                                RandomOtlp.text(service))))
                                .addScopeSpans(
                                        ScopeSpans.newBuilder()
                                                .addSpans(
                                                        Span.newBuilder()
                                                                .setTraceId(id("ff".repeat(16)))
                                                                .setSpanId(id("ee".repeat(8)))
                                                                .setName("another trace's"))
                                                .addSpans(
                                                        Span.newBuilder()
                                                                .setTraceId(id(traceId))
                                                                .setSpanId(id(spanId))
                                                                .setParentSpanId(
                                                                        id("00000000000000aa"))
                                                                .setName("POST /checkout")
                                                                .setStartTimeUnixNano(
                                                                        RandomOtlp.NOW - 250)
                                                                .setEndTimeUnixNano(RandomOtlp.NOW)
                                                                .setStatus(
                                                                        Status.newBuilder()
                                                                                .setCode(
                                                                                        Status
                                                                                                .StatusCode
                                                                                                .STATUS_CODE_ERROR))
                                                                .addAttributes(
                                                                        RandomOtlp.attribute(
                                                                                "retries",
                                                                                AnyValue
                                                                                        .newBuilder()
                                                                                        .setIntValue(
                                                                                                3)
                                                                                        .build()))
                                                                .addAttributes(
                                                                        RandomOtlp.attribute(
                                                                                "tags",
                                                                                AnyValue
                                                                                        .newBuilder()
                                                                                        .setArrayValue(
                                                                                                ArrayValue
                                                                                                        .newBuilder()
                                                                                                        .addValues(
                                                                                                                RandomOtlp
                                                                                                                        .text(
                                                                                                                                "a"))
                                                                                                        .addValues(
                                                                                                                RandomOtlp
                                                                                                                        .text(
                                                                                                                                "b")))
                                                                                        .build())))))
                .build();
    }

    private void append(String kind, Duration after, Encoding encoding, byte[] body) {
        long receivedAt = RandomOtlp.NOW + after.toNanos();
        LogEntry entry = new LogEntry(kind, "", true, receivedAt, encoding, Map.of(), body);
        try {
            LogIndex index = extractors.compile(MeasurePlan.NOTHING).extract(entry).index();
            log.append(List.of(entry.withIndex(index)));
        } catch (MalformedRequestException e) {
            log.append(List.of(entry));
        }
    }

    private List<SpanView> spans(String traceId, Instant near) {
        return reader.trace(traceId, Optional.of(near)).spans();
    }

    @Test
    void spansOfATrace_areShownAsSent_whateverFormTheyCameIn() {
        append(
                "otlp-traces",
                Duration.ofSeconds(5),
                Encoding.IDENTITY,
                request(TRACE, "0000000000000001", "cart").toByteArray());
        byte[] zstd = Zstd.compress(request(TRACE, "0000000000000002", "checkout").toByteArray());
        append("otlp-traces", Duration.ofSeconds(6), Encoding.ZSTD, zstd);
        String json = new JsonEncoding(1).encode(request(TRACE, "0000000000000003", "auth"));
        append(
                "otlp-traces-json",
                Duration.ofSeconds(7),
                Encoding.IDENTITY,
                json.getBytes(StandardCharsets.UTF_8));
        append("dogstatsd", Duration.ofSeconds(8), Encoding.IDENTITY, new byte[] {1, 2, 3});

        List<SpanView> spans = spans(TRACE, NOW);

        assertThat(spans).extracting(SpanView::service).containsExactly("cart", "checkout", "auth");
        assertThat(spans.getFirst())
                .isEqualTo(
                        new SpanView(
                                "0000000000000001",
                                "00000000000000aa",
                                "cart",
                                "POST /checkout",
                                NOW.minusNanos(250),
                                250,
                                true,
                                Map.of("service.name", "cart", "retries", "3", "tags", "[a, b]")));
    }

    @Test
    void repeatedRequest_showsItsSpansOnce() {
        byte[] body = request(TRACE, "0000000000000001", "cart").toByteArray();
        append("otlp-traces", Duration.ofSeconds(5), Encoding.IDENTITY, body);
        append("otlp-traces", Duration.ofSeconds(9), Encoding.IDENTITY, body);

        assertThat(spans(TRACE, NOW)).hasSize(1);
    }

    @Test
    void longLog_isNotReadForOneTrace() {
        byte[] others = request("ab".repeat(16), "0000000000000001", "cart").toByteArray();
        for (int minute = -1_000; minute < 1_000; minute++) {
            append("otlp-traces", Duration.ofMinutes(minute), Encoding.IDENTITY, others);
        }
        append(
                "otlp-traces",
                Duration.ofMinutes(1_000),
                Encoding.IDENTITY,
                request(TRACE, "0000000000000002", "cart").toByteArray());

        assertThat(reader.trace(TRACE, Optional.empty()).spans()).hasSize(1);
        assertThat(spans(TRACE, NOW)).hasSize(1);
        assertThat(log.read()).isLessThan(30);
        assertThat(log.found()).isLessThan(15);
    }

    @Test
    void logRecordsOfATrace_areBesideItsSpans() {
        append(
                "otlp-traces",
                Duration.ofSeconds(5),
                Encoding.IDENTITY,
                request(TRACE, "0000000000000001", "cart").toByteArray());
        LogRecord ours =
                LogRecord.newBuilder()
                        .setTimeUnixNano(RandomOtlp.NOW - 100)
                        .setSeverityNumberValue(17)
                        .setBody(RandomOtlp.text("payment declined for ann@example.com"))
                        .setTraceId(id(TRACE))
                        .setSpanId(id("0000000000000001"))
                        .addAttributes(RandomOtlp.attribute("card.number", RandomOtlp.text("4111")))
                        .addAttributes(RandomOtlp.attribute("code", RandomOtlp.text("51")))
                        .build();
        append("otlp-logs", Duration.ofSeconds(6), Encoding.IDENTITY, logs(ours).toByteArray());
        String json =
                new JsonEncoding(1).encode(logs(ours.toBuilder().setSeverityText("warn").build()));
        append(
                "otlp-logs-json",
                Duration.ofSeconds(7),
                Encoding.IDENTITY,
                json.getBytes(StandardCharsets.UTF_8));

        TraceReader.Trace trace = reader.trace(TRACE, Optional.of(NOW));

        assertThat(trace.spans()).hasSize(1);
        assertThat(trace.logs())
                .extracting(TraceReader.LogView::severity)
                .containsExactly("ERROR", "warn");
        assertThat(trace.logs().getFirst())
                .isEqualTo(
                        new TraceReader.LogView(
                                NOW.minusNanos(100),
                                "cart",
                                "ERROR",
                                "payment declined for [redacted]",
                                "0000000000000001",
                                Map.of(
                                        "service.name", "cart",
                                        "card.number", "[redacted]",
                                        "code", "51")));
    }

    private static ExportLogsServiceRequest logs(LogRecord record) {
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                        ResourceLogs.newBuilder()
                                .setResource(
                                        Resource.newBuilder()
                                                .addAttributes(
                                                        RandomOtlp.attribute(
                                                                "service.name",
                                                                RandomOtlp.text("cart"))))
                                .addScopeLogs(
                                        ScopeLogs.newBuilder()
                                                .addLogRecords(
                                                        record.toBuilder()
                                                                .setTraceId(id("ff".repeat(16))))
                                                .addLogRecords(record)))
                .build();
    }

    @Test
    void everyTraceThatSpentBudget_isFoundPageByPage_andOnlyThose() {
        Set<String> bad = new HashSet<>();
        for (int i = 1; i <= 100; i++) {
            String traceId = "%032x".formatted(i);
            if (i % 3 == 0) {
                bad.add(traceId);
            }
            append(
                    "otlp-traces",
                    Duration.ofSeconds(i),
                    Encoding.IDENTITY,
                    span(traceId, i % 3 == 0 ? 500 : 200).toByteArray());
        }
        Set<String> found = new HashSet<>();
        OptionalLong before = OptionalLong.empty();
        int pages = 0;
        do {
            TraceReader.Found page = reader.find(query(TraceReader.Outcome.BAD, before));
            assertThat(page.traces()).hasSizeLessThanOrEqualTo(10);
            page.traces().forEach(hit -> assertThat(found.add(hit.traceId())).isTrue());
            before = page.before();
            pages++;
        } while (before.isPresent());

        assertThat(found).isEqualTo(bad);
        assertThat(pages).isEqualTo(4);
    }

    @Test
    void aSearchThatMayReadLittle_endsEarly_andGoesOnWhereItEnded() {
        byte[] body = span("%032x".formatted(1), 200).toByteArray();
        for (int i = 1; i <= 30; i++) {
            append("otlp-traces", Duration.ofSeconds(i), Encoding.IDENTITY, body);
        }
        byte[] bad = span("%032x".formatted(2), 500).toByteArray();
        append("otlp-traces", Duration.ZERO, Encoding.IDENTITY, bad);
        append("otlp-traces", Duration.ofSeconds(31), Encoding.IDENTITY, body);
        TraceReader.Query all = query(TraceReader.Outcome.BAD, OptionalLong.empty());
        int found = 0;
        int searches = 0;
        OptionalLong before = OptionalLong.empty();
        do {
            TraceReader.Found part =
                    reader.find(
                            new TraceReader.Query(
                                    all.counted(),
                                    all.outcome(),
                                    all.group(),
                                    all.atLeast(),
                                    all.from(),
                                    all.to(),
                                    all.limit(),
                                    10L * body.length,
                                    before));
            found += part.traces().size();
            before = part.before();
            searches++;
        } while (before.isPresent());

        assertThat(found).isEqualTo(1);
        // Eleven records at a time, the one that goes beyond the bound being read, too.
        assertThat(searches).isEqualTo(3);
    }

    @Test
    void traces_areFoundByAnyAttributeOfTheirEvents() {
        for (int i = 1; i <= 9; i++) {
            append(
                    "otlp-traces",
                    Duration.ofSeconds(i),
                    Encoding.IDENTITY,
                    span("%032x".formatted(i), i % 3 == 0 ? 503 : 500).toByteArray());
        }
        TraceReader.Query all = query(TraceReader.Outcome.BAD, OptionalLong.empty());
        for (String status : List.of("503", "500", "504")) {
            TraceReader.Query some =
                    new TraceReader.Query(
                            all.counted()
                                    .where(
                                            new Condition.In(
                                                    "http.response.status_code", List.of(status))),
                            all.outcome(),
                            all.group(),
                            all.atLeast(),
                            all.from(),
                            all.to(),
                            all.limit(),
                            all.bytes(),
                            all.before());
            assertThat(reader.find(some).traces())
                    .as(status)
                    .hasSize(status.equals("503") ? 3 : status.equals("500") ? 6 : 0)
                    .allSatisfy(
                            hit ->
                                    assertThat(Integer.parseInt(hit.traceId(), 16) % 3 == 0)
                                            .isEqualTo(status.equals("503")));
        }
    }

    @Test
    void goodTraces_areTheSameFewWhoeverAsks() {
        for (int i = 1; i <= 450; i++) {
            append(
                    "otlp-traces",
                    Duration.ofSeconds(i),
                    Encoding.IDENTITY,
                    span("%032x".formatted(i), 200).toByteArray());
        }

        TraceReader.Found found =
                reader.find(query(TraceReader.Outcome.GOOD, OptionalLong.empty()));

        assertThat(found.traces())
                .extracting(TraceReader.Hit::traceId)
                .containsExactlyInAnyOrder(
                        "%032x".formatted(100), "%032x".formatted(200),
                        "%032x".formatted(300), "%032x".formatted(400));
        assertThat(reader.find(query(TraceReader.Outcome.BAD, OptionalLong.empty())).traces())
                .isEmpty();
    }

    @Test
    void manySmallRecords_takeFewSearches_andLargeOnesBetweenThemAreFoundOnce() {
        for (int i = 1; i <= 3_000; i++) {
            append(
                    "otlp-traces",
                    Duration.ofMillis(i),
                    Encoding.IDENTITY,
                    span("%032x".formatted(i), i % 1_000 == 0 ? 500 : 200).toByteArray());
        }
        byte[] large = request(TRACE, "0000000000000001", "x".repeat(800_000)).toByteArray();
        for (int i = 1; i <= 40; i++) {
            append("otlp-traces", Duration.ofMillis(3_000 + i), Encoding.IDENTITY, large);
        }
        for (int i = 3_001; i <= 6_000; i++) {
            append(
                    "otlp-traces",
                    Duration.ofMillis(i + 40),
                    Encoding.IDENTITY,
                    span("%032x".formatted(i), i % 1_000 == 0 ? 500 : 200).toByteArray());
        }

        TraceReader.Found all = reader.find(query(TraceReader.Outcome.BAD, OptionalLong.empty()));

        assertThat(all.traces())
                .extracting(TraceReader.Hit::traceId)
                .hasSize(6)
                .doesNotHaveDuplicates();
        assertThat(all.before()).isEmpty();
        assertThat(log.searches()).isLessThan(40);
    }

    @Test
    void slowTraces_areFoundByTheirDuration() {
        append(
                "otlp-traces",
                Duration.ofSeconds(1),
                Encoding.IDENTITY,
                request(TRACE, "0000000000000001", "cart").toByteArray());
        MeasurePlan plan =
                TestPlans.plan(
                        TestPlans.judged(
                                TestPlans.spans("cart"), Indicator.Unit.MILLISECONDS, Op.LT, 0));
        TraceReader.Query all =
                query(plan, OptionalDouble.empty(), TraceReader.Outcome.BAD, OptionalLong.empty());
        double took = reader.find(all).traces().getFirst().value();

        assertThat(reader.find(atLeast(plan, took)).traces()).hasSize(1);
        assertThat(reader.find(atLeast(plan, Math.nextUp(took))).traces()).isEmpty();
    }

    private static TraceReader.Query atLeast(MeasurePlan plan, double value) {
        return query(plan, OptionalDouble.of(value), TraceReader.Outcome.BAD, OptionalLong.empty());
    }

    private static TraceReader.Query query(TraceReader.Outcome outcome, OptionalLong before) {
        EventSource.Spans total = TestPlans.spans("cart");
        MeasurePlan plan =
                TestPlans.plan(
                        TestPlans.badOf(
                                total.and(
                                        List.of(
                                                new Condition.Compare(
                                                        "http.response.status_code", Op.GTE, 500))),
                                total));
        return query(plan, OptionalDouble.empty(), outcome, before);
    }

    private static TraceReader.Query query(
            MeasurePlan plan,
            OptionalDouble atLeast,
            TraceReader.Outcome outcome,
            OptionalLong before) {
        return new TraceReader.Query(
                new TraceReader.Counted(plan, plan.measures().getFirst()),
                outcome,
                Optional.empty(),
                atLeast,
                NOW.minusSeconds(1),
                NOW.plusSeconds(1),
                10,
                64L << 20,
                before);
    }

    private static ExportTraceServiceRequest span(String traceId, int status) {
        ResourceSpans resource = request(traceId, "0000000000000001", "cart").getResourceSpans(0);
        Span span =
                resource.getScopeSpans(0).getSpans(1).toBuilder()
                        .addAttributes(
                                RandomOtlp.attribute(
                                        "http.response.status_code",
                                        AnyValue.newBuilder().setIntValue(status).build()))
                        .build();
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        resource.toBuilder()
                                .clearScopeSpans()
                                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
                .build();
    }

    @Test
    void trace_thatNobodySent_isEmpty() {
        append(
                "otlp-traces",
                Duration.ZERO,
                Encoding.IDENTITY,
                request(TRACE, "0000000000000001", "cart").toByteArray());
        assertThat(spans("ab".repeat(16), NOW)).isEmpty();
        assertThat(spans(TRACE, NOW.plus(Duration.ofHours(3)))).isEmpty();
    }

    @Test
    void whatIsNoTraceId_isAnError() {
        assertThatThrownBy(() -> spans("xyz", NOW)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> spans("x".repeat(32), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
