package io.sluice.collector.receive;

import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.OverloadedException;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that requests take up together, from their first byte to their answer.
 * Thread-safe.
 */
public final class BytesInFlight {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    BytesInFlight(long max) {
        this.max = max;
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
            if (held.addAndGet(count) > max) {
                held.addAndGet(-count);
                throw new OverloadedException(
                        "requests of more than " + max + " bytes are under way",
                        GroupCommit.RETRY_AFTER);
            }
            bytes += count;
        }

        @Override
        public void close() {
            held.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
