package io.sluice.collector.receive;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many connections a port has open at most. What comes beyond is refused at once and counted: a
 * sender that waits unheard would rather try another time, or another server. Thread-safe.
 */
public final class ConnectionLimit {

    /** Enough for a thousand senders, some of which hold two. */
    public static final int DEFAULT = 2_000;

    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    /**
     * @param max at least 1
     */
    public ConnectionLimit(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("a port needs room for one connection, not " + max);
        }
        this.max = max;
    }

    /** Whether a connection may stay; then {@link #ended} is to be called once, at its end. */
    public boolean admit() {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            refused.increment();
            return false;
        }
        return true;
    }

    /** A connection that was admitted is gone. */
    public void ended() {
        open.decrementAndGet();
    }

    /** How many there may be. */
    public int max() {
        return max;
    }

    /** How many there are. */
    public int open() {
        return open.get();
    }

    /** How many were refused, since start. */
    public long refused() {
        return refused.sum();
    }
}
