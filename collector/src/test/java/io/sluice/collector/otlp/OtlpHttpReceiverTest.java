package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
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
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.EventSource;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/** Names begin with the line of OTLP's conformance checklist that they prove. */
class OtlpHttpReceiverTest {

    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final String PROTOBUF = "application/x-protobuf";
    private static final String JSON = "application/json";

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final Tally tally = new Tally();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Intake intake;
    private OtlpHttpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        intake = intakeOf(new Limits(MAX_BODY_BYTES, 4 * MAX_BODY_BYTES));
        listen(Duration.ofMinutes(1));
    }

    private Intake intakeOf(Limits limits) {
        Extractor extractor =
                new Extractors(MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans("cart"), TestPlans.spans("cart"))));
        return new Intake(
                () -> tally.counting(extractor),
                engine,
                counters,
                new Sources(Set.of("history")),
                limits,
                InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW)));
    }

    private void listen(Duration arrivalTimeout) throws IOException {
        receiver =
                new OtlpHttpReceiver(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        intake,
                        List.of(),
                        Optional.empty(),
                        new ConnectionLimit(1_100),
                        Patience.DEFAULT.withArrival(arrivalTimeout));
        receiver.start();
    }

    @AfterEach
    void stop() {
        client.close();
        receiver.close();
        tally.assertAddsUp(counters);
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.port() + path));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(String contentType, byte[] body) throws Exception {
        return send(
                to("/v1/traces")
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private HttpResponse<byte[]> post(String contentType, String encoding, byte[] body)
            throws Exception {
        return send(
                to("/v1/traces")
                        .header("Content-Type", contentType)
                        .header("Content-Encoding", encoding)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    static Span span(int number) {
        return Span.newBuilder()
                .setTraceId(
                        ByteString.copyFrom(new byte[16])
                                .substring(1)
                                .concat(ByteString.copyFrom(new byte[] {1})))
                .setSpanId(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) number}))
                .setName("GET")
                .setStartTimeUnixNano(RandomOtlp.NOW - 2_000_000)
                .setEndTimeUnixNano(RandomOtlp.NOW - 1_000_000)
                .build();
    }

    static ExportTraceServiceRequest request(Span... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .setResource(
                                        Resource.newBuilder()
                                                .addAttributes(
                                                        RandomOtlp.attribute(
                                                                "service.name",
                                                                RandomOtlp.text("cart"))))
                                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
                .build();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
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

    private void assertRefused(
            HttpResponse<byte[]> response, int status, int code, RejectReason reason)
            throws Exception {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(PROTOBUF);
        com.google.rpc.Status body = com.google.rpc.Status.parseFrom(response.body());
        assertThat(body.getCode()).isEqualTo(code);
        assertThat(body.getMessage()).isNotEmpty();
        assertThat(row(ReceiverCounters.REQUESTS).rejected()).isEqualTo(Map.of(reason, 1L));
        assertThat(engine.accepted()).isEmpty();
    }

    @Test
    void C1_emptyRequest_succeeds_andNothingIsStored() throws Exception {
        HttpResponse<byte[]> response = post(PROTOBUF, new byte[0]);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
        assertThat(engine.accepted()).isEmpty();
        assertThat(row("spans").accepted()).isZero();
    }

    @Test
    void C2_H3_fullSuccess_leavesPartialSuccessUnset_andAnswersInTheRequestsType()
            throws Exception {
        HttpResponse<byte[]> response = post(PROTOBUF, request(span(1), span(2)).toByteArray());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(PROTOBUF);
        assertThat(ExportTraceServiceResponse.parseFrom(response.body()).hasPartialSuccess())
                .isFalse();
        assertThat(row("spans"))
                .isEqualTo(new IngestStatus.Row("otlp-http", "spans", 1, 2, Map.of(), Map.of()));
        assertThat(engine.accepted())
                .singleElement()
                .satisfies(
                        accepted -> {
                            assertThat(accepted.entry().kind()).isEqualTo("otlp-traces");
                            assertThat(accepted.entry().receivedAtNanos())
                                    .isEqualTo(RandomOtlp.NOW);
                            assertThat(accepted.extract().counts())
                                    .singleElement()
                                    .satisfies(
                                            counted -> {
                                                assertThat(counted.good()).isEqualTo(2);
                                                assertThat(counted.total()).isEqualTo(2);
                                            });
                        });
    }

    @Test
    void C3_someSpansBad_sayHowManyAndWhy_andKeepTheRest() throws Exception {
        Span withoutId = span(1).toBuilder().clearTraceId().build();
        Span endedBeforeItBegan = span(2).toBuilder().setEndTimeUnixNano(1).build();
        HttpResponse<byte[]> response =
                post(
                        PROTOBUF,
                        request(withoutId, span(3), endedBeforeItBegan, withoutId).toByteArray());

        assertThat(response.statusCode()).isEqualTo(200);
        ExportTraceServiceResponse body = ExportTraceServiceResponse.parseFrom(response.body());
        assertThat(body.getPartialSuccess().getRejectedSpans()).isEqualTo(3);
        assertThat(body.getPartialSuccess().getErrorMessage())
                .isEqualTo("refused: 2 invalid_id, 1 invalid_time");
        assertThat(row("spans").accepted()).isEqualTo(1);
        assertThat(row("spans").rejected())
                .isEqualTo(Map.of(RejectReason.INVALID_ID, 2L, RejectReason.INVALID_TIME, 1L));
        assertThat(engine.accepted()).hasSize(1);
    }

    @Test
    void allSpansBad_nothingIsStored() throws Exception {
        post(PROTOBUF, request(span(1).toBuilder().clearSpanId().build()).toByteArray());

        assertThat(engine.accepted()).isEmpty();
        assertThat(row("spans").rejected()).isEqualTo(Map.of(RejectReason.INVALID_ID, 1L));
    }

    @Test
    void C7_bodyOverTheLimit_is413() throws Exception {
        assertRefused(post(PROTOBUF, new byte[MAX_BODY_BYTES + 1]), 413, 8, RejectReason.OVERSIZE);
    }

    @Test
    void C7_chunkedBodyOverTheLimit_is413() throws Exception {
        HttpResponse<byte[]> response =
                send(
                        to("/v1/traces")
                                .header("Content-Type", PROTOBUF)
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () ->
                                                        new ByteArrayInputStream(
                                                                new byte[MAX_BODY_BYTES + 1]))));
        assertRefused(response, 413, 8, RejectReason.OVERSIZE);
    }

    @Test
    void C8_gzipBomb_is413() throws Exception {
        byte[] bomb = gzip(new byte[64 * MAX_BODY_BYTES]);
        assertThat(bomb.length).isLessThan(MAX_BODY_BYTES);
        assertRefused(post(PROTOBUF, "gzip", bomb), 413, 8, RejectReason.OVERSIZE);
    }

    @Test
    void C8_zstdBomb_is413() throws Exception {
        byte[] bomb = com.github.luben.zstd.Zstd.compress(new byte[64 * MAX_BODY_BYTES]);
        assertRefused(post(PROTOBUF, "zstd", bomb), 413, 8, RejectReason.OVERSIZE);
    }

    @Test
    void C9_H7_gzipBody_isReadAndLoggedAsItCame() throws Exception {
        byte[] body = gzip(request(span(1)).toByteArray());
        assertThat(post(PROTOBUF, "gzip", body).statusCode()).isEqualTo(200);

        LogEntry entry = engine.accepted().getFirst().entry();
        assertThat(entry.encoding()).isEqualTo(LogEntry.Encoding.GZIP);
        assertThat(entry.body()).isEqualTo(body);
        assertThat(row("spans").accepted()).isEqualTo(1);
    }

    @Test
    void zstdBody_isReadAndLoggedAsItCame() throws Exception {
        byte[] body = com.github.luben.zstd.Zstd.compress(request(span(1)).toByteArray());
        assertThat(post(PROTOBUF, "zstd", body).statusCode()).isEqualTo(200);

        assertThat(engine.accepted().getFirst().entry().body()).isEqualTo(body);
        assertThat(row("spans").accepted()).isEqualTo(1);
    }

    @Test
    void plainBody_isLoggedCompressed_andGivesTheSameExtractAgain() throws Exception {
        Span[] spans =
                java.util.stream.IntStream.range(0, 100)
                        .mapToObj(OtlpHttpReceiverTest::span)
                        .toArray(Span[]::new);
        byte[] body = request(spans).toByteArray();
        post(PROTOBUF, body);

        FakeEngine.Accepted accepted = engine.accepted().getFirst();
        assertThat(accepted.entry().encoding()).isEqualTo(LogEntry.Encoding.ZSTD);
        assertThat(accepted.entry().body().length).isLessThan(body.length / 2);
        Extractor replay =
                new Extractors(MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans("cart"), TestPlans.spans("cart"))));
        assertThat(replay.extract(accepted.entry())).isEqualTo(accepted.extract());
    }

    @Test
    void C9_unknownEncoding_is415() throws Exception {
        assertRefused(post(PROTOBUF, "br", new byte[] {1}), 415, 3, RejectReason.UNSUPPORTED);
    }

    @Test
    void C9_gzipThatIsCutOff_is400() throws Exception {
        byte[] body = gzip(request(span(1)).toByteArray());
        assertRefused(
                post(PROTOBUF, "gzip", java.util.Arrays.copyOf(body, body.length - 3)),
                400,
                3,
                RejectReason.MALFORMED);
    }

    @Test
    void C10_gzipOfSeveralMembers_isReadToItsEnd() throws Exception {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(gzip(request(span(1)).toByteArray()));
        members.writeBytes(gzip(request(span(2), span(3)).toByteArray()));
        post(PROTOBUF, "gzip", members.toByteArray());

        assertThat(row("spans").accepted()).isEqualTo(3);
    }

    @Test
    void C12_H5_H6_overload_is503WithRetryAfter_andNothingIsStored() throws Exception {
        engine.refuseWith(new OverloadedException("the log is behind", Duration.ofSeconds(7)));
        HttpResponse<byte[]> response = post(PROTOBUF, request(span(1), span(2)).toByteArray());

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("7");
        com.google.rpc.Status status = com.google.rpc.Status.parseFrom(response.body());
        assertThat(status.getCode()).isEqualTo(14);
        assertThat(status.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds())
                .isEqualTo(7);
        assertThat(row("spans").rejected()).isEqualTo(Map.of(RejectReason.OVERLOAD, 2L));
        assertThat(row("spans").accepted()).isZero();
    }

    @Test
    void fullDisk_is503_andTheNextRequestIsAcceptedOnceThereIsRoom() throws Exception {
        engine.failWith(new IOException("no space left on device"));
        HttpResponse<byte[]> response = post(PROTOBUF, request(span(1)).toByteArray());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(row("spans").rejected()).isEqualTo(Map.of(RejectReason.UNAVAILABLE, 1L));

        engine.failWith(null);
        assertThat(post(PROTOBUF, request(span(1)).toByteArray()).statusCode()).isEqualTo(200);
        assertThat(row("spans").accepted()).isEqualTo(1);
    }

    @Test
    void C13_bytesThatAreNoProtobuf_are400_andSayWhere() throws Exception {
        HttpResponse<byte[]> response = post(PROTOBUF, new byte[] {10, 100, 1});
        assertRefused(response, 400, 3, RejectReason.MALFORMED);
        String complaint = "byte 1: a length of 100 exceeds the 1 bytes that are left";
        com.google.rpc.Status status = com.google.rpc.Status.parseFrom(response.body());
        assertThat(status.getMessage()).isEqualTo(complaint);
        assertThat(
                        status.getDetails(0)
                                .unpack(BadRequest.class)
                                .getFieldViolations(0)
                                .getDescription())
                .isEqualTo(complaint);
    }

    @Test
    void C14_sameBytesTwice_haveTheSameIdentity_otherBytesAnother() throws Exception {
        post(PROTOBUF, request(span(1)).toByteArray());
        post(PROTOBUF, "gzip", gzip(request(span(1)).toByteArray()));
        post(PROTOBUF, request(span(2)).toByteArray());

        List<FakeEngine.Accepted> accepted = engine.accepted();
        assertThat(accepted.get(0).extract().identity())
                .isNotNull()
                .isEqualTo(accepted.get(1).extract().identity())
                .isNotEqualTo(accepted.get(2).extract().identity());
    }

    private static Span with(AnyValue value) {
        return span(1).toBuilder().addAttributes(RandomOtlp.attribute("k", value)).build();
    }

    private static AnyValue nested(int arrays) {
        AnyValue value = RandomOtlp.text("5");
        for (int i = 0; i < arrays; i++) {
            value =
                    AnyValue.newBuilder()
                            .setArrayValue(ArrayValue.newBuilder().addValues(value))
                            .build();
        }
        return value;
    }

    @Test
    void C16_valuesOfEveryKind_andNested64Deep_areAccepted() throws Exception {
        Span[] spans = {
            with(RandomOtlp.text("5")),
            with(AnyValue.newBuilder().setBoolValue(true).build()),
            with(AnyValue.newBuilder().setIntValue(-1).build()),
            with(AnyValue.newBuilder().setDoubleValue(Double.NaN).build()),
            with(AnyValue.newBuilder().setBytesValue(ByteString.copyFromUtf8("x")).build()),
            with(AnyValue.getDefaultInstance()),
            with(nested(63))
        };
        post(PROTOBUF, request(spans).toByteArray());

        assertThat(row("spans").accepted()).isEqualTo(7);
    }

    @Test
    void C16_valuesNestedDeeper_areRefused_withoutStackOverflow() throws Exception {
        assertRefused(
                post(PROTOBUF, request(with(nested(64))).toByteArray()),
                400,
                3,
                RejectReason.TOO_DEEP);
        assertThat(post(PROTOBUF, nestedOnTheWire(50_000)).statusCode()).isEqualTo(400);
    }

    /**
     * A span whose attribute is an array in an array and so on, which the generated classes cannot
     * write.
     */
    private static byte[] nestedOnTheWire(int arrays) {
        ProtoWriter out = new ProtoWriter();
        Deque<Integer> begun = new ArrayDeque<>();
        begun.push(out.begin(1));
        out.bytes(
                1,
                Resource.newBuilder()
                        .addAttributes(
                                RandomOtlp.attribute("service.name", RandomOtlp.text("cart")))
                        .build()
                        .toByteArray());
        for (int field : new int[] {2, 2, 9, 2}) {
            begun.push(out.begin(field));
        }
        for (int i = 0; i < arrays; i++) {
            begun.push(out.begin(5));
            begun.push(out.begin(1));
        }
        begun.forEach(out::end);
        return out.toBytes();
    }

    @Test
    void C17_ofEqualKeys_theLastOneCounts() throws Exception {
        Extractor extractor =
                new Extractors(MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans(
                                                        "cart",
                                                        new Condition.In("k", List.of("last"))),
                                                TestPlans.spans("cart"))));
        Span twice =
                span(1).toBuilder()
                        .addAttributes(RandomOtlp.attribute("k", RandomOtlp.text("first")))
                        .addAttributes(RandomOtlp.attribute("k", RandomOtlp.text("last")))
                        .build();
        LogEntry entry =
                new LogEntry(
                        TracesDecoder.KIND,
                        "",
                        false,
                        RandomOtlp.NOW,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(),
                        request(twice).toByteArray());
        assertThat(extractor.extract(entry).counts().getFirst().good()).isEqualTo(1);
    }

    @Test
    void C18_idsOfZerosOrOfAnotherLength_areRefused_othersKept() throws Exception {
        Span zeros = span(1).toBuilder().setTraceId(ByteString.copyFrom(new byte[16])).build();
        Span shortId =
                span(1).toBuilder().setSpanId(ByteString.copyFrom(new byte[] {1, 2, 3})).build();
        post(PROTOBUF, request(zeros, span(1), shortId).toByteArray());

        assertThat(row("spans").accepted()).isEqualTo(1);
        assertThat(row("spans").rejected()).isEqualTo(Map.of(RejectReason.INVALID_ID, 2L));
    }

    @Test
    void C19_impossibleTimes_areRefused_eachForItsReason() throws Exception {
        long now = RandomOtlp.NOW;
        long ten = Duration.ofMinutes(10).toNanos();
        long twoDays = Duration.ofDays(2).toNanos();
        Span[] spans = {
            lasting(now + ten, now + ten),
            lasting(now + ten + 1, now + ten + 1),
            lasting(now - twoDays, now - twoDays),
            lasting(now - twoDays - 1, now - twoDays - 1),
            lasting(now, now - 1),
            lasting(0, now),
            lasting(1, -1),
        };
        post(PROTOBUF, request(spans).toByteArray());

        assertThat(row("spans").accepted()).isEqualTo(2);
        assertThat(row("spans").rejected())
                .isEqualTo(
                        Map.of(
                                RejectReason.FUTURE,
                                2L,
                                RejectReason.TOO_OLD,
                                1L,
                                RejectReason.INVALID_TIME,
                                2L));
    }

    private static Span lasting(long startNanos, long endNanos) {
        return span(1).toBuilder()
                .setStartTimeUnixNano(startNanos)
                .setEndTimeUnixNano(endNanos)
                .build();
    }

    @Test
    void C20_groupThatIsNoUtf8_isReplaced() throws Exception {
        Extractor extractor =
                new Extractors(MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans("cart").groupedBy(Optional.of("k")),
                                                TestPlans.spans("cart")
                                                        .groupedBy(Optional.of("k")))));
        byte[] body = request(with(RandomOtlp.text("xx"))).toByteArray();
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == 'x' ? (byte) 0xff : body[i];
        }
        LogEntry entry =
                new LogEntry(
                        TracesDecoder.KIND,
                        "",
                        false,
                        RandomOtlp.NOW,
                        LogEntry.Encoding.IDENTITY,
                        Map.of(),
                        body);
        assertThat(extractor.extract(entry).counts().getFirst().group()).isEqualTo("\uFFFD\uFFFD");
    }

    @Test
    void C22_samplingThreshold_weighsTheSpan() throws Exception {
        Span oneInFour = span(1).toBuilder().setTraceState("ot=th:c").build();
        post(PROTOBUF, request(oneInFour, span(2)).toByteArray());

        assertThat(engine.accepted().getFirst().extract().counts())
                .singleElement()
                .satisfies(
                        counted -> {
                            assertThat(counted.total()).isEqualTo(2);
                            assertThat(counted.totalThousandths()).isEqualTo(5_000);
                        });
    }

    @Test
    void H1_otherMethod_is405() throws Exception {
        HttpResponse<byte[]> response =
                send(to("/v1/traces").header("Content-Type", PROTOBUF).GET());
        assertThat(response.headers().firstValue("Allow")).hasValue("POST");
        assertRefused(response, 405, 12, RejectReason.UNSUPPORTED);
    }

    @Test
    void G2_H1_otherPath_is404_profilesToo() throws Exception {
        HttpResponse<byte[]> response =
                send(
                        to("/v1development/profiles")
                                .header("Content-Type", PROTOBUF)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[0])));
        assertRefused(response, 404, 12, RejectReason.UNSUPPORTED);
    }

    @Test
    void H2_contentTypeWithParameters_isTolerated() throws Exception {
        assertThat(
                        post(
                                        "Application/X-Protobuf; charset=utf-8",
                                        request(span(1)).toByteArray())
                                .statusCode())
                .isEqualTo(200);
        assertThat(row("spans").accepted()).isEqualTo(1);
    }

    @Test
    void H2_otherContentType_is415_saidInJson() throws Exception {
        HttpResponse<byte[]> response = post("text/plain", request(span(1)).toByteArray());

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.headers().firstValue("Content-Type")).hasValue(JSON);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"code\":3,\"message\":\"Content-Type is text/plain, expected is application/x-protobuf or"
                                + " application/json\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.BadRequest\","
                                + "\"fieldViolations\":[{\"field\":\"request\",\"description\":\"Content-Type is text/plain,"
                                + " expected is application/x-protobuf or application/json\"}]}]}");
    }

    @Test
    void H4_errorsThatJettyFinds_haveAStatusBodyToo() throws Exception {
        HttpResponse<byte[]> response =
                send(
                        to("/v1/traces")
                                .header("Content-Type", PROTOBUF)
                                .header("X-Long", "x".repeat(20_000))
                                .POST(HttpRequest.BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(431);
        // Jetty gave up before it had read the Content-Type, so the answer is in the format that
        // people can read.
        assertThat(response.headers().firstValue("Content-Type")).hasValue(JSON);
        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .startsWith("{\"code\":3,\"message\":\"");
    }

    @Test
    void H8_chunkedBody_expectContinue_andKeepAlive() throws Exception {
        byte[] body = request(span(1)).toByteArray();
        for (int i = 0; i < 3; i++) {
            HttpResponse<byte[]> response =
                    send(
                            to("/v1/traces")
                                    .header("Content-Type", PROTOBUF)
                                    .expectContinue(i == 1)
                                    .POST(
                                            HttpRequest.BodyPublishers.ofInputStream(
                                                    () -> new ByteArrayInputStream(body))));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Connection")).isEmpty();
        }
        assertThat(row("spans").accepted()).isEqualTo(3);
    }

    @Test
    void configuredSource_mayBackfill_anUnknownOneIsOrdinary() throws Exception {
        Span old =
                span(1).toBuilder()
                        .setStartTimeUnixNano(RandomOtlp.NOW - Duration.ofDays(20).toNanos())
                        .setEndTimeUnixNano(RandomOtlp.NOW - Duration.ofDays(20).toNanos())
                        .build();
        for (String source : List.of("history", "herstory")) {
            send(
                    to("/v1/traces")
                            .header("Content-Type", PROTOBUF)
                            .header("Sluice-Source", source)
                            .POST(
                                    HttpRequest.BodyPublishers.ofByteArray(
                                            request(old).toByteArray())));
        }

        assertThat(engine.accepted())
                .singleElement()
                .satisfies(
                        accepted -> {
                            assertThat(accepted.entry().source()).isEqualTo("history");
                            assertThat(accepted.entry().backfill()).isTrue();
                        });
        assertThat(row("spans").rejected()).isEqualTo(Map.of(RejectReason.TOO_OLD, 1L));
    }

    @Test
    void otherHostName_onLoopback_is403() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v1/traces HTTP/1.1\r\nHost: rebound.example.org\r\nContent-Type: application/json\r\n"
                                            + "Content-Length: 2\r\nConnection: close\r\n\r\n{}")
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 403 ").contains("\"code\":7");
        }
    }

    @Test
    void bodyThatEndsEarly_isCountedAsMalformed_andNothingIsStored() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                            + PROTOBUF
                                            + "\r\nContent-Length: 100\r\n\r\nabc")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.MALFORMED, 1L));
        assertThat(engine.accepted()).isEmpty();
    }

    @Test
    void H1_H2_logsAreTaken_inBothEncodings() throws Exception {
        byte[] body = OtlpGrpcReceiverTest.logs("placed", "lost").toByteArray();
        String json =
                """
                {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"eventName": "placed"},
                  {"timeUnixNano": "9000000000000000000"}]}]}]}""";
        assertThat(postLogs(PROTOBUF, body).body()).isEmpty();
        HttpResponse<byte[]> partial = postLogs(JSON, json.getBytes(StandardCharsets.UTF_8));

        assertThat(new String(partial.body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\",\"errorMessage\":\"refused: 1 future\"}}");
        assertThat(row("logs").accepted()).isEqualTo(3);
        assertThat(row("logs").rejected()).isEqualTo(Map.of(RejectReason.FUTURE, 1L));
        assertThat(engine.accepted())
                .extracting(accepted -> accepted.entry().kind())
                .containsExactly("otlp-logs", "otlp-logs-json");
    }

    @Test
    void anEnumsName_isRefused_andTheSenderLearnsWhatIsTaken() throws Exception {
        String json =
                """
                {"resourceSpans": [{"scopeSpans": [{"spans": [{"kind": "SPAN_KIND_SERVER"}]}]}]}""";
        HttpResponse<byte[]> refused = post(JSON, json.getBytes(StandardCharsets.UTF_8));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("kind: an enum's number and not its name was expected");
    }

    private HttpResponse<byte[]> postLogs(String contentType, byte[] body) throws Exception {
        return send(
                to("/v1/logs")
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    @Test
    void C4_aWarningRejectsNothing() throws Exception {
        receiver.close();
        Extractor byRoute =
                new Extractors(MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                        .compile(TestPlans.plan(TestPlans.goodOf(byRoute(), byRoute())));
        intake =
                new Intake(
                        () -> tally.counting(byRoute),
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW)));
        listen(Duration.ofMinutes(1));
        Span span =
                span(1).toBuilder()
                        .addAttributes(
                                RandomOtlp.attribute("route", RandomOtlp.text("/".repeat(300))))
                        .build();
        ExportTraceServiceResponse response =
                ExportTraceServiceResponse.parseFrom(
                        post(PROTOBUF, request(span).toByteArray()).body());

        assertThat(response.getPartialSuccess().getRejectedSpans()).isZero();
        assertThat(response.getPartialSuccess().getErrorMessage())
                .startsWith("groups that are too long");
        assertThat(row("spans").accepted()).isEqualTo(1);
        assertThat(row("spans").rejected()).isEmpty();
    }

    private static EventSource byRoute() {
        return TestPlans.spans("cart").groupedBy(Optional.of("route"));
    }

    @Test
    void C5_unknownFieldsOfEveryWireType_atEveryDepth_areIgnored() throws Exception {
        ProtoWriter out = new ProtoWriter();
        int resourceSpans = out.begin(1);
        unknown(out);
        out.bytes(1, request().getResourceSpans(0).getResource().toByteArray());
        int scopeSpans = out.begin(2);
        unknown(out);
        int span = out.begin(2);
        unknown(out);
        int attribute = out.begin(9);
        unknown(out);
        out.text(1, "k");
        int value = out.begin(2);
        unknown(out);
        out.text(1, "v");
        out.end(value);
        out.end(attribute);
        for (byte[] field : fieldsOf(span(1))) {
            out.bytes(field[0], Arrays.copyOfRange(field, 1, field.length));
        }
        out.fixed64(7, RandomOtlp.NOW - 2_000_000);
        out.fixed64(8, RandomOtlp.NOW - 1_000_000);
        out.end(span);
        out.end(scopeSpans);
        out.end(resourceSpans);
        unknown(out);

        assertThat(post(PROTOBUF, out.toBytes()).body()).isEmpty();
        assertThat(row("spans").accepted()).isEqualTo(1);
        assertThat(engine.accepted().getFirst().extract().counts()).hasSize(1);
    }

    /** A span's ids: the fields that it cannot do without, each behind its number. */
    private static List<byte[]> fieldsOf(Span span) {
        return List.of(
                ByteString.copyFrom(new byte[] {1}).concat(span.getTraceId()).toByteArray(),
                ByteString.copyFrom(new byte[] {2}).concat(span.getSpanId()).toByteArray());
    }

    private static void unknown(ProtoWriter out) {
        out.varint(3_000, -1);
        out.fixed32(3_001, 7);
        out.fixed64(3_002, 7);
        out.text(3_003, "unknown");
    }

    @Test
    void C6_partsOfAResource_areOne_whereverTheyStand() throws Exception {
        byte[] whole = request(span(1)).getResourceSpans(0).toByteArray();
        ProtoWriter out = new ProtoWriter();
        int resourceSpans = out.begin(1);
        out.bytes(2, request(span(1)).getResourceSpans(0).getScopeSpans(0).toByteArray());
        out.bytes(1, new byte[0]);
        out.bytes(1, request().getResourceSpans(0).getResource().toByteArray());
        out.end(resourceSpans);
        assertThat(out.size()).isGreaterThan(whole.length);

        post(PROTOBUF, out.toBytes());
        assertThat(engine.accepted().getFirst().extract().counts())
                .singleElement()
                .extracting(Extract.Counted::total)
                .isEqualTo(1L);
    }

    @Test
    void C11_answersAreSmall_whateverIsWrong() throws Exception {
        Span bad = span(1).toBuilder().clearTraceId().build();
        Span[] spans = Collections.nCopies(5_000, bad).toArray(Span[]::new);
        assertThat(post(PROTOBUF, "gzip", gzip(request(spans).toByteArray())).body().length)
                .isLessThan(100);
        assertThat(post("text/" + "x".repeat(7_000), new byte[0]).body().length)
                .isLessThan(4 << 20);
    }

    @Test
    void C21_whatDoesNotMatter_doesNotDisturbCounting() throws Exception {
        Span full =
                span(1).toBuilder()
                        .setFlags(0x301)
                        .setDroppedAttributesCount(3)
                        .setDroppedEventsCount(4)
                        .setDroppedLinksCount(5)
                        .addEvents(Span.Event.newBuilder().setName("exception"))
                        .addLinks(Span.Link.newBuilder().setTraceState("ot=th:8"))
                        .setParentSpanId(ByteString.copyFromUtf8("parentid"))
                        .build();
        ExportTraceServiceRequest.Builder request = request(full).toBuilder();
        request.getResourceSpansBuilder(0)
                .setSchemaUrl("https://example.org/1")
                .getScopeSpansBuilder(0)
                .setSchemaUrl("https://example.org/2");
        post(PROTOBUF, request.build().toByteArray());

        assertThat(engine.accepted().getFirst().extract().counts())
                .singleElement()
                .satisfies(
                        counted -> {
                            assertThat(counted.total()).isEqualTo(1);
                            assertThat(counted.totalThousandths()).isEqualTo(1_000);
                        });
    }

    @Test
    void H9_browsersOfOtherOriginsGetNoLeave() throws Exception {
        HttpResponse<byte[]> preflight =
                send(
                        to("/v1/traces")
                                .header("Origin", "https://shop.example.org")
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));

        assertThat(preflight.statusCode()).isEqualTo(405);
        assertThat(preflight.headers().map().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"));
    }

    @Test
    void H10_codesAndStatusesGoTogether_asInOtherCollectors() {
        Map<RefusedException, Integer> statuses =
                Map.of(
                        RefusedException.of(RejectReason.MALFORMED, ""), 400,
                        RefusedException.of(RejectReason.UNAUTHORIZED, ""), 403,
                        RefusedException.notFound(""), 404,
                        RefusedException.of(new OverloadedException("", Duration.ofSeconds(1))),
                                503,
                        RefusedException.late(Duration.ofSeconds(1)), 503,
                        RefusedException.unavailable("", Duration.ofSeconds(1)), 503);
        Map<Integer, Integer> codes = Map.of(400, 3, 403, 7, 404, 12, 503, 14);

        statuses.forEach(
                (refused, status) -> {
                    assertThat(refused.status()).isEqualTo(status);
                    assertThat(refused.code()).isEqualTo(codes.get(status));
                });
    }

    private static void sendAnother(Socket socket) {
        try {
            socket.getOutputStream().write('x');
        } catch (IOException e) {
            // The receiver has answered, and hears no more of it.
        }
    }

    private Socket half(int length) throws IOException {
        Socket socket = new Socket("127.0.0.1", receiver.port());
        socket.getOutputStream()
                .write(
                        ("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                        + PROTOBUF
                                        + "\r\nContent-Length: "
                                        + length
                                        + "\r\n\r\nabc")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void C12_aBodyThatDoesNotArriveInTime_isRefused_andGivesBackWhatItHeld() throws Exception {
        receiver.close();
        listen(Duration.ofMillis(20));
        try (Socket slow = half(MAX_BODY_BYTES)) {
            Await.until(
                    () -> {
                        sendAnother(slow);
                        return !counters.rows().isEmpty();
                    });
        }

        assertThat(row(ReceiverCounters.REQUESTS).rejected())
                .isEqualTo(Map.of(RejectReason.SLOW_SENDER, 1L));
        assertNothingIsHeld();
    }

    @Test
    void aThousandConnectionsWithHalfARequestEach_hurtNobodyElse() throws Exception {
        receiver.close();
        intake = intakeOf(new Limits(MAX_BODY_BYTES, 32 * MAX_BODY_BYTES));
        listen(Duration.ofMinutes(1));
        List<Socket> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                connections.add(half(MAX_BODY_BYTES));
            }
            for (int i = 0; i < 10; i++) {
                assertThat(post(PROTOBUF, request(span(i)).toByteArray()).statusCode())
                        .isEqualTo(200);
            }
        } finally {
            for (Socket connection : connections) {
                connection.close();
            }
        }

        assertThat(row("spans").accepted()).isEqualTo(10);
        assertNothingIsHeld();
    }

    /** All that may be in flight can be held anew. */
    private void assertNothingIsHeld() {
        Await.until(
                () -> {
                    try (BytesInFlight.Hold all = intake.bytesInFlight().hold()) {
                        all.add(intake.limits().maxBytesInFlight());
                        return true;
                    } catch (OverloadedException e) {
                        return false;
                    }
                });
    }
}
