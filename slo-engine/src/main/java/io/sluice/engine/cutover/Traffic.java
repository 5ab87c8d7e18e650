package io.sluice.engine.cutover;

import java.util.SplittableRandom;

/** Draws errors among requests: the same seed, the same traffic. Not thread-safe. */
final class Traffic {
    private final SplittableRandom random;

    Traffic(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** How many of {@code requests} fail if each does with this probability: exactly binomial. */
    long errors(long requests, double probability) {
        if (probability <= 0 || requests == 0) {
            return 0;
        }
        if (probability >= 1) {
            return requests;
        }
        long failures = 0;
        double at = 0;
        while (true) {
            at += trialsUntil(probability);
            if (at > requests) {
                return failures;
            }
            failures++;
        }
    }

    /**
     * How many trials it takes to the first success: geometric, with mean 1 over the probability.
     */
    double trialsUntil(double probability) {
        return Math.floor(Math.log(1 - random.nextDouble()) / Math.log1p(-probability)) + 1;
    }

    /** Whether something with this probability happens. */
    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** A draw from the normal distribution with mean 0 and this standard deviation. */
    double normal(double deviation) {
        return deviation * random.nextGaussian();
    }
}
