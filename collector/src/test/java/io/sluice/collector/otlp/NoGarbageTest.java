package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MeasurePlan;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A request leaves garbage by what it counts, not by how many spans it counts it of. What is held
 * against each other is a request and one that brings everything of it eight times: an object for
 * each span, however small, would be at least eight bytes.
 */
class NoGarbageTest {

    /** Four of each of sixteen kinds: as many as a request names for people to look at. */
    private static final int SPANS = 64;

    private static final int TIMES = 8;

    /**
     * Of the filter by which traces are found: 12 bits for each span, which is of its own trace.
     */
    private static final double FILTER_BYTES = 1.5;

    private static final int WARM_UP = 20;
    private static final int LOOKS = 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void spansThatAreCounted_leaveNone() throws Exception {
        assertThat(bytesOfOneSpanMore("strangler-proxy", LogEntry.Encoding.IDENTITY))
                .isLessThan(FILTER_BYTES + 1);
    }

    @Test
    void spansThatAreCounted_leaveNone_compressed() throws Exception {
        assertThat(bytesOfOneSpanMore("strangler-proxy", LogEntry.Encoding.GZIP))
                .isLessThan(FILTER_BYTES + 1);
    }

    @Test
    void spansThatNobodyAsksFor_leaveNone() throws Exception {
        assertThat(bytesOfOneSpanMore("nobody-asked", LogEntry.Encoding.IDENTITY))
                .isLessThan(FILTER_BYTES + 1);
    }

    private static double bytesOfOneSpanMore(String service, LogEntry.Encoding encoding)
            throws Exception {
        Extractor extractor = extractor();
        long few = garbage(extractor, entry(service, SPANS, encoding));
        long many = garbage(extractor, entry(service, TIMES * SPANS, encoding));
        return (double) (many - few) / ((TIMES - 1) * SPANS);
    }

    /** What a request leaves when everything that is kept from one to the next is there. */
    private static long garbage(Extractor extractor, LogEntry entry) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WARM_UP + LOOKS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            extractor.extract(entry);
            long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (i >= WARM_UP) {
                least = Math.min(least, bytes);
            }
        }
        return least;
    }

    private static Extractor extractor() {
        MeasurePlan plan =
                MeasurePlan.compile(
                        new DefinitionLoader()
                                .load(List.of(Path.of("../slo-definitions/shopflow")))
                                .definitions()
                                .orElseThrow());
        return new Extractors(Extractors.DEFAULT_MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                .compile(plan);
    }

    private static LogEntry entry(String service, int spans, LogEntry.Encoding encoding)
            throws IOException {
        byte[] plain = request(service, spans).toByteArray();
        byte[] body = encoding == LogEntry.Encoding.GZIP ? OtlpHttpReceiverTest.gzip(plain) : plain;
        return new LogEntry(
                TracesDecoder.KIND, "", false, RandomOtlp.NOW, encoding, Map.of(), body);
    }

    private static ExportTraceServiceRequest request(String service, int spans) {
        var request = ExportTraceServiceRequest.newBuilder();
        var resource = request.addResourceSpansBuilder();
        resource.getResourceBuilder()
                .addAttributes(RandomOtlp.attribute("service.name", RandomOtlp.text(service)));
        resource.addScopeSpansBuilder()
                .addAllSpans(IntStream.range(0, spans).mapToObj(NoGarbageTest::span).toList());
        return request.build();
    }

    private static Span span(int number) {
        String service = List.of("catalog", "cart", "checkout", "auth").get(number % 4);
        long status = number / 4 % 2 == 0 ? 200 : 503;
        String side = number / 8 % 2 == 0 ? "legacy" : "platform";
        return Span.newBuilder()
                .setTraceId(id(16, number + 1))
                .setSpanId(id(8, number + 1))
                .setName("POST /" + service)
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(RandomOtlp.NOW - 31_000_000)
                .setEndTimeUnixNano(RandomOtlp.NOW - 1_000_000)
                .addAttributes(RandomOtlp.attribute("http.route", RandomOtlp.text("/" + service)))
                .addAttributes(
                        RandomOtlp.attribute(
                                "http.response.status_code",
                                AnyValue.newBuilder().setIntValue(status).build()))
                .addAttributes(RandomOtlp.attribute("shop.service", RandomOtlp.text(service)))
                .addAttributes(RandomOtlp.attribute("shop.side", RandomOtlp.text(side)))
                .addAttributes(
                        RandomOtlp.attribute("url.path", RandomOtlp.text("/" + service + number)))
                .build();
    }

    private static ByteString id(int length, int number) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(length).putInt(length - Integer.BYTES, number).array());
    }
}
