package io.sluice.examples.load;

import java.time.Duration;

/**
 * Watches whether the machine keeps up, and says by how much the users' period must be stretched.
 * Thread-safe.
 *
 * <p>A thread that asks for a short sleep and wakes late shows how long everybody waits for the
 * processor. While that is more than a few per cent of what the shop's latencies are about,
 * simulated latency would turn into real queueing, so the load gives way: quickly up, slowly down,
 * like a network's congestion control.
 */
final class Governor implements AutoCloseable {
    private static final Duration PROBE = Duration.ofMillis(20);
    private static final int PROBES_PER_ROUND = 25;

    /** Mean lateness of the probes of one round beyond which the machine is behind. */
    private static final long LATE_NANOS_MAX = Duration.ofMillis(12).toNanos();

    private static final double STRETCH_MAX = 16;
    private static final double BACK_OFF = 1.25;
    private static final double RECOVER = 0.95;

    private volatile double stretch = 1;
    private volatile boolean closed;

    void start() {
        Thread.ofVirtual().name("load-governor").start(this::watch);
    }

    /** At least 1. */
    double stretch() {
        return stretch;
    }

    private void watch() {
        try {
            while (!closed) {
                long lateNanos = 0;
                for (int i = 0; i < PROBES_PER_ROUND; i++) {
                    long start = System.nanoTime();
                    Thread.sleep(PROBE);
                    lateNanos += System.nanoTime() - start - PROBE.toNanos();
                }
                stretch = next(stretch, lateNanos / PROBES_PER_ROUND);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The stretch after a round in which the probes were so late on average. */
    static double next(double stretch, long meanLateNanos) {
        double next = meanLateNanos > LATE_NANOS_MAX ? stretch * BACK_OFF : stretch * RECOVER;
        return Math.clamp(next, 1, STRETCH_MAX);
    }

    @Override
    public void close() {
        closed = true;
    }
}
