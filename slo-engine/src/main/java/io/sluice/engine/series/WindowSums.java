package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.function.BinaryOperator;

/**
 * Sums over windows that were asked for lately, so that a window costs what has changed of it: of
 * what is settled nothing, until its beginning moves or something comes late. Counts are written
 * while nobody reads; any thread that may read them may ask, for what is remembered is immutable,
 * and whoever misses it adds up again.
 *
 * @param <T> a sum
 */
final class WindowSums<T> {
    /** Windows of a measure: those of a few SLOs, each a few steps long. */
    private static final int MOST = 16;

    private final Adding<T> adding;
    private final BinaryOperator<T> plus;
    private @Nullable Known<T> @Nullable [] settledSums;
    private @Nullable Known<T> @Nullable [] recentSums;
    private int next;

    /** How often counts changed: at all, and where they were settled. */
    private long changes;

    private long lateChanges;

    /** Adds up {@code [from, to)}. */
    interface Adding<T> {
        T over(long from, long to);
    }

    /**
     * @param stamp another one whenever the sum may be another
     */
    private record Known<T>(long from, long to, long stamp, T sum) {}

    WindowSums(Adding<T> adding, BinaryOperator<T> plus) {
        this.adding = adding;
        this.plus = plus;
    }

    /** Says that counts have changed. */
    void changed(boolean late) {
        changes++;
        if (late) {
            lateChanges++;
        }
    }

    long changes() {
        return changes;
    }

    long lateChanges() {
        return lateChanges;
    }

    /**
     * What was counted in {@code [from, to)}.
     *
     * @param settled the start of an hour before which counts change by late events only
     * @param generation how often counts changed otherwise than by an event; it only grows, as our
     *     own numbers do, so their sum is another one after every change
     */
    T sum(long from, long to, long settled, long generation) {
        if (from >= settled || to <= settled) {
            return recent(from, to, generation + changes);
        }
        // A thread that meets another's array late makes its own; what one of them forgets is added
        // up again.
        @Nullable Known<T>[] sums = settledSums;
        if (sums == null) {
            sums = newArray();
            settledSums = sums;
        }
        return plus.apply(
                known(sums, from, settled, generation + lateChanges),
                recent(settled, to, generation + changes));
    }

    private T recent(long from, long to, long stamp) {
        @Nullable Known<T>[] sums = recentSums;
        if (sums == null) {
            sums = newArray();
            recentSums = sums;
        }
        return known(sums, from, to, stamp);
    }

    private T known(@Nullable Known<T>[] sums, long from, long to, long stamp) {
        for (Known<T> one : sums) {
            if (one != null && one.from == from && one.to == to && one.stamp == stamp) {
                return one.sum;
            }
        }
        T sum = adding.over(from, to);
        int at = next;
        sums[at] = new Known<>(from, to, stamp, sum);
        next = (at + 1) % MOST;
        return sum;
    }

    @SuppressWarnings("unchecked")
    private static <T> @Nullable Known<T>[] newArray() {
        return (@Nullable Known<T>[]) new Known<?>[MOST];
    }
}
