package io.sluice.dashboard.http;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value that all readers share within a second, unless something has changed: every open page
 * asks again at the same moment, and the answer is the same for all of them. Thread-safe; late
 * comers wait for the one who makes it.
 */
public final class Shared<T> {
    private record Made<T>(long second, long changes, T value) {}

    private final LongSupplier changes;
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
    public synchronized T at(Instant now, Supplier<T> maker) {
        // Counted before the value is made: a change meanwhile makes it anew for whoever asks next.
        long seen = changes.getAsLong();
        Made<T> made = last;
        if (made == null || made.second() != now.getEpochSecond() || made.changes() != seen) {
            made = new Made<>(now.getEpochSecond(), seen, maker.get());
            last = made;
        }
        return made.value();
    }
}
