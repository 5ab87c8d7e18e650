package io.sluice.collector.dogstatsd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.timgroup.statsd.NonBlockingStatsDClientBuilder;
import com.timgroup.statsd.StatsDClient;

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
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.RejectReason;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class DogStatsdStreamReceiverTest {

    @TempDir private Path folder;

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final ConnectionLimit limit = new ConnectionLimit(3);
    private final List<SocketChannel> senders = new ArrayList<>();
    private Path path;
    private DogStatsdStreamReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        path = folder.resolve("dsd.sock");
        receiver = receiver();
        receiver.start();
    }

    private DogStatsdStreamReceiver receiver() throws IOException {
        Extractor extractor =
                new Extractors(1 << 20, DogStatsdReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.metric("orders"),
                                                TestPlans.metric("orders"))));
        Intake intake =
                new Intake(
                        () -> extractor,
                        engine,
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        InstantSource.fixed(Instant.ofEpochSecond(0, RandomOtlp.NOW)));
        return new DogStatsdStreamReceiver(
                new UnixSocket(path, PosixFilePermissions.fromString("rw--w----")), intake, limit);
    }

    @AfterEach
    void stop() throws IOException {
        for (SocketChannel sender : senders) {
            sender.close();
        }
        receiver.close();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel sender = SocketChannel.open(UnixDomainSocketAddress.of(path));
        senders.add(sender);
        return sender;
    }

    private static ByteBuffer frame(String messages) {
        byte[] bytes = messages.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .put(bytes)
                .flip();
    }

    private static void write(SocketChannel sender, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            sender.write(bytes);
        }
    }

    /** Waits until the other side closes it, orderly or with what it had not read. */
    private static boolean isClosed(SocketChannel sender) {
        try {
            return sender.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private long total() {
        return engine.accepted().stream()
                .flatMap(accepted -> accepted.extract().counts().stream())
                .mapToLong(Extract.Counted::total)
                .sum();
    }

    private long rejected(RejectReason reason) {
        return counters.rows().stream()
                .map(IngestStatus.Row::rejected)
                .mapToLong(rejected -> rejected.getOrDefault(reason, 0L))
                .sum();
    }

    @Test
    void aRealClientsCountsAreExact() {
        try (StatsDClient client =
                new NonBlockingStatsDClientBuilder()
                        .address("unixstream://" + path)
                        .timeout(10_000)
                        .enableTelemetry(false)
                        .enableAggregation(false)
                        .blocking(true)
                        .build()) {
            for (int i = 0; i < 5_000; i++) {
                client.count("orders", 3, "service:shop-frontend");
            }
        }

        Await.until(() -> total() == 15_000);
        assertThat(rejected(RejectReason.MALFORMED)).isZero();
    }

    @Test
    void framesOfSeveralMessages_inAnyPieces_areCounted() throws IOException {
        SocketChannel sender = connect();
        ByteBuffer bytes = frame("orders:1|c\norders:2|c\n");
        while (bytes.hasRemaining()) {
            write(sender, ByteBuffer.wrap(new byte[] {bytes.get()}));
        }
        write(sender, frame(""));
        write(sender, frame("orders:4|c"));
        write(connect(), frame("orders:8|c"));

        Await.until(() -> total() == 15);
    }

    @Test
    void aLongerFrameThanAny_endsItsConnection_andIsCounted_othersGoOn() throws IOException {
        SocketChannel liar = connect();
        write(liar, ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 'x'}));
        Await.until(() -> rejected(RejectReason.OVERSIZE) == 1);
        assertThat(isClosed(liar)).isTrue();

        write(connect(), frame("orders:1|c"));
        Await.until(() -> total() == 1);
    }

    @Test
    void aStreamThatEndsWithinAFrame_isCounted_andWhatCameBeforeIsKept() throws IOException {
        SocketChannel sender = connect();
        write(sender, frame("orders:1|c"));
        write(sender, frame("orders:1|c").limit(9));
        sender.close();

        Await.until(() -> total() == 1 && rejected(RejectReason.MALFORMED) == 1);
        Await.until(() -> limit.open() == 0);
    }

    @Test
    void beyondTheLimit_connectionsAreClosed_andCounted() throws IOException {
        for (int i = 0; i < 3; i++) {
            connect();
        }
        Await.until(() -> limit.open() == 3);
        SocketChannel fourth = connect();

        assertThat(isClosed(fourth)).isTrue();
        assertThat(limit.refused()).isEqualTo(1);

        senders.getFirst().close();
        Await.until(() -> limit.open() == 2);
        write(connect(), frame("orders:1|c"));
        Await.until(() -> total() == 1);
    }

    @Test
    void theFileHasItsMode_andIsGoneAfterwards() throws IOException {
        assertThat(Files.getPosixFilePermissions(path))
                .isEqualTo(PosixFilePermissions.fromString("rw--w----"));
        receiver.close();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFileThatAKilledServerLeft_isTakenOver_aLiveOneIsNot_norAnyOtherFile() throws IOException {
        assertThatThrownBy(() -> receiver().start()).hasMessageContaining("listens there already");
        receiver.close();

        ServerSocketChannel killed =
                ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(path));
        killed.close(); // leaves its file, as a kill does
        assertThat(path).exists();
        receiver = receiver();
        receiver.start();
        write(connect(), frame("orders:1|c"));
        Await.until(() -> total() == 1);
        receiver.close();

        Files.writeString(path, "a letter");
        assertThatThrownBy(() -> receiver().start()).hasMessageContaining("is no socket");
        assertThat(path).hasContent("a letter");
    }

    @Test
    void closingStoresWhatHasArrived() throws Exception {
        SocketChannel sender = connect();
        write(sender, frame("orders:1|c"));
        Await.until(() -> limit.open() == 1);
        sender.close();
        Await.until(() -> limit.open() == 0);
        receiver.close();

        assertThat(total()).isEqualTo(1);
        assertThat(counters.rows()).extracting(IngestStatus.Row::dropped).containsOnly(Map.of());
    }
}
