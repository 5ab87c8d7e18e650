package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.sluice.collector.Await;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How many connections there may be, and how long they may take, on real sockets. */
class ConnectionsTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final ReceiverCounters counters = new ReceiverCounters();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T closing(T one) {
        opened.add(one);
        return one;
    }

    private Intake intake() {
        Extractor extractor =
                new Extractors(1 << 20, OtlpHttpReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.spans("cart"), TestPlans.spans("cart"))));
        return new Intake(
                () -> extractor,
                new FakeEngine(),
                counters,
                Sources.ORDINARY,
                Limits.DEFAULTS,
                InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW)));
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private OtlpHttpReceiver http(ConnectionLimit limit, Patience patience) throws IOException {
        OtlpHttpReceiver receiver =
                closing(
                        new OtlpHttpReceiver(
                                anyPort(), intake(), List.of(), Optional.empty(), limit, patience));
        receiver.start();
        return receiver;
    }

    private OtlpGrpcReceiver grpc(ConnectionLimit limit, GrpcTimes times) throws IOException {
        OtlpGrpcReceiver receiver =
                closing(new OtlpGrpcReceiver(anyPort(), intake(), Optional.empty(), limit, times));
        receiver.start();
        return receiver;
    }

    private Socket connect(int port) throws IOException {
        return closing(new Socket("127.0.0.1", port));
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What is sent after the other side has closed is lost, and that is as it should be. */
    private static void trickle(Socket socket) {
        try {
            send(socket, "x");
        } catch (IOException e) {
            // It has.
        }
    }

    private static int post(int port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/v1/traces"))
                                    .header("Content-Type", "application/x-protobuf")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    oneSpan().toByteArray()))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static ExportTraceServiceRequest oneSpan() {
        return OtlpHttpReceiverTest.request(OtlpHttpReceiverTest.span(1));
    }

    private void export(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            var _ =
                    TraceServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .export(oneSpan());
        } finally {
            channel.shutdownNow();
        }
    }

    private long slowSenders() {
        return counters.rows().stream()
                .map(IngestStatus.Row::rejected)
                .mapToLong(rejected -> rejected.getOrDefault(RejectReason.SLOW_SENDER, 0L))
                .sum();
    }

    @Test
    void C12_H5_beyondTheLimit_httpAnswers503WithRetryAfter_andCountsIt() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(3);
        OtlpHttpReceiver receiver = http(limit, Patience.DEFAULT);
        Socket first = connect(receiver.port());
        connect(receiver.port());
        connect(receiver.port());
        Await.until(() -> limit.open() == 3);

        Socket fourth = connect(receiver.port());
        send(fourth, "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String answer =
                new String(fourth.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(answer)
                .startsWith("HTTP/1.1 503 ")
                .contains("\r\nRetry-After: 1\r\n", "\r\nConnection: close\r\n")
                .endsWith("\r\n\r\ntoo many connections are open");
        assertThat(limit.refused()).isEqualTo(1);

        first.close();
        Await.until(() -> limit.open() == 2);
        assertThat(post(receiver.port())).isEqualTo(200);
        assertThat(limit.refused()).isEqualTo(1);
    }

    @Test
    void connectionsThatEnd_makeRoom_howeverManyThereWere() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(2);
        OtlpHttpReceiver receiver = http(limit, Patience.DEFAULT);
        for (int i = 0; i < 50; i++) {
            Await.until(() -> limit.open() == 0);
            assertThat(post(receiver.port())).isEqualTo(200);
        }
        assertThat(limit.refused()).isZero();
    }

    @Test
    void aHeaderThatNeverEnds_endsItsConnection_andIsCounted() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(10);
        OtlpHttpReceiver receiver = http(limit, new Patience(LONG, SHORT, LONG, LONG));
        Socket slow = connect(receiver.port());
        send(slow, "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nX-Endless: ");
        Await.until(
                () -> {
                    trickle(slow);
                    return slowSenders() == 1;
                });

        Await.until(() -> limit.open() == 0);
    }

    @Test
    void aHeaderThatNeverEnds_behindAnAnsweredRequest_endsItsConnectionToo() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(10);
        OtlpHttpReceiver receiver = http(limit, new Patience(LONG, SHORT, LONG, LONG));
        Socket slow = connect(receiver.port());
        send(slow, "GET /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\nGET ");
        Await.until(
                () -> {
                    trickle(slow);
                    return slowSenders() == 1;
                });

        Await.until(() -> limit.open() == 0);
    }

    @Test
    void aSilentConnection_isClosed_andIsNoOffence() throws Exception {
        OtlpHttpReceiver receiver =
                http(new ConnectionLimit(10), new Patience(SHORT, LONG, LONG, LONG));
        Socket silent = connect(receiver.port());

        assertThat(silent.getInputStream().read()).isEqualTo(-1);
        assertThat(counters.rows()).isEmpty();
    }

    @Test
    void answersThatNobodyTakes_endTheirConnection_andOthersAreServedMeanwhile() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(10);
        OtlpHttpReceiver receiver = http(limit, new Patience(LONG, LONG, LONG, SHORT));
        Socket deaf = connect(receiver.port());
        Thread asking =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        while (true) {
                                            send(
                                                    deaf,
                                                    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                                            .repeat(100));
                                        }
                                    } catch (IOException e) {
                                        // Closed, after more answers than fit between us.
                                    }
                                });
        assertThat(post(receiver.port())).isEqualTo(200);
        asking.join();

        Await.until(() -> limit.open() == 0);
        assertThat(slowSenders()).isZero();
    }

    @Test
    void aThousandUnfinishedHeaders_hurtNobodyElse_andAreGoneInTime() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(1_100);
        OtlpHttpReceiver receiver =
                http(limit, new Patience(LONG, Duration.ofSeconds(2), LONG, LONG));
        for (int i = 0; i < 1_000; i++) {
            send(connect(receiver.port()), "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nX-A");
        }
        for (int i = 0; i < 10; i++) {
            assertThat(post(receiver.port())).isEqualTo(200);
        }

        Await.until(() -> slowSenders() == 1_000);
        Await.until(() -> limit.open() == 0);
        assertThat(limit.refused()).isZero();
    }

    @Test
    void G7_beyondTheLimit_grpcIsUnavailable_andCountsIt() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(2);
        OtlpGrpcReceiver receiver = grpc(limit, GrpcTimes.DEFAULT);
        RawHttp2 first = closing(new RawHttp2(receiver.port()));
        closing(new RawHttp2(receiver.port()));
        Await.until(() -> limit.open() == 2);

        StatusRuntimeException refused =
                catchThrowableOfType(StatusRuntimeException.class, () -> export(receiver.port()));

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(limit.refused()).isBetween(1L, 3L);

        first.close();
        Await.until(() -> limit.open() == 1);
        export(receiver.port());
        Await.until(() -> limit.open() == 1);
    }

    @Test
    void aConnectionThatNeverSpeaksHttp2_isClosed() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(10);
        OtlpGrpcReceiver receiver = grpc(limit, new GrpcTimes(SHORT, LONG, LONG, LONG));
        connect(receiver.port());
        Socket trickling = connect(receiver.port());
        send(trickling, "PRI * HTTP/2.0");
        Await.until(() -> limit.open() == 2);

        Await.until(() -> limit.open() == 0);
    }

    @Test
    void headersWithoutEnd_areNoRequest_andTheirConnectionIsClosedAsIdle() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(10);
        OtlpGrpcReceiver receiver = grpc(limit, new GrpcTimes(LONG, SHORT, LONG, LONG));
        RawHttp2 endless = closing(new RawHttp2(receiver.port()));
        endless.beginWithoutEnd();
        Await.until(() -> limit.open() == 1);

        Await.until(() -> limit.open() == 0);
    }

    @Test
    void headersInPiecesThatGoOnForEver_endTheirConnection() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(10);
        OtlpGrpcReceiver receiver = grpc(limit, new GrpcTimes(LONG, LONG, LONG, LONG));
        RawHttp2 endless = closing(new RawHttp2(receiver.port()));
        endless.beginWithoutEnd();
        Await.until(() -> limit.open() == 1);

        Await.until(
                () -> {
                    endless.continueWithoutEnd();
                    return limit.open() == 0;
                });
    }
}
