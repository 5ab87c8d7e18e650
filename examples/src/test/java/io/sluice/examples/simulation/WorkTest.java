package io.sluice.examples.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

class WorkTest {
    private static final Pause NO_TIME = duration -> {};

    @Test
    void latency_hasItsMedianAndItsP99() {
        Latency latency = new Latency(100, 0.5, 10_000);
        SplittableRandom random = new SplittableRandom(1);
        double[] millis =
                java.util.stream.DoubleStream.generate(() -> latency.sampleNanos(random) / 1e6)
                        .limit(100_000)
                        .toArray();
        Arrays.sort(millis);
        assertThat(millis[50_000]).isCloseTo(100, within(2.0));
        assertThat(millis[99_000]).isCloseTo(100 * Math.exp(2.326 * 0.5), within(10.0));
    }

    @Test
    void latency_staysUnderItsMaximum() {
        Latency latency = new Latency(100, 2, 150);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1_000; i++) {
            assertThat(latency.sampleNanos(random)).isBetween(0L, 150_000_000L);
        }
    }

    @Test
    void work_failsAsOftenAsItSays_theSameInEveryRun() throws InterruptedException {
        int failures = failures(7);
        assertThat(failures).isCloseTo(800, within(100));
        assertThat(failures(7)).isEqualTo(failures);
        assertThat(failures(8)).isNotEqualTo(failures);
    }

    private static int failures(long seed) throws InterruptedException {
        Dice dice = new Dice(seed, "work");
        Work work = new Work(new Latency(10, 0.5, 100), 0.008);
        int failures = 0;
        for (int i = 0; i < 100_000; i++) {
            try {
                work.perform(dice.roll(), NO_TIME);
            } catch (WorkFailedException e) {
                failures++;
            }
        }
        return failures;
    }
}
