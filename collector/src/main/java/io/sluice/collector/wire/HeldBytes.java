package io.sluice.collector.wire;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** How many bytes are held for bodies that were decompressed, now and at most. Thread-safe. */
public final class HeldBytes {

    private final AtomicLong now = new AtomicLong();
    private final LongAccumulator most = new LongAccumulator(Math::max, 0);
    private final LongAdder refused = new LongAdder();

    /** None yet. */
    public HeldBytes() {}

    void add(long bytes) {
        most.accumulate(now.addAndGet(bytes));
    }

    void tooMany() {
        refused.increment();
    }

    /** How many bodies were refused because they were too large when decompressed. */
    public long refused() {
        return refused.sum();
    }

    /** At present. */
    public long now() {
        return now.get();
    }

    /** The most that there ever were at a time. */
    public long most() {
        return most.get();
    }
}
