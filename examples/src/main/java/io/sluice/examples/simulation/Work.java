package io.sluice.examples.simulation;

import java.util.random.RandomGenerator;

/**
 * Simulated work: it takes its time and sometimes fails.
 *
 * @param latency how long it takes
 * @param failureRatio how often it fails, 0..1; drawn from the seed, whatever the gate may say of
 *     it
 */
public record Work(Latency latency, double failureRatio) {
    public Work {
        if (!(failureRatio >= 0 && failureRatio <= 1)) {
            throw new IllegalArgumentException(
                    "failure ratio " + failureRatio + " is not within 0..1");
        }
    }

    /**
     * Takes its time, then throws if chance has it.
     *
     * @throws WorkFailedException for {@code failureRatio} of all calls
     */
    public void perform(RandomGenerator random, Pause pause)
            throws InterruptedException, WorkFailedException {
        pause.pause(latency.sample(random));
        if (random.nextDouble() < failureRatio) {
            throw new WorkFailedException("the simulated work failed");
        }
    }
}
