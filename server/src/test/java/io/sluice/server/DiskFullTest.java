package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A disk fills up and is freed: the whole server, with a disk that says what it is told to. */
final class DiskFullTest {

    @TempDir private Path folder;

    private final AtomicLong usable = new AtomicLong(Long.MAX_VALUE);

    @Test
    void fullDisk_isRetryable_saidByReadiness_andForgottenWhenItIsFreed() throws Exception {
        Sluice.Machine machine =
                new Sluice.Machine(InstantSource.system(), System::nanoTime, _ -> usable.get());
        try (Scene scene = new Scene(folder, machine)) {
            assertThat(scene.send(Instant.now(), 9, 1).statusCode()).isEqualTo(200);
            assertThat(scene.get("/readyz").statusCode()).isEqualTo(200);

            usable.set(1000);
            HttpResponse<String> refused = scene.send(Instant.now(), 9, 1);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            HttpResponse<String> notReady = scene.get("/readyz");
            assertThat(notReady.statusCode()).isEqualTo(503);
            assertThat(notReady.body()).contains("nothing can be written to the ingest log");
            assertThat(scene.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(scene.get("/system").body()).contains("Nothing can be written");
            assertThat(scene.metric("sluice_ready")).isZero();

            usable.set(Long.MAX_VALUE);
            Scene.await(() -> scene.get("/readyz").statusCode() == 200); // and nobody sends
            assertThat(scene.send(Instant.now(), 9, 1).statusCode()).isEqualTo(200);
            Scene.await(() -> scene.counted() == 20);

            scene.restart();
            assertThat(scene.counted()).isEqualTo(20);
        }
        assertThat(OfflineReplay.run(folder.resolve("data"), _ -> {}).different()).isZero();
    }

    @Test
    void aStartOnAFullDisk_servesWhatIsThere() throws Exception {
        Sluice.Machine machine =
                new Sluice.Machine(InstantSource.system(), System::nanoTime, _ -> usable.get());
        try (Scene scene = new Scene(folder, machine)) {
            assertThat(scene.send(Instant.now(), 9, 1).statusCode()).isEqualTo(200);
            Scene.await(() -> scene.counted() == 10);

            usable.set(0);
            scene.restart();

            assertThat(scene.counted()).isEqualTo(10);
            assertThat(scene.send(Instant.now(), 9, 1).statusCode()).isEqualTo(503);
        }
    }
}
