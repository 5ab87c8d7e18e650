package io.sluice.collector.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;

import io.sluice.collector.Await;
import io.sluice.collector.RandomOtlp;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.ConnectionLimit;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.collector.remotewrite.RemoteWrite;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/**
 * Bodies that are small on the wire and large in memory, many at a time: what they held at most is
 * bounded, and all of it is given back.
 */
class BombsTest {

    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final long BOMB_BYTES = 256L << 20;
    private static final int AT_A_TIME = 40;

    /** As many are decompressed at a time, each in a buffer of one byte more than the limit. */
    private static final long MOST_HELD =
            2L * Runtime.getRuntime().availableProcessors() * (MAX_BODY_BYTES + 1);

    private final ReceiverCounters counters = new ReceiverCounters();
    private final FakeEngine engine = new FakeEngine();
    private final HttpClient client = HttpClient.newHttpClient();
    private Extractors extractors;
    private Intake intake;
    private OtlpHttpReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        List<Decoder> decoders = new ArrayList<>(OtlpHttpReceiver.decoders());
        decoders.addAll(RemoteWrite.decoders());
        extractors = new Extractors(MAX_BODY_BYTES, decoders);
        Extractor extractor =
                extractors.compile(
                        TestPlans.plan(
                                TestPlans.goodOf(
                                        TestPlans.spans("cart"), TestPlans.spans("cart"))));
        intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        Sources.ORDINARY,
                        new Limits(MAX_BODY_BYTES, 8 * MAX_BODY_BYTES),
                        InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW)));
        receiver =
                new OtlpHttpReceiver(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        intake,
                        List.of(new RemoteWrite()),
                        Optional.empty(),
                        new ConnectionLimit(200));
        receiver.start();
    }

    @AfterEach
    void stop() {
        client.close();
        receiver.close();
    }

    /** Zeros, as a compressor packs them. */
    private static byte[] bomb(Compressor compressor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = compressor.over(bytes)) {
            for (long left = BOMB_BYTES; left > 0; left -= zeros.length) {
                out.write(zeros);
            }
        }
        return bytes.toByteArray();
    }

    private interface Compressor {
        OutputStream over(OutputStream out) throws IOException;
    }

    private HttpRequest request(String path, String type, String encoding, byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.port() + path))
                .header("Content-Type", type)
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    /** Sends it many times at once; every one of them must get this status. */
    private void assertAllRefused(HttpRequest bomb, int status) throws Exception {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<Void>>> answers = new ArrayList<>();
            for (int i = 0; i < AT_A_TIME; i++) {
                answers.add(
                        senders.submit(
                                () -> client.send(bomb, HttpResponse.BodyHandlers.discarding())));
            }
            for (Future<HttpResponse<Void>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(status);
            }
        }
        assertThat(engine.accepted()).isEmpty();
    }

    private void assertBounded() {
        assertThat(extractors.held().most()).isPositive().isLessThanOrEqualTo(MOST_HELD);
        assertThat(intake.bytesInFlight().most())
                .isPositive()
                .isLessThanOrEqualTo(8 * MAX_BODY_BYTES);
        Await.until(() -> extractors.held().now() == 0 && intake.bytesInFlight().held() == 0);
    }

    private long rejected(RejectReason reason) {
        return counters.rows().stream()
                .map(IngestStatus.Row::rejected)
                .mapToLong(counts -> counts.getOrDefault(reason, 0L))
                .sum();
    }

    @Test
    void C8_gzip() throws Exception {
        byte[] bomb = bomb(GZIPOutputStream::new);
        assertThat(bomb.length).isLessThan(MAX_BODY_BYTES);
        assertAllRefused(request("/v1/traces", "application/x-protobuf", "gzip", bomb), 413);
        assertThat(rejected(RejectReason.OVERSIZE)).isEqualTo(AT_A_TIME);
        assertBounded();
    }

    @Test
    void C8_zstd() throws Exception {
        byte[] bomb = bomb(ZstdOutputStream::new);
        assertThat(bomb.length).isLessThan(MAX_BODY_BYTES);
        assertAllRefused(request("/v1/traces", "application/x-protobuf", "zstd", bomb), 413);
        assertThat(rejected(RejectReason.OVERSIZE)).isEqualTo(AT_A_TIME);
        assertBounded();
    }

    @Test
    void RW21_snappy() throws Exception {
        byte[] bomb = Snappy.compress(new byte[8 * MAX_BODY_BYTES]);
        assertThat(bomb.length).isLessThan(MAX_BODY_BYTES);
        assertAllRefused(request("/api/v1/write", "application/x-protobuf", "snappy", bomb), 413);
        assertThat(rejected(RejectReason.OVERSIZE)).isEqualTo(AT_A_TIME);
        Await.until(() -> extractors.held().now() == 0 && intake.bytesInFlight().held() == 0);
        // Its length is told before anything is made room for.
        assertThat(extractors.held().most()).isLessThan(AT_A_TIME * MAX_BODY_BYTES / 2);
    }

    @Test
    void RW21_snappyThatLiesAboutItsLength() throws Exception {
        byte[] lie = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0, 0};
        assertAllRefused(request("/api/v1/write", "application/x-protobuf", "snappy", lie), 400);
        assertThat(rejected(RejectReason.MALFORMED)).isEqualTo(AT_A_TIME);
        Await.until(() -> extractors.held().now() == 0 && intake.bytesInFlight().held() == 0);
    }

    @Test
    void C16_J10_depthInJson() throws Exception {
        byte[] deep =
                ("{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"a\",\"value\":"
                                + "{\"arrayValue\":{\"values\":[".repeat(30_000))
                        .getBytes(StandardCharsets.US_ASCII);
        HttpRequest request = request("/v1/traces", "application/json", "identity", deep);
        assertAllRefused(request, 400);
        Await.until(() -> extractors.held().now() == 0 && intake.bytesInFlight().held() == 0);
    }

    @Test
    void H8_aContentLengthThatLies_holdsWhatWasSentAndNoMore() throws Exception {
        List<Socket> liars = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Socket liar = new Socket("127.0.0.1", receiver.port());
                liars.add(liar);
                liar.getOutputStream()
                        .write(
                                ("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                                + " application/x-protobuf\r\nContent-Length: "
                                                + MAX_BODY_BYTES
                                                + "\r\n\r\nabc")
                                        .getBytes(StandardCharsets.US_ASCII));
            }
            Await.until(() -> intake.bytesInFlight().held() == 100 * (16 << 10));
            assertThat(intake.bytesInFlight().refused()).isZero();
        } finally {
            for (Socket liar : liars) {
                liar.close();
            }
        }
        Await.until(() -> intake.bytesInFlight().held() == 0);
        assertThat(intake.bytesInFlight().most()).isEqualTo(100 * (16 << 10));
    }
}
