package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Good and total counts in a row: the buckets of an hour, or the hours of a series. Not
 * thread-safe.
 *
 * <p>What sampling adds is kept as the difference from a thousand times the raw count, so that it
 * costs nothing where nobody samples.
 */
final class Counts {
    private long[] good;
    private long[] total;
    private long @Nullable [] goodExtra;
    private long @Nullable [] totalExtra;

    Counts(int capacity) {
        good = new long[capacity];
        total = new long[capacity];
    }

    /** From columns of one length, which become its own. */
    static Counts of(long[] total, long[] bad, long[] goodExtra, long[] totalExtra) {
        Counts counts = new Counts(total, total.clone());
        for (int i = 0; i < total.length; i++) {
            counts.good[i] -= bad[i];
            if (goodExtra[i] != 0 || totalExtra[i] != 0) {
                counts.goodExtra = goodExtra;
                counts.totalExtra = totalExtra;
            }
        }
        return counts;
    }

    private Counts(long[] total, long[] good) {
        this.total = total;
        this.good = good;
    }

    void add(int at, long goodMore, long totalMore, long goodExtraMore, long totalExtraMore) {
        good[at] += goodMore;
        total[at] += totalMore;
        if (goodExtraMore != 0 || totalExtraMore != 0) {
            addExtra(at, goodExtraMore, totalExtraMore);
        }
    }

    private void addExtra(int at, long goodMore, long totalMore) {
        if (goodExtra == null || totalExtra == null) {
            goodExtra = new long[good.length];
            totalExtra = new long[good.length];
        }
        goodExtra[at] += goodMore;
        totalExtra[at] += totalMore;
    }

    /** The column itself, not a copy; likewise below. */
    long[] total() {
        return total;
    }

    long[] bad() {
        long[] bad = new long[total.length];
        for (int i = 0; i < bad.length; i++) {
            bad[i] = total[i] - good[i];
        }
        return bad;
    }

    long @Nullable [] goodExtra() {
        return goodExtra;
    }

    long @Nullable [] totalExtra() {
        return totalExtra;
    }

    boolean isEmpty(int at) {
        return good[at] == 0
                && total[at] == 0
                && (goodExtra == null || goodExtra[at] == 0)
                && (totalExtra == null || totalExtra[at] == 0);
    }

    /** Adds the counts in {@code [from, to)} up. */
    void sum(int from, int to, Tally into) {
        into.add(
                sum(good, from, to),
                sum(total, from, to),
                sum(goodExtra, from, to),
                sum(totalExtra, from, to));
    }

    /** Adjusted for sampling; likewise below. */
    long goodThousandths(int at) {
        return 1000 * good[at] + (goodExtra == null ? 0 : goodExtra[at]);
    }

    long totalThousandths(int at) {
        return 1000 * total[at] + (totalExtra == null ? 0 : totalExtra[at]);
    }

    private static long sum(long @Nullable [] column, int from, int to) {
        long sum = 0;
        if (column != null) {
            for (int i = from; i < to; i++) {
                sum += column[i];
            }
        }
        return sum;
    }

    /** Adds the counts of others in {@code [from, to)} up at one place. */
    void addSum(int at, Counts others, int from, int to) {
        add(
                at,
                sum(others.good, from, to),
                sum(others.total, from, to),
                sum(others.goodExtra, from, to),
                sum(others.totalExtra, from, to));
    }

    /** Forgets what is counted at one place. */
    void clear(int at) {
        good[at] = 0;
        total[at] = 0;
        if (goodExtra != null && totalExtra != null) {
            goodExtra[at] = 0;
            totalExtra[at] = 0;
        }
    }

    /** Makes room for one more at this place, by moving what is between it and {@code used}. */
    void insert(int at, int used) {
        good = insert(good, at, used);
        total = insert(total, at, used);
        if (goodExtra != null && totalExtra != null) {
            goodExtra = insert(goodExtra, at, used);
            totalExtra = insert(totalExtra, at, used);
        }
    }

    private static long[] insert(long[] column, int at, int used) {
        long[] roomy =
                used < column.length ? column : Arrays.copyOf(column, Math.max(4, used + used / 2));
        System.arraycopy(column, at, roomy, at + 1, used - at);
        roomy[at] = 0;
        return roomy;
    }

    /** Forgets the first ones. */
    void removeFirst(int n, int used) {
        good = Arrays.copyOfRange(good, n, used);
        total = Arrays.copyOfRange(total, n, used);
        if (goodExtra != null && totalExtra != null) {
            goodExtra = Arrays.copyOfRange(goodExtra, n, used);
            totalExtra = Arrays.copyOfRange(totalExtra, n, used);
        }
    }
}
