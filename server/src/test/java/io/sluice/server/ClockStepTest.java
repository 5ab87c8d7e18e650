package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The machine's clock is set back or forward by an hour, by mistake or with all senders: the whole
 * server, by real elapsed time.
 */
final class ClockStepTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir private Path folder;

    private final AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);

    /** The machine's clock; its senders' is right, or set along with it. */
    private Instant wall() {
        return InstantSource.system().instant().plus(set.get());
    }

    private Scene scene() throws Exception {
        return new Scene(
                folder, new Sluice.Machine(this::wall, System::nanoTime, _ -> Long.MAX_VALUE));
    }

    /** Sends requests one by one, all of which must be taken whole. */
    private static void send(Scene scene, Duration sendersSet, int requests) throws Exception {
        for (int i = 0; i < requests; i++) {
            var answer = scene.send(Instant.now().plus(sendersSet), 10, 0);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).doesNotContain("rejectedSpans");
        }
    }

    private static void assertGoesOn(Scene scene, long counted) throws Exception {
        Scene.await(() -> scene.counted() == counted);
        double checkpoints = scene.metric("sluice_apply_lag_records");
        assertThat(checkpoints).isNotNegative();
        // What is applied is stored within the usual second or two, whatever the clock says.
        Scene.await(() -> scene.metric("sluice_apply_lag_records") == 0);
        assertThat(scene.alerts().findValuesAsText("state")).doesNotContain("FIRING");
    }

    @Test
    void setBackByMistake_refusesNoLiveData_andChangesNothing() throws Exception {
        try (Scene scene = scene()) {
            send(scene, Duration.ZERO, 3);
            set.set(HOUR.negated());
            send(scene, Duration.ZERO, 30);

            assertGoesOn(scene, 330);
            assertThat(scene.metric("sluice_clock_steps_total")).isEqualTo(1);
            assertThat(scene.metric("sluice_clock_ahead_seconds")).isBetween(-3601.0, -3599.0);
        }
        assertReplays();
    }

    @Test
    void setBackWithItsSenders_isBelieved() throws Exception {
        try (Scene scene = scene()) {
            send(scene, Duration.ZERO, 3);
            set.set(HOUR.negated());
            send(scene, HOUR.negated(), 30);

            assertGoesOn(scene, 330);
            assertThat(scene.metric("sluice_clock_ahead_seconds")).isZero();
        }
        assertReplays();
    }

    @Test
    void setForwardByMistake_refusesNoLiveData_andChangesNothing() throws Exception {
        try (Scene scene = scene()) {
            send(scene, Duration.ZERO, 3);
            set.set(HOUR);
            send(scene, Duration.ZERO, 30);

            assertGoesOn(scene, 330);
            assertThat(scene.metric("sluice_clock_ahead_seconds")).isBetween(3599.0, 3601.0);
        }
        assertReplays();
    }

    @Test
    void setForwardWithItsSenders_isBelieved() throws Exception {
        try (Scene scene = scene()) {
            send(scene, Duration.ZERO, 3);
            set.set(HOUR);
            send(scene, HOUR, 30);

            assertGoesOn(scene, 330);
            assertThat(scene.metric("sluice_clock_ahead_seconds")).isZero();
        }
        assertReplays();
    }

    private void assertReplays() throws Exception {
        var replayed = OfflineReplay.run(folder.resolve("data"), _ -> {});
        assertThat(replayed.compared()).isPositive();
        assertThat(replayed.different()).isZero();
    }
}
