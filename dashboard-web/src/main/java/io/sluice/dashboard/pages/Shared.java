package io.sluice.dashboard.pages;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A value that all readers share within a second, unless something has changed: every open page
 * asks again at the same moment, and the answer is the same for all of them. Thread-safe; late
 * comers wait for the one who makes it.
 */
final class Shared<T> {
    private record Made<T>(long second, long changes, T value) {}

    private final LongSupplier changes;
    private final Supplier<T> maker;
    private @Nullable Made<T> last;

    /**
     * @param changes how many changes there were so far
     */
    Shared(LongSupplier changes, Supplier<T> maker) {
        this.changes = changes;
        this.maker = maker;
    }

    synchronized T at(Instant now) {
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
