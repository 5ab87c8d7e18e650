package io.sluice.examples.simulation;

import java.util.function.LongSupplier;

/**
 * So many calls a second and no more, as a third party's contract has it: a bucket that holds one
 * second's calls. Thread-safe.
 */
public final class Quota {
    private static final double NANOS_PER_SECOND = 1e9;

    private final double perSecond;
    private final LongSupplier nanos;
    private double left;
    private long filledAt;

    /**
     * @param perSecond at least 1: a bucket that holds less would never let a call through
     * @param nanos a clock like {@link System#nanoTime}
     */
    public Quota(double perSecond, LongSupplier nanos) {
        if (!(perSecond >= 1)) {
            throw new IllegalArgumentException(perSecond + " calls a second, expected at least 1");
        }
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.left = perSecond;
        this.filledAt = nanos.getAsLong();
    }

    /** Whether one more call may be made now; it counts as made then. */
    public synchronized boolean take() {
        long now = nanos.getAsLong();
        left = Math.min(perSecond, left + (now - filledAt) / NANOS_PER_SECOND * perSecond);
        filledAt = now;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
