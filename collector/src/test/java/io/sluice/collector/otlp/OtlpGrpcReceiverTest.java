package io.sluice.collector.otlp;

import static io.sluice.collector.otlp.OtlpHttpReceiverTest.request;
import static io.sluice.collector.otlp.OtlpHttpReceiverTest.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.ForwardingClientCall;
import io.grpc.ForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.sluice.collector.Await;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.BytesInFlight;
import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.collector.receive.Tally;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Names begin with the line of OTLP's conformance checklist that they prove. */
class OtlpGrpcReceiverTest {

    private static final int MAX_BODY_BYTES = 1 << 20;

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final Tally tally = new Tally();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.ofEpochSecond(0, RandomOtlp.NOW));
    private final AtomicReference<CountDownLatch> disk =
            new AtomicReference<>(new CountDownLatch(0));
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Extractor extractor;
    private Intake intake;
    private OtlpGrpcReceiver receiver;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        extractor =
                new Extractors(MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans("cart"), TestPlans.spans("cart")),
                                        TestPlans.goodOf(
                                                TestPlans.metric("orders"),
                                                TestPlans.metric("orders")),
                                        TestPlans.goodOf(
                                                TestPlans.events("placed"),
                                                TestPlans.events("placed"))));
        intake =
                new Intake(
                        () -> tally.counting(extractor),
                        this::accept,
                        counters,
                        new Sources(Set.of("history")),
                        new Limits(MAX_BODY_BYTES, 4 * MAX_BODY_BYTES),
                        () -> now.get());
        listen(Duration.ofHours(1), Duration.ofMinutes(1));
    }

    private void listen(Duration maxConnectionAge, Duration arrivalTimeout) throws IOException {
        receiver =
                new OtlpGrpcReceiver(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        intake,
                        Optional.empty(),
                        new ConnectionLimit(1_100),
                        new GrpcTimes(
                                GrpcTimes.DEFAULT.handshake(),
                                GrpcTimes.DEFAULT.idle(),
                                arrivalTimeout,
                                maxConnectionAge));
        receiver.start();
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", receiver.port()).usePlaintext().build();
    }

    private void listenAnew(Duration maxConnectionAge, Duration arrivalTimeout) throws IOException {
        stop();
        listen(maxConnectionAge, arrivalTimeout);
    }

    private void accept(LogEntry entry, Extract extract) throws IOException, OverloadedException {
        waiting.incrementAndGet();
        try {
            disk.get().await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        engine.accept(entry, extract);
    }

    @AfterEach
    void stop() {
        disk.get().countDown();
        channel.shutdownNow();
        receiver.close();
        tally.assertAddsUp(counters);
    }

    private TraceServiceGrpc.TraceServiceBlockingStub traces() {
        return TraceServiceGrpc.newBlockingStub(channel);
    }

    private IngestStatus.Row row(String signal) {
        return counters.rows().stream()
                .filter(row -> row.signal().equals(signal))
                .findFirst()
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "nothing counted as " + signal + ": " + counters.rows()));
    }

    private static long total(List<FakeEngine.Accepted> accepted, int measure) {
        return accepted.stream()
                .flatMap(one -> one.extract().counts().stream())
                .filter(counted -> counted.measure() == measure)
                .mapToLong(Extract.Counted::total)
                .sum();
    }

    /** Sends bytes that no generated class would write. */
    private byte[] sendRaw(String method, byte[] message) {
        MethodDescriptor<byte[], byte[]> export =
                MethodDescriptor.newBuilder(RawBytes.INSTANCE, RawBytes.INSTANCE)
                        .setType(MethodDescriptor.MethodType.UNARY)
                        .setFullMethodName(method)
                        .build();
        return ClientCalls.blockingUnaryCall(channel, export, CallOptions.DEFAULT, message);
    }

    private StatusRuntimeException refusal(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.getStatus().getDescription()).isNotEmpty();
        return refused;
    }

    private static Duration retryDelay(StatusRuntimeException refused) throws Exception {
        byte[] details = refused.getTrailers().get(StatusMessage.TRAILER);
        com.google.rpc.Status status = com.google.rpc.Status.parseFrom(details);
        assertThat(status.getCode()).isEqualTo(refused.getStatus().getCode().value());
        assertThat(status.getMessage()).isEqualTo(refused.getStatus().getDescription());
        com.google.protobuf.Duration delay =
                status.getDetails(0).unpack(RetryInfo.class).getRetryDelay();
        return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
    }

    private static ExportMetricsServiceRequest gauges(int count) {
        ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
        for (int i = 0; i < count; i++) {
            scope.addMetrics(
                    Metric.newBuilder()
                            .setName("orders")
                            .setGauge(
                                    Gauge.newBuilder()
                                            .addDataPoints(
                                                    NumberDataPoint.newBuilder()
                                                            .setTimeUnixNano(RandomOtlp.NOW)
                                                            .setAsInt(i))));
        }
        return ExportMetricsServiceRequest.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder().addScopeMetrics(scope))
                .build();
    }

    static ExportLogsServiceRequest logs(String... events) {
        ScopeLogs.Builder scope = ScopeLogs.newBuilder();
        for (String event : events) {
            scope.addLogRecords(
                    LogRecord.newBuilder().setTimeUnixNano(RandomOtlp.NOW).setEventName(event));
        }
        return ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
                .build();
    }

    @Test
    void C1_emptyRequest_succeeds_andNothingIsStored() {
        assertThat(traces().export(ExportTraceServiceRequest.getDefaultInstance()))
                .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
        assertThat(engine.accepted()).isEmpty();
    }

    @Test
    void C2_G1_tracesMetricsAndLogsAreTaken_andFullSuccessLeavesPartialSuccessUnset() {
        ExportTraceServiceResponse spans = traces().export(request(span(1), span(2)));
        ExportMetricsServiceResponse points =
                MetricsServiceGrpc.newBlockingStub(channel).export(gauges(3));

        ExportLogsServiceResponse records =
                LogsServiceGrpc.newBlockingStub(channel).export(logs("placed", "lost"));

        assertThat(spans.hasPartialSuccess()).isFalse();
        assertThat(points.hasPartialSuccess()).isFalse();
        assertThat(records.hasPartialSuccess()).isFalse();
        assertThat(row("spans"))
                .isEqualTo(new IngestStatus.Row("otlp-grpc", "spans", 1, 2, Map.of(), Map.of()));
        assertThat(row("metrics"))
                .isEqualTo(new IngestStatus.Row("otlp-grpc", "metrics", 1, 3, Map.of(), Map.of()));
        assertThat(row("logs"))
                .isEqualTo(new IngestStatus.Row("otlp-grpc", "logs", 1, 2, Map.of(), Map.of()));
        assertThat(engine.accepted())
                .extracting(accepted -> accepted.entry().kind())
                .containsExactly("otlp-traces", "otlp-metrics", "otlp-logs");
        assertThat(total(engine.accepted(), 0)).isEqualTo(2);
        assertThat(total(engine.accepted(), 1)).isEqualTo(3);
        assertThat(total(engine.accepted(), 2)).isEqualTo(1);
    }

    @Test
    void C3_someSpansBad_sayHowManyAndWhy_andKeepTheRest() {
        Span withoutId = span(1).toBuilder().clearTraceId().build();
        ExportTraceServiceResponse response = traces().export(request(withoutId, span(2)));

        assertThat(response.getPartialSuccess().getRejectedSpans()).isEqualTo(1);
        assertThat(response.getPartialSuccess().getErrorMessage())
                .isEqualTo("refused: 1 invalid_id");
        assertThat(row("spans").accepted()).isEqualTo(1);
    }

    @Test
    void G2_profilesAreUnimplemented() {
        StatusRuntimeException refused =
                refusal(
                        () ->
                                sendRaw(
                                        "opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
                                        new byte[0]));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(refused.getStatus().getDescription())
                .startsWith("there is no opentelemetry.proto.collector.profiles.v1development");
        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.UNSUPPORTED, 1L));
    }

    @Test
    void G3_gzipIsReadAndLoggedAsItCame() throws Exception {
        ExportTraceServiceRequest request =
                request(
                        IntStream.range(1, 100)
                                .mapToObj(OtlpHttpReceiverTest::span)
                                .toArray(Span[]::new));
        traces().withCompression("gzip").export(request);

        LogEntry entry = engine.accepted().getFirst().entry();
        assertThat(entry.encoding()).isEqualTo(LogEntry.Encoding.GZIP);
        assertThat(
                        new java.util.zip.GZIPInputStream(
                                        new java.io.ByteArrayInputStream(entry.body()))
                                .readAllBytes())
                .isEqualTo(request.toByteArray());
        assertThat(row("spans").accepted()).isEqualTo(99);
        assertThat(extractor.extract(entry)).isEqualTo(engine.accepted().getFirst().extract());
    }

    @Test
    void C9_unknownEncoding_isUnimplemented() {
        channel.shutdownNow();
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", receiver.port())
                        .usePlaintext()
                        .compressorRegistry(compressors())
                        .build();
        StatusRuntimeException refused =
                refusal(() -> traces().withCompression("upside-down").export(request(span(1))));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(engine.accepted()).isEmpty();
    }

    private static io.grpc.CompressorRegistry compressors() {
        io.grpc.CompressorRegistry compressors = io.grpc.CompressorRegistry.newEmptyInstance();
        compressors.register(
                new io.grpc.Compressor() {
                    @Override
                    public String getMessageEncoding() {
                        return "upside-down";
                    }

                    @Override
                    public java.io.OutputStream compress(java.io.OutputStream out) {
                        return out;
                    }
                });
        return compressors;
    }

    @Test
    void G4_aCallThatWasGivenUpWhileItWasStored_isTheSameRequestWhenItComesAgain() {
        CountDownLatch latch = new CountDownLatch(1);
        disk.set(latch);
        ListenableFuture<ExportTraceServiceResponse> givenUp =
                TraceServiceGrpc.newFutureStub(channel).export(request(span(1)));
        Await.until(() -> waiting.get() == 1);
        givenUp.cancel(true);
        latch.countDown();
        Await.until(() -> engine.accepted().size() == 1);
        traces().export(request(span(1)));

        assertThat(engine.accepted())
                .extracting(accepted -> accepted.extract().identity())
                .hasSize(2)
                .doesNotContainNull()
                .containsOnly(engine.accepted().getFirst().extract().identity());
    }

    @Test
    void G4_aCallWhoseDeadlineHasPassedIsNotBegun() throws Exception {
        Queue<Runnable> later = new ArrayDeque<>();
        Intake intake =
                new Intake(
                        () -> tally.counting(extractor),
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        InstantSource.system());
        OtlpFront front = new OtlpFront(OtlpGrpcReceiver.NAME, intake);
        OtlpGrpcHandler handler =
                new OtlpGrpcHandler(
                        OtlpSignal.TRACES, front, later::add, Duration.ofMinutes(1), () -> 0);
        ServerCall.Listener<byte[]> listener =
                GrpcArrival.factory(front, intake)
                        .newServerStreamTracer("", new Metadata())
                        .filterContext(Context.ROOT)
                        .call(() -> handler.startCall(new CancelledCall(), new Metadata()));
        listener.onMessage(request(span(1)).toByteArray());
        listener.onHalfClose();
        later.remove().run();

        assertThat(engine.accepted()).isEmpty();
        assertThat(counters.rows()).isEmpty();
    }

    /** Nobody waits for its answer any more. */
    private static final class CancelledCall extends ServerCall<byte[], byte[]> {

        @Override
        public void request(int numMessages) {}

        @Override
        public void sendHeaders(Metadata headers) {
            throw new AssertionError("answered");
        }

        @Override
        public void sendMessage(byte[] message) {
            throw new AssertionError("answered");
        }

        @Override
        public void close(Status status, Metadata trailers) {
            throw new AssertionError("answered with " + status);
        }

        @Override
        public boolean isCancelled() {
            return true;
        }

        @Override
        public MethodDescriptor<byte[], byte[]> getMethodDescriptor() {
            throw new AssertionError("asked for");
        }
    }

    @Test
    void G5_ahundredCallsAtOnceOnOneConnectionAreAllAnswered() {
        CountDownLatch latch = new CountDownLatch(1);
        disk.set(latch);
        List<CompletableFuture<ExportTraceServiceResponse>> answers =
                IntStream.range(0, 100)
                        .mapToObj(
                                i ->
                                        CompletableFuture.supplyAsync(
                                                () ->
                                                        traces().export(
                                                                        request(
                                                                                span(i),
                                                                                span(i + 1))),
                                                command -> Thread.ofVirtual().start(command)))
                        .toList();
        latch.countDown();
        answers.forEach(CompletableFuture::join);

        assertThat(row("spans").accepted()).isEqualTo(200);
    }

    @Test
    void C7_G7_whatIsTooLargeIsExhaustedWithoutRetryInfo_andTheConnectionLives() {
        StatusRuntimeException refused =
                refusal(
                        () ->
                                traces().export(
                                                ExportTraceServiceRequest.newBuilder()
                                                        .addResourceSpans(
                                                                io.opentelemetry.proto.trace.v1
                                                                        .ResourceSpans.newBuilder()
                                                                        .setSchemaUrlBytes(
                                                                                ByteString.copyFrom(
                                                                                        new byte
                                                                                                [MAX_BODY_BYTES])))
                                                        .build()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getTrailers().containsKey(StatusMessage.TRAILER)).isFalse();
        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.OVERSIZE, 1L));
        assertThat(traces().export(request(span(1))).hasPartialSuccess()).isFalse();
    }

    @Test
    void C8_gzipBomb_isExhaustedWithoutRetryInfo() {
        StatusRuntimeException refused =
                refusal(
                        () ->
                                traces().withCompression("gzip")
                                        .export(
                                                ExportTraceServiceRequest.newBuilder()
                                                        .addResourceSpans(
                                                                io.opentelemetry.proto.trace.v1
                                                                        .ResourceSpans.newBuilder()
                                                                        .setSchemaUrlBytes(
                                                                                ByteString.copyFrom(
                                                                                        new byte
                                                                                                [64
                                                                                                        * MAX_BODY_BYTES])))
                                                        .build()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refused.getTrailers().containsKey(StatusMessage.TRAILER)).isFalse();
        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.OVERSIZE, 1L));
    }

    @Test
    void C9_C13_malformedMessages_areInvalidArguments_andSayWhatIsWrong() throws Exception {
        for (byte[] malformed :
                List.of(
                        new byte[] {10, 100, 1},
                        new byte[] {0x1f, (byte) 0x8b, 8, 0},
                        new byte[] {7})) {
            StatusRuntimeException refused =
                    refusal(
                            () ->
                                    sendRaw(
                                            TraceServiceGrpc.getExportMethod().getFullMethodName(),
                                            malformed));
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(
                            com.google.rpc.Status.parseFrom(
                                            refused.getTrailers().get(StatusMessage.TRAILER))
                                    .getDetails(0)
                                    .unpack(BadRequest.class)
                                    .getFieldViolations(0)
                                    .getDescription())
                    .isEqualTo(refused.getStatus().getDescription());
        }
        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.MALFORMED, 3L));
        assertThat(engine.accepted()).isEmpty();
    }

    @Test
    void C12_G7_overloadIsUnavailable_andSaysWhenToComeAgain() throws Exception {
        engine.refuseWith(new OverloadedException("too much", Duration.ofMillis(1_500)));
        StatusRuntimeException refused = refusal(() -> traces().export(request(span(1))));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(retryDelay(refused)).isEqualTo(Duration.ofMillis(1_500));
        assertThat(row("spans").rejected()).isEqualTo(Map.of(RejectReason.OVERLOAD, 1L));
    }

    @Test
    void G7_aFullDiskIsUnavailable_andOurOwnFaultToo() throws Exception {
        engine.failWith(new IOException("no space left on device"));
        StatusRuntimeException full = refusal(() -> traces().export(request(span(1))));
        assertThat(full.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(retryDelay(full)).isPositive();
        engine.failWith(null);

        Extractor whole = extractor;
        extractor =
                _ -> {
                    throw new IllegalStateException("a bug");
                };
        StatusRuntimeException fault = refusal(() -> traces().export(request(span(1))));
        assertThat(fault.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(retryDelay(fault)).isPositive();
        extractor = whole;

        assertThat(traces().export(request(span(1))).hasPartialSuccess()).isFalse();
        assertThat(engine.accepted()).hasSize(1);
    }

    @Test
    void theSourceIsMetadata() {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("sluice-source", Metadata.ASCII_STRING_MARSHALLER), "history");
        traces().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .export(request(span(1)));

        assertThat(engine.accepted().getFirst().entry().source()).isEqualTo("history");
        assertThat(engine.accepted().getFirst().entry().backfill()).isTrue();
    }

    @Test
    void G10_healthIsServing() {
        for (String service : List.of("", "opentelemetry.proto.collector.trace.v1.TraceService")) {
            assertThat(
                            HealthGrpc.newBlockingStub(channel)
                                    .check(
                                            HealthCheckRequest.newBuilder()
                                                    .setService(service)
                                                    .build())
                                    .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
    }

    @Test
    void C12_whatArrivesIsAccountedFor_fromItsFirstByteToItsAnswer() throws Exception {
        try (BytesInFlight.Hold others = intake.bytesInFlight().hold()) {
            others.add(4 * MAX_BODY_BYTES - 1_000);
            Span[] spans =
                    IntStream.range(0, 1_000)
                            .mapToObj(OtlpHttpReceiverTest::span)
                            .toArray(Span[]::new);
            StatusRuntimeException refused = refusal(() -> traces().export(request(spans)));

            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(retryDelay(refused)).isPositive();
            assertThat(row(ReceiverCounters.REQUESTS).rejected())
                    .isEqualTo(Map.of(RejectReason.OVERLOAD, 1L));
            traces().export(request(span(1)));
        }
        assertNothingIsHeld();
    }

    /** All that may be in flight can be held anew. */
    private void assertNothingIsHeld() {
        Await.until(
                () -> {
                    try (BytesInFlight.Hold all = intake.bytesInFlight().hold()) {
                        all.add(4 * MAX_BODY_BYTES);
                        return true;
                    } catch (OverloadedException e) {
                        return false;
                    }
                });
    }

    @Test
    void G5_aThousandConnectionsWithHalfARequestEach_hurtNobodyElse() throws Exception {
        List<RawHttp2> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                RawHttp2 connection = new RawHttp2(receiver.port());
                connections.add(connection);
                connection.begin(TraceServiceGrpc.getExportMethod().getFullMethodName());
                connection.grpcMessage(MAX_BODY_BYTES, new byte[1_000]);
            }
            for (int i = 0; i < 10; i++) {
                traces().withDeadlineAfter(30, TimeUnit.SECONDS).export(request(span(i)));
            }
        } finally {
            for (RawHttp2 connection : connections) {
                connection.close();
            }
        }

        assertThat(row("spans").accepted()).isEqualTo(10);
        assertNothingIsHeld();
    }

    @Test
    void C12_aMessageThatDoesNotArriveInTime_isRefused_andGivesBackWhatItHeld() throws Exception {
        listenAnew(Duration.ofHours(1), Duration.ofMillis(20));
        try (RawHttp2 connection = new RawHttp2(receiver.port())) {
            connection.begin(TraceServiceGrpc.getExportMethod().getFullMethodName());
            connection.grpcMessage(MAX_BODY_BYTES, new byte[10_000]);
            Await.until(() -> !counters.rows().isEmpty());

            assertThat(row(ReceiverCounters.REQUESTS).rejected())
                    .isEqualTo(Map.of(RejectReason.SLOW_SENDER, 1L));
            assertNothingIsHeld();
        }
    }

    @Test
    void G6_connectionsOfACertainAgeAreClosed_andNoRequestIsLost() throws Exception {
        listenAnew(Duration.ofMillis(50), Duration.ofMinutes(1));
        Set<SocketAddress> connections = ConcurrentHashMap.newKeySet();
        TraceServiceGrpc.TraceServiceBlockingStub stub =
                traces().withInterceptors(new NotesConnections(connections));
        int sent = 0;
        while (connections.size() < 4) {
            stub.withDeadlineAfter(30, TimeUnit.SECONDS).export(request(span(++sent)));
        }

        assertThat(row("spans").accepted()).isEqualTo(sent);
    }

    /** Notes over which connections calls go. */
    private record NotesConnections(Set<SocketAddress> connections) implements ClientInterceptor {

        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(
                MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new ForwardingClientCall.SimpleForwardingClientCall<>(
                    next.newCall(method, options)) {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    super.start(
                            new ForwardingClientCallListener.SimpleForwardingClientCallListener<>(
                                    listener) {
                                @Override
                                public void onClose(Status status, Metadata trailers) {
                                    SocketAddress local =
                                            getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
                                    if (local != null) {
                                        connections.add(local);
                                    }
                                    super.onClose(status, trailers);
                                }
                            },
                            headers);
                }
            };
        }
    }

    @Test
    void G11_aMessageInFramesOfOneByteIsWhole() throws Exception {
        byte[] message = request(span(1), span(2)).toByteArray();
        try (RawHttp2 connection = new RawHttp2(receiver.port())) {
            connection.begin(TraceServiceGrpc.getExportMethod().getFullMethodName());
            connection.grpcMessage(message.length, new byte[0]);
            for (byte one : message) {
                connection.data(new byte[] {one});
            }
            connection.end();
            Await.until(() -> engine.accepted().size() == 1);
        }

        assertThat(row("spans").accepted()).isEqualTo(2);
    }

    @Test
    void C7_aLyingLength_isRefusedBeforeAnyOfItIsRead() throws Exception {
        try (RawHttp2 connection = new RawHttp2(receiver.port())) {
            connection.begin(TraceServiceGrpc.getExportMethod().getFullMethodName());
            connection.grpcMessage(Integer.MAX_VALUE, new byte[10]);
            Await.until(() -> counters.rows().stream().anyMatch(row -> !row.rejected().isEmpty()));
        }

        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.OVERSIZE, 1L));
        assertNothingIsHeld();
    }

    @Test
    void G5_aClientThatNeverReadsItsAnswers_hurtsNobodyElse() throws Exception {
        byte[] message = request(span(1)).toByteArray();
        try (RawHttp2 connection = new RawHttp2(receiver.port())) {
            for (int i = 0; i < 200; i++) {
                connection.begin(TraceServiceGrpc.getExportMethod().getFullMethodName());
                connection.grpcMessage(message.length, message);
                connection.end();
            }
            Await.until(() -> engine.accepted().size() == 200);
            traces().withDeadlineAfter(30, TimeUnit.SECONDS).export(request(span(2)));
        }

        assertThat(row("spans").accepted()).isEqualTo(201);
        assertNothingIsHeld();
    }

    @Test
    void G11_aMessageThatSpansManyFramesIsWhole() {
        Span[] spans =
                IntStream.range(0, 5_000).mapToObj(OtlpHttpReceiverTest::span).toArray(Span[]::new);
        ExportTraceServiceRequest request = request(spans);
        assertThat(request.getSerializedSize()).isGreaterThan(10 * 16_384);
        traces().export(request);

        assertThat(total(engine.accepted(), 0)).isEqualTo(5_000);
    }

    @Test
    void G12_closingAnswersWhatIsUnderWay_thenRefuses() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        disk.set(latch);
        CompletableFuture<ExportTraceServiceResponse> underWay =
                CompletableFuture.supplyAsync(() -> traces().export(request(span(1))));
        Await.until(() -> waiting.get() == 1);
        Thread closing = Thread.ofVirtual().start(receiver::close);
        latch.countDown();

        assertThat(underWay.get(30, TimeUnit.SECONDS).hasPartialSuccess()).isFalse();
        closing.join();
        assertThat(refusal(() -> traces().export(request(span(1)))).getStatus().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(engine.accepted()).hasSize(1);
    }

    @Test
    void aRealSdksSpansAndPointsAreCountedExactly() {
        now.set(Instant.now());
        String endpoint = "http://127.0.0.1:" + receiver.port();
        Resource resource =
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "cart"));
        try (SdkTracerProvider tracing =
                SdkTracerProvider.builder()
                        .setResource(resource)
                        .addSpanProcessor(
                                BatchSpanProcessor.builder(
                                                OtlpGrpcSpanExporter.builder()
                                                        .setEndpoint(endpoint)
                                                        .setCompression("gzip")
                                                        .build())
                                        .setMaxQueueSize(10_000)
                                        .build())
                        .build()) {
            Tracer tracer = tracing.get("test");
            for (int i = 0; i < 3_000; i++) {
                tracer.spanBuilder("GET").startSpan().end();
            }
        }
        try (SdkMeterProvider metering =
                SdkMeterProvider.builder()
                        .setResource(resource)
                        .registerMetricReader(
                                PeriodicMetricReader.create(
                                        OtlpGrpcMetricExporter.builder()
                                                .setEndpoint(endpoint)
                                                .setAggregationTemporalitySelector(
                                                        AggregationTemporalitySelector
                                                                .deltaPreferred())
                                                .build()))
                        .build()) {
            LongCounter orders = metering.get("test").counterBuilder("orders").build();
            for (int i = 0; i < 700; i++) {
                orders.add(2);
            }
        }

        assertThat(total(engine.accepted(), 0)).isEqualTo(3_000);
        assertThat(total(engine.accepted(), 1)).isEqualTo(1_400);
        assertThat(row("spans").rejected()).isEmpty();
    }
}
