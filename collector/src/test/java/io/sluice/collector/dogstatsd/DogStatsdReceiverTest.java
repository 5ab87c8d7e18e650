package io.sluice.collector.dogstatsd;

import static org.assertj.core.api.Assertions.assertThat;

import com.timgroup.statsd.NonBlockingStatsDClientBuilder;
import com.timgroup.statsd.StatsDClient;

import io.sluice.collector.Await;
import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.receive.FakeEngine;
import io.sluice.collector.receive.Intake;
import io.sluice.collector.receive.Limits;
import io.sluice.collector.receive.ReceiverCounters;
import io.sluice.collector.receive.Sources;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.IngestStatus;
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
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Over a real socket. Names begin with the line of DogStatsD's checklist that they prove. */
class DogStatsdReceiverTest {

    private final FakeEngine engine = new FakeEngine();
    private final ReceiverCounters counters = new ReceiverCounters();
    private final CountDownLatch diskWorks = new CountDownLatch(1);
    private boolean diskHangs;
    private DogStatsdReceiver receiver;

    @BeforeEach
    void start() throws IOException {
        Extractor extractor =
                new Extractors(1 << 20, DogStatsdReceiver.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.metric("orders"),
                                                TestPlans.metric("orders")),
                                        TestPlans.judged(
                                                TestPlans.metric("latency"),
                                                Indicator.Unit.NONE,
                                                Op.LT,
                                                100)));
        Intake intake =
                new Intake(
                        () -> extractor,
                        (entry, extract) -> {
                            if (diskHangs) {
                                awaitDisk();
                            }
                            engine.accept(entry, extract);
                        },
                        counters,
                        Sources.ORDINARY,
                        Limits.DEFAULTS,
                        InstantSource.fixed(Instant.ofEpochSecond(1_767_225_605)));
        receiver =
                new DogStatsdReceiver(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), intake);
        receiver.start();
    }

    @AfterEach
    void stop() throws IOException {
        diskWorks.countDown();
        receiver.close();
    }

    private void awaitDisk() throws IOException {
        try {
            diskWorks.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void send(String... datagrams) throws IOException {
        try (DatagramChannel sender = DatagramChannel.open()) {
            sender.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), receiver.port()));
            for (String datagram : datagrams) {
                sender.write(ByteBuffer.wrap(datagram.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private long total(int measure) {
        return engine.accepted().stream()
                .flatMap(accepted -> accepted.extract().counts().stream())
                .filter(counted -> counted.measure() == measure)
                .mapToLong(Extract.Counted::total)
                .sum();
    }

    private IngestStatus.Row row(String signal) {
        return counters.rows().stream()
                .filter(row -> row.signal().equals(signal))
                .findFirst()
                .orElseGet(() -> new IngestStatus.Row("", signal, 0, 0, Map.of(), Map.of()));
    }

    @Test
    void aRealClientsCountsAreExact() {
        try (StatsDClient client =
                new NonBlockingStatsDClientBuilder()
                        .hostname("127.0.0.1")
                        .port(receiver.port())
                        .enableTelemetry(false)
                        .blocking(true)
                        .build()) {
            for (int i = 0; i < 5_000; i++) {
                client.count("orders", 3, "side:platform", "service:shop-frontend");
                client.recordHistogramValue("latency", i % 200, "side:legacy");
            }
        }

        Await.until(() -> total(0) == 15_000 && total(1) == 5_000);
        assertThat(row(DogStatsdDecoder.SIGNAL).rejected()).isEmpty();
        assertThat(row(ReceiverCounters.REQUESTS).dropped()).isEmpty();
    }

    @Test
    void d01_datagramsAreBatchedAndEveryItemIsCounted() throws IOException {
        send("orders:1|c\norders:1|c", "orders:1|c", "", "nonsense\norders:1:1|c\n");

        Await.until(
                () ->
                        row(DogStatsdDecoder.SIGNAL).accepted() == 5
                                && Map.of(RejectReason.MALFORMED, 1L)
                                        .equals(row(DogStatsdDecoder.SIGNAL).rejected()));
        assertThat(total(0)).isEqualTo(5);
    }

    @Test
    void d16_theLargestDatagramIsNotCutOff() throws IOException {
        int most = 65_507;
        String message = "orders:1|c\n";
        send(message.repeat(most / message.length()));

        Await.until(() -> total(0) == most / message.length());
        assertThat(row(DogStatsdDecoder.SIGNAL).rejected()).isEmpty();
    }

    @Test
    void whatCannotBeStoredIsCountedAsDropped() throws IOException {
        engine.refuseWith(new OverloadedException("full", Duration.ofSeconds(1)));
        send("orders:1:1:1|c\nnonsense");

        Await.until(
                () ->
                        Map.of(RejectReason.OVERLOAD, 4L)
                                .equals(row(DogStatsdDecoder.SIGNAL).dropped()));

        engine.refuseWith(null);
        engine.failWith(new IOException("disk full"));
        send("orders:1|c");

        Await.until(
                () ->
                        Map.of(RejectReason.OVERLOAD, 4L, RejectReason.UNAVAILABLE, 1L)
                                .equals(row(DogStatsdDecoder.SIGNAL).dropped()));
        assertThat(row(DogStatsdDecoder.SIGNAL).accepted()).isZero();
    }

    @Test
    void closingStoresWhatHasArrived() throws IOException {
        send("orders:1|c", "orders:1|c");
        receiver.close();

        assertThat(total(0)).isEqualTo(2);
    }

    @Test
    void d15_whatTheKernelDropsIsCounted() throws IOException {
        diskHangs = true;
        String datagram = "orders:1|c\n".repeat(5_900);
        int sent =
                600; // 39 MB: more than 16 batches and the largest socket buffer that kernels grant
        // us
        for (int i = 0; i < sent; i++) {
            send(datagram);
        }
        diskWorks.countDown();

        Await.until(
                () -> {
                    long dropped =
                            row(ReceiverCounters.REQUESTS)
                                    .dropped()
                                    .getOrDefault(RejectReason.KERNEL_DROP, 0L);
                    return dropped > 0 && total(0) + dropped * 5_900 == sent * 5_900L;
                });
        List<FakeEngine.Accepted> accepted = engine.accepted();
        assertThat(accepted).isNotEmpty();
    }
}
