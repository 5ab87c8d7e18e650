package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.fold.Replay;
import io.sluice.server.Backup;
import io.sluice.server.OfflineReplay;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** A real server is copied while it takes requests, from another process. */
final class BackupTest {
    private static final int SPANS = 64;
    private static final int ANSWERS_BEFORE_BACKUP = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    @Test
    void copyUnderLoad_countsWhatItsLogHolds_andAQuietOneCountsTheSame(@TempDir Path folder)
            throws Exception {
        Path original = folder.resolve("original");
        Path data = original.resolve("data");
        long before;
        Backup.Contents underLoad;
        Backup.Contents quiet;
        try (ServerProcess server = ServerProcess.start(original);
                ExecutorService sender = Executors.newSingleThreadExecutor()) {
            Future<?> sending = sender.submit(() -> send(server));
            await(() -> answered.get() >= ANSWERS_BEFORE_BACKUP);
            before = answered.get();
            underLoad = Backup.take(data, folder.resolve("under-load"));
            sender.shutdownNow();
            assertThat(sending.cancel(true) || sending.isDone()).isTrue();
        }
        quiet = Backup.take(data, folder.resolve("quiet"));

        long originalTotal = countedIn(original);
        assertThat(restored(folder, "quiet")).isEqualTo(originalTotal);
        assertThat(quiet.lastOffset()).isGreaterThanOrEqualTo(underLoad.lastOffset());
        // One record of the log is the definitions.
        long records = underLoad.lastOffset() - underLoad.firstOffset();
        assertThat(records).isBetween(before, quiet.lastOffset());
        assertThat(restored(folder, "under-load")).isEqualTo(records * SPANS);
    }

    private long restored(Path folder, String name) throws Exception {
        Path restored = folder.resolve("restored-" + name);
        Backup.restore(folder.resolve(name), restored.resolve("data"));
        long total = countedIn(restored);
        Replay.Result replay = OfflineReplay.run(restored.resolve("data"), _ -> {});
        assertThat(replay.isEqual()).isTrue();
        return total;
    }

    /** What a server counts that starts there, before anything is sent to it. */
    private long countedIn(Path folder) throws Exception {
        try (ServerProcess server = ServerProcess.start(folder)) {
            return counted(server);
        }
    }

    @Test
    void damagedOrMixedCopies_andFoldersInUse_areRefused(@TempDir Path folder) throws Exception {
        Path original = folder.resolve("original");
        Path data = original.resolve("data");
        Path backup = folder.resolve("backup");
        assertThatThrownBy(() -> Backup.take(data, backup)).hasMessageContaining("not the data");
        try (ServerProcess _ = ServerProcess.start(original)) {
            Backup.take(data, backup);
            assertThatThrownBy(() -> Backup.take(data, backup)).hasMessageContaining("not empty");
            assertThatThrownBy(() -> Backup.restore(backup, data))
                    .hasMessageContaining("not empty");
        }
        Path segment = backup.resolve("log").resolve("segment-0000000000000000001.log");
        byte[] whole = Files.readAllBytes(segment);
        byte[] damaged = whole.clone();
        damaged[60] ^= 1;
        Files.write(segment, damaged);
        assertThatThrownBy(() -> Backup.restore(backup, folder.resolve("restored")))
                .hasMessageContaining(segment + ", from byte")
                .hasMessageContaining("is not what was written");
        Files.write(segment, whole);
        Path store = backup.resolve("sluice.db");
        try (RandomAccessFile file = new RandomAccessFile(store.toFile(), "rw")) {
            byte[] noise = new byte[(int) file.length() / 2];
            Arrays.fill(noise, (byte) 0xA5);
            file.seek(noise.length);
            file.write(noise);
        }
        assertThatThrownBy(() -> Backup.restore(backup, folder.resolve("restored")))
                .isInstanceOf(IOException.class);
        assertThat(folder.resolve("restored")).doesNotExist();
        Files.delete(store);
        assertThatThrownBy(() -> Backup.check(backup)).hasMessageContaining("holds no backup");
    }

    private void send(ServerProcess server) {
        SpanRequest request = SpanRequest.of(SPANS);
        try {
            while (!Thread.currentThread().isInterrupted()) {
                byte[] body =
                        request.next(
                                        sequence.incrementAndGet(),
                                        System.currentTimeMillis() * 1_000_000)
                                .clone();
                HttpResponse<Void> answer =
                        client.send(
                                HttpRequest.newBuilder(server.traces())
                                        .timeout(PATIENCE)
                                        .header("Content-Type", "application/x-protobuf")
                                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                        .build(),
                                HttpResponse.BodyHandlers.discarding());
                if (answer.statusCode() == 200) {
                    answered.incrementAndGet();
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        Instant until = Instant.now().plus(PATIENCE);
        while (!condition.getAsBoolean() && Instant.now().isBefore(until)) {
            Thread.onSpinWait();
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private long counted(ServerProcess server) throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(server.api().resolve("/api/v1/counts")).build(),
                        HttpResponse.BodyHandlers.ofString());
        long total = 0;
        for (JsonNode row : new ObjectMapper().readTree(answer.body()).path("counts")) {
            if (row.path("sli").asText().endsWith("-requests")) {
                total += row.path("total").asLong();
            }
        }
        return total;
    }
}
