package io.sluice.collector.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.collector.JsonEncoding;
import io.sluice.collector.RandomOtlp;
import io.sluice.engine.TraceReader.SpanView;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class LogTraceReaderTest {

    private static final Instant NOW = Instant.ofEpochSecond(0, RandomOtlp.NOW);
    private static final String TRACE = "000102030405060708090a0b0c0d0eff";

    private final ListLog log = new ListLog(100);
    private final LogTraceReader reader = new LogTraceReader(log, 1 << 20);

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
        log.append(List.of(new LogEntry(kind, "", false, receivedAt, encoding, Map.of(), body)));
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

        List<SpanView> spans = reader.trace(TRACE, NOW);

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

        assertThat(reader.trace(TRACE, NOW)).hasSize(1);
    }

    @Test
    void longLog_isEnteredNearTheTime_andLeftSoonAfter() {
        byte[] body = request(TRACE, "0000000000000001", "cart").toByteArray();
        IntStream.range(-1_000, 1_000)
                .forEach(
                        minute ->
                                append(
                                        "otlp-traces",
                                        Duration.ofMinutes(minute),
                                        Encoding.IDENTITY,
                                        body));
        byte[] unreadable = {1, 2, 3};
        append("otlp-traces", Duration.ofDays(1), Encoding.GZIP, unreadable);

        assertThat(reader.trace(TRACE, NOW)).hasSize(1);
        assertThat(log.found()).isLessThan(15);
    }

    @Test
    void trace_thatNobodySent_isEmpty() {
        append(
                "otlp-traces",
                Duration.ZERO,
                Encoding.IDENTITY,
                request(TRACE, "0000000000000001", "cart").toByteArray());
        assertThat(reader.trace("ab".repeat(16), NOW)).isEmpty();
        assertThat(reader.trace(TRACE, NOW.plus(Duration.ofHours(3)))).isEmpty();
    }

    @Test
    void whatIsNoTraceId_isAnError() {
        assertThatThrownBy(() -> reader.trace("xyz", NOW))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.trace("x".repeat(32), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
