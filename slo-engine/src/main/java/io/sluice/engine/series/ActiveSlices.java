package io.sluice.engine.series;

import java.util.BitSet;

/**
 * In which slices of a time anything is counted, by any of the series that are added. Not
 * thread-safe.
 */
final class ActiveSlices {
    private static final int MINUTE = 60;

    private final long from;
    private final long to;
    private final long sliceSeconds;
    private final boolean wholeMinutes;
    private final BitSet active;

    /**
     * @param sliceSeconds a multiple of 10; {@code to - from} must be a multiple of it
     */
    ActiveSlices(long from, long to, long sliceSeconds) {
        this.from = from;
        this.to = to;
        this.sliceSeconds = sliceSeconds;
        this.wholeMinutes = from % MINUTE == 0 && sliceSeconds % MINUTE == 0;
        this.active = new BitSet(SliceSums.number(from, to, sliceSeconds));
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    /** Whether slices are so long, and lie so, that minutes are fine enough. */
    boolean areWholeMinutes() {
        return wholeMinutes;
    }

    /**
     * Adds buckets {@code [first, end)} of an hour, each to the slice within which it ends.
     *
     * @param hour its start
     * @param seconds how long a bucket is
     */
    void add(long hour, int seconds, int first, int end) {
        if (from % seconds == 0 && sliceSeconds % seconds == 0) {
            addRun(hour + (long) first * seconds, hour + (long) end * seconds);
            return;
        }
        for (int bucket = first; bucket < end; bucket++) {
            long last = hour + (bucket + 1L) * seconds;
            addRun(last - 1, last);
        }
    }

    /**
     * Adds the minutes of an hour, each run of them at once: where there is much traffic, that is
     * the hour.
     *
     * @param hour its start
     * @param minutes bit n for its minute n; there are no higher ones
     */
    void addMinutes(long hour, long minutes) {
        long left = minutes;
        while (left != 0) {
            int first = Long.numberOfTrailingZeros(left);
            int end = first + Long.numberOfTrailingZeros(~(left >>> first));
            addRun(hour + (long) first * MINUTE, hour + (long) end * MINUTE);
            left &= -1L << end;
        }
    }

    private void addRun(long first, long last) {
        long begin = Math.max(first, from);
        long end = Math.min(last, to);
        if (begin < end) {
            active.set(
                    (int) ((begin - from) / sliceSeconds),
                    (int) ((end - from - 1) / sliceSeconds) + 1);
        }
    }

    /** How many. */
    int count() {
        return active.cardinality();
    }
}
