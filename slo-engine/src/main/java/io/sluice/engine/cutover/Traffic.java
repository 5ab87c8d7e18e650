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
        // The gaps between failures are geometric.
        double logSurvival = Math.log1p(-probability);
        long failures = 0;
        double at = 0;
        while (true) {
            at += Math.floor(Math.log(1 - random.nextDouble()) / logSurvival) + 1;
            if (at > requests) {
                return failures;
            }
            failures++;
        }
    }

    /** A draw from the normal distribution with mean 0 and this standard deviation. */
    double normal(double deviation) {
        return deviation * random.nextGaussian();
    }
}
