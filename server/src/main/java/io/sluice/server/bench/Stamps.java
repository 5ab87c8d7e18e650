package io.sluice.server.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What makes each request a different one, and the time that its items say. Thread-safe.
 *
 * @param sequence a number that no request had before
 * @param nowNanos since the epoch
 */
record Stamps(LongSupplier sequence, LongSupplier nowNanos) {

    /** By this machine's clock; also two runs one after the other have no number in common. */
    static Stamps ofClock() {
        AtomicLong sequence = new AtomicLong(System.nanoTime());
        return new Stamps(sequence::incrementAndGet, () -> System.currentTimeMillis() * 1_000_000L);
    }
}
