package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.bench.Fleet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Hours of a fleet's traffic in minutes, on a clock of the test's own: nothing is lost, memory
 * stays as it is, and the disk fills as it is documented. {@code -Dsluice.hours=24} makes it a day,
 * {@code -Dsluice.series=N} says how many series there are, all of which have an event each half
 * minute.
 */
final class FastForwardTest {
    private static final int HOURS = Integer.getInteger("sluice.hours", 4);
    private static final int SERIES = Integer.getInteger("sluice.series", 500);

    /** Clocks that are set by more are not believed at once. */
    private static final Duration STEP = Duration.ofSeconds(30);

    private static final long ROUNDS_AN_HOUR = Duration.ofHours(1).dividedBy(STEP);

    /** After it every series has its first hours, and what is made once is made. */
    private static final int WARM_UP_HOURS = 2;

    /** Of a series: its sums stay in memory, what they are of does not. */
    private static final long HEAP_BYTES_AN_HOUR = 48;

    /** What a test's JVM has more or less of, whatever the server does. */
    private static final long HEAP_SLACK_BYTES = 6 << 20;

    /** Of a series with an event each half minute. */
    private static final long STORE_BYTES_AN_HOUR = 700;

    /** Of spans of a request of 500, which are alike. */
    private static final long LOG_BYTES_A_SPAN = 84;

    /** What files of SQLite have before they have anything. */
    private static final long DISK_SLACK_BYTES = 2 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FastForwardTest.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration LOOK = Duration.ofMillis(200);

    private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");

    private final AtomicLong elapsedNanos = new AtomicLong();
    private final HttpClient client = HttpClient.newHttpClient();

    /** What is kept after an hour. */
    private record Sample(int hour, long heapBytes) {}

    private Instant now() {
        return BEGIN.plusNanos(elapsedNanos.get());
    }

    private long nowNanos() {
        return BEGIN.getEpochSecond() * 1_000_000_000L + elapsedNanos.get();
    }

    private Sluice start(Path folder) throws Exception {
        Path definitions = Files.createDirectory(folder.resolve("definitions"));
        Files.writeString(definitions.resolve("fleet.yaml"), Fleet.definitions(SERIES));
        return Sluice.start(
                folder.resolve("data"),
                AnyPorts.definitions(definitions),
                // Hours must be let go within the test's time for memory to be flat.
                AnyPorts.config(Map.of("countsInMemory", 1L << 20, "series", 2L * SERIES)),
                new Sluice.Machine(this::now, elapsedNanos::get, _ -> Long.MAX_VALUE));
    }

    @Test
    void memoryIsFlat_andDiskFillsAsItIsSaidTo(@TempDir Path folder) throws Exception {
        List<Sample> samples = new ArrayList<>();
        long sent = 0;
        try (Sluice sluice = start(folder)) {
            URI otlp = AnyPorts.uri(sluice, "otlp-http");
            InetSocketAddress address = new InetSocketAddress(otlp.getHost(), otlp.getPort());
            Fleet fleet = new Fleet(SERIES, this::nowNanos);
            for (int hour = 1; hour <= HOURS; hour++) {
                for (int round = 0; round < ROUNDS_AN_HOUR; round++) {
                    elapsedNanos.addAndGet(STEP.toNanos());
                    sent += fleet.round(address);
                }
                settle(sluice, sent);
                samples.add(sample(hour));
            }
        }
        Path data = folder.resolve("data");
        // Files are as they stay once what was written ahead is in them.
        long store = bytes(data, "sluice.db");
        long log = bytes(data, "log");
        samples.forEach(
                sample -> LOG.info("hour {}: {} kB of heap", sample.hour, sample.heapBytes >> 10));
        LOG.info("{} spans: {} kB of store, {} kB of log", sent, store >> 10, log >> 10);
        Sample settled = samples.get(WARM_UP_HOURS - 1);
        Sample last = samples.getLast();
        long hours = last.hour() - settled.hour();
        assertThat(last.heapBytes() - settled.heapBytes())
                .as("heap that is kept more after %d hours", hours)
                .isLessThan(SERIES * hours * HEAP_BYTES_AN_HOUR + HEAP_SLACK_BYTES);
        assertThat(store)
                .as("store after %d hours", HOURS)
                .isLessThan((long) SERIES * HOURS * STORE_BYTES_AN_HOUR + DISK_SLACK_BYTES);
        assertThat(log)
                .as("ingest log after %d spans", sent)
                .isLessThan(sent * LOG_BYTES_A_SPAN + DISK_SLACK_BYTES);
        assertThat(OfflineReplay.run(data, _ -> {}).isEqual()).isTrue();
    }

    /**
     * Waits until all is counted and stored. Time goes on meanwhile, as slowly as it does: answers
     * are kept for a second of it, and stores are written once a second.
     */
    private void settle(Sluice sluice, long sent) throws Exception {
        Scene.await(
                () -> {
                    elapsedNanos.addAndGet(LOOK.toNanos());
                    return counted(sluice) >= sent && lag(sluice) == 0;
                });
        assertThat(counted(sluice)).isEqualTo(sent);
    }

    private static Sample sample(int hour) {
        System.gc();
        return new Sample(hour, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    /** Of all files whose path in the folder begins so. */
    private static long bytes(Path data, String begins) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += data.relativize(file).toString().startsWith(begins) ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    private String get(Sluice sluice, String path) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(AnyPorts.uri(sluice, "api").resolve(path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private long counted(Sluice sluice) throws Exception {
        long total = 0;
        for (JsonNode row : JSON.readTree(get(sluice, "/api/v1/counts")).path("counts")) {
            total += row.path("total").asLong();
        }
        return total;
    }

    private double lag(Sluice sluice) throws Exception {
        String name = "sluice_apply_lag_records ";
        return get(sluice, "/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }
}
