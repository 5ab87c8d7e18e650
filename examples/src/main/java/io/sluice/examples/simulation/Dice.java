package io.sluice.examples.simulation;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Hands out a random source for each piece of work. Thread-safe. The n-th source is the same in
 * every run with the same seed; which request gets it depends on how threads meet, so a seed fixes
 * the inputs and not the counts.
 */
public final class Dice {
    /** The golden ratio's odd 64-bit fraction, the usual step between seeds. */
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final AtomicLong rolls = new AtomicLong();

    /**
     * @param name tells the dice of two services apart under one seed
     */
    public Dice(long seed, String name) {
        this.seed = seed ^ (STEP * name.hashCode());
    }

    /** The next source; not thread-safe itself. */
    public RandomGenerator roll() {
        return new SplittableRandom(seed + STEP * rolls.incrementAndGet());
    }
}
