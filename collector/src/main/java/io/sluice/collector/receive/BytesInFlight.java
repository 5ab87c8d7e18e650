package io.sluice.collector.receive;

import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.OverloadedException;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds the memory that requests take up together, from their first byte to their answer.
 * Thread-safe.
 */
public final class BytesInFlight {

    private final long max;
    private final AtomicLong held = new AtomicLong();
    private final LongAccumulator most = new LongAccumulator(Math::max, 0);
    private final LongAdder refused = new LongAdder();

    BytesInFlight(long max) {
        this.max = max;
    }

    /** How many bytes requests hold at present. */
    public long held() {
        return held.get();
    }

    /** The most that they ever held at a time. */
    public long most() {
        return most.get();
    }

    /** How many there may be. */
    public long max() {
        return max;
    }

    /** How often a request was refused for want of room, since start. */
    public long refused() {
        return refused.sum();
    }

    /** Begins a request, which holds nothing yet. Close it when it is answered. */
    public Hold hold() {
        return new Hold();
    }

    /** What one request holds. Used by one thread. */
    public final class Hold implements AutoCloseable {

        private long bytes;

        private Hold() {}

        /**
         * Holds so many bytes more.
         *
         * @throws OverloadedException if that is too much for all requests together
         */
        public void add(long count) throws OverloadedException {
            long together = held.addAndGet(count);
            if (together > max) {
                held.addAndGet(-count);
                refused.increment();
                throw new OverloadedException(
                        "requests of more than " + max + " bytes are under way",
                        GroupCommit.RETRY_AFTER);
            }
            most.accumulate(together);
            bytes += count;
        }

        @Override
        public void close() {
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
