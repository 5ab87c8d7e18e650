package io.sluice.server.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * When requests are due. At a rate they are due at their own times, whether or not the server has
 * answered earlier ones; so a request that had to wait for a free connection has waited, and a slow
 * second is not hidden by requests that it kept from being sent. Times are {@link
 * System#nanoTime}'s. Thread-safe.
 */
final class Pace {
    private final long beganNanos;
    private final double nanosEach;
    private final AtomicLong next = new AtomicLong();

    private Pace(long beganNanos, double nanosEach) {
        this.beganNanos = beganNanos;
        this.nanosEach = nanosEach;
    }

    /** A connection's next request is due when its last was answered. */
    static Pace closedLoop() {
        return new Pace(0, 0);
    }

    /**
     * Requests are due from now on.
     *
     * @param perSecond more than 0
     */
    static Pace atRate(double perSecond) {
        return new Pace(System.nanoTime(), 1e9 / perSecond);
    }

    /** Takes the next request, and says when it is due. */
    long take() {
        return nanosEach == 0
                ? System.nanoTime()
                : beganNanos + (long) (next.getAndIncrement() * nanosEach);
    }

    /** Waits until then. */
    static void await(long dueNanos) {
        for (long rest = dueNanos - System.nanoTime();
                rest > 0;
                rest = dueNanos - System.nanoTime()) {
            LockSupport.parkNanos(rest);
        }
    }
}
