package io.sluice.collector;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads. */
public final class Await {

    /** So long that only what never happens takes it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Await() {}

    /** Returns once the condition holds. */
    public static void until(BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new AssertionError("waited for " + PATIENCE + " in vain");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
