package io.sluice.dashboard.http;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value that all readers share within a second, unless something has changed: every open page
 * asks again at the same moment, and the answer is the same for all of them. Thread-safe; late
 * comers wait for the one who makes it.
 *
 * <p>Whoever waited takes what was begun after they had asked, whatever has changed since: so
 * however many wait, and however often something changes, it is made once more for all of them.
 */
public final class Shared<T> {
    private record Made<T>(long number, long second, long changes, T value) {}

    private final LongSupplier changes;
    private final AtomicLong begun = new AtomicLong();
    private @Nullable Made<T> last;

    /**
     * @param changes how many changes there were so far
     */
    public Shared(LongSupplier changes) {
        this.changes = changes;
    }

    /**
     * The value of this second.
     *
     * @param maker makes it; whoever asks brings one that makes the same
     */
    public T at(Instant now, Supplier<T> maker) {
        long begunBefore = begun.get();
        synchronized (this) {
            Made<T> made = last;
            if (made == null || (made.number <= begunBefore && !isOf(made, now))) {
                // Counted before the value is made: a change meanwhile makes it anew for whoever
                // asks next.
                long seen = changes.getAsLong();
                long number = begun.incrementAndGet();
                made = new Made<>(number, now.getEpochSecond(), seen, maker.get());
                last = made;
            }
            return made.value();
        }
    }

    private boolean isOf(Made<T> made, Instant now) {
        return made.second == now.getEpochSecond() && made.changes == changes.getAsLong();
    }
}
