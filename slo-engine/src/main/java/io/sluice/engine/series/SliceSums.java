package io.sluice.engine.series;

/**
 * Good and total of neighbouring slices, in thousandths of events, adjusted for sampling. A bucket
 * belongs to the slice within which it ends. Not thread-safe.
 */
public final class SliceSums {
    private final long from;
    private final long seconds;
    private final long[] good;
    private final long[] total;

    /**
     * Nothing yet.
     *
     * @throws IllegalArgumentException as {@link #number} says
     */
    SliceSums(long from, long to, long seconds) {
        int slices = number(from, to, seconds);
        this.from = from;
        this.seconds = seconds;
        this.good = new long[slices];
        this.total = new long[slices];
    }

    /**
     * How many slices a window has.
     *
     * @throws IllegalArgumentException if it cannot be cut into such slices, or a slice into
     *     buckets of 10 s
     */
    static int number(long from, long to, long seconds) {
        if (seconds <= 0 || seconds % Resolution.FINEST_SECONDS != 0) {
            throw new IllegalArgumentException(
                    "a slice is a multiple of 10 s, not " + seconds + " s");
        }
        if (from > to || (to - from) % seconds != 0) {
            throw new IllegalArgumentException(
                    "a window of "
                            + (to - from)
                            + " s cannot be cut into slices of "
                            + seconds
                            + " s");
        }
        return Math.toIntExact((to - from) / seconds);
    }

    /** How many slices there are. */
    public int size() {
        return total.length;
    }

    /** By number of the slice, from 0, the oldest. */
    public long good(int slice) {
        return good[slice];
    }

    /** Likewise. */
    public long total(int slice) {
        return total[slice];
    }

    /** Takes the counts of others over the same time away. */
    public void subtract(SliceSums others) {
        for (int i = 0; i < total.length; i++) {
            good[i] -= others.good[i];
            total[i] -= others.total[i];
        }
    }

    long from() {
        return from;
    }

    long to() {
        return from + total.length * seconds;
    }

    /** Where the slice begins that a bucket with this end belongs to. */
    long beginOf(long end) {
        return from + indexOf(end) * seconds;
    }

    /** Adds what was counted in a bucket that ends then. */
    void add(long end, long goodThousandths, long totalThousandths) {
        int at = indexOf(end);
        good[at] += goodThousandths;
        total[at] += totalThousandths;
    }

    private int indexOf(long end) {
        return (int) Math.floorDiv(end - from - 1, seconds);
    }
}
