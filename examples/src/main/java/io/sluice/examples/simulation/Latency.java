package io.sluice.examples.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long a piece of work takes: log-normal, as service times are.
 *
 * @param medianMillis half of the work takes at most so long
 * @param sigma standard deviation of the logarithm; P99 is {@code median × exp(2.33 × sigma)}
 * @param maxMillis nothing takes longer (a time-out in real life)
 */
public record Latency(double medianMillis, double sigma, double maxMillis) {
    public Latency {
        if (!(medianMillis >= 0 && sigma >= 0 && maxMillis >= medianMillis)) {
            throw new IllegalArgumentException(
                    "not a latency: median "
                            + medianMillis
                            + " ms, sigma "
                            + sigma
                            + ", max "
                            + maxMillis);
        }
    }

    /** One draw, in nanoseconds. */
    public long sampleNanos(RandomGenerator random) {
        double millis = medianMillis * Math.exp(sigma * random.nextGaussian());
        return (long) (Math.min(millis, maxMillis) * 1_000_000);
    }

    /** One draw. */
    public Duration sample(RandomGenerator random) {
        return Duration.ofNanos(sampleNanos(random));
    }
}
