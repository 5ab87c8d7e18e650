package io.sluice.collector.otlp;

import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.collector.extract.Extractors;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * What a span costs from body to extract: 512 of the strangler proxy's spans in a request, 10
 * attributes each, held against all of ShopFlow's definitions. Runs in the module's folder.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@OperationsPerInvocation(ExtractBenchmark.SPANS)
public class ExtractBenchmark {
    static final int SPANS = 512;

    private static final long NOW = 1_800_000_000_000_000_000L;

    private final Random random = new Random(1);
    private Extractor extractor;
    private byte[] body;
    private LogEntry plain;
    private LogEntry gzip;
    private LogEntry otherService;

    @Setup
    public void make() throws IOException {
        MeasurePlan plan =
                MeasurePlan.compile(
                        new DefinitionLoader()
                                .load(List.of(Path.of("../slo-definitions/shopflow")))
                                .definitions()
                                .orElseThrow());
        extractor =
                new Extractors(Extractors.DEFAULT_MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(plan);
        body = request("strangler-proxy");
        plain = entry(LogEntry.Encoding.IDENTITY, body);
        otherService = entry(LogEntry.Encoding.IDENTITY, request("nobody-asked"));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(body);
        }
        gzip = entry(LogEntry.Encoding.GZIP, compressed.toByteArray());
        System.out.println(
                plan.measures().size() + " measures, " + body.length / SPANS + " bytes a span");
    }

    private static LogEntry entry(LogEntry.Encoding encoding, byte[] body) {
        return new LogEntry(TracesDecoder.KIND, "", false, NOW, encoding, Map.of(), body);
    }

    private byte[] request(String service) {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        var resource = request.addResourceSpansBuilder();
        resource.getResourceBuilder()
                .addAttributes(text("service.name", service))
                .addAttributes(text("service.version", "1.4.2"))
                .addAttributes(text("cloud.region", "eu-west-1"));
        var scope = resource.addScopeSpansBuilder();
        scope.getScopeBuilder().setName("shop.proxy");
        for (int i = 0; i < SPANS; i++) {
            scope.addSpans(span());
        }
        return request.build().toByteArray();
    }

    private Span span() {
        String shopService = oneOf("catalog", "cart", "checkout", "auth");
        boolean platform = random.nextInt(10) == 0;
        long end = NOW - random.nextInt(5_000) * 1_000_000L;
        return Span.newBuilder()
                .setTraceId(id(16))
                .setSpanId(id(8))
                .setName("GET /" + shopService)
                .setKind(Span.SpanKind.SPAN_KIND_SERVER)
                .setStartTimeUnixNano(end - (long) (30e6 * Math.exp(0.7 * random.nextGaussian())))
                .setEndTimeUnixNano(end)
                .addAttributes(text("http.request.method", oneOf("GET", "POST")))
                .addAttributes(
                        text(
                                "http.route",
                                oneOf("/catalog/{id}", "/cart", "/cart/items", "/checkout")))
                .addAttributes(
                        number("http.response.status_code", random.nextInt(100) == 0 ? 503 : 200))
                .addAttributes(text("shop.service", shopService))
                .addAttributes(text("shop.side", platform ? "platform" : "legacy"))
                .addAttributes(
                        text("shop.upstream.version", platform ? "cart-2.0.0" : "monolith-10.4"))
                .addAttributes(text("enduser.region", oneOf("eu-west", "us-east", "ap-south")))
                .addAttributes(text("network.protocol.version", "1.1"))
                .addAttributes(text("url.scheme", "http"))
                .addAttributes(text("user_agent.original", "shop-users/1.0 (load; virtual user)"))
                .build();
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }

    private ByteString id(int length) {
        byte[] id = new byte[length];
        random.nextBytes(id);
        return ByteString.copyFrom(id);
    }

    private static KeyValue text(String key, String value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setStringValue(value))
                .build();
    }

    private static KeyValue number(String key, long value) {
        return KeyValue.newBuilder()
                .setKey(key)
                .setValue(AnyValue.newBuilder().setIntValue(value))
                .build();
    }

    /** Decode, match, aggregate, digest. */
    @Benchmark
    public Extract plain() throws MalformedRequestException {
        return extractor.extract(plain);
    }

    /** The same, gunzipped first. */
    @Benchmark
    public Extract gzip() throws MalformedRequestException {
        return extractor.extract(gzip);
    }

    /** Spans that no measure wants: ids and times only. */
    @Benchmark
    public Extract unwanted() throws MalformedRequestException {
        return extractor.extract(otherService);
    }

    /** For comparison: the generated classes, decoding only. */
    @Benchmark
    public ExportTraceServiceRequest generatedClasses() throws InvalidProtocolBufferException {
        return ExportTraceServiceRequest.parseFrom(body);
    }

    /** The digest's part. */
    @Benchmark
    public Object digest() {
        return Hashing.xxh3_128().hashBytesTo128Bits(body);
    }

    /** For comparison: what the JDK has. */
    @Benchmark
    public byte[] sha256() throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(body);
    }
}
