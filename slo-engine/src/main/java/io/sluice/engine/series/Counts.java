package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

/**
 * Counts in a row: the buckets of an hour, or the hours of a series. Not thread-safe.
 *
 * <p>Total and bad, because most buckets have nothing bad; a column that is all zero is not kept.
 * What sampling adds is kept as the difference from a thousand times the raw count, so that it
 * costs nothing where nobody samples.
 */
final class Counts {
    private final Column total;
    private @Nullable Column bad;
    private @Nullable Column goodExtra;
    private @Nullable Column totalExtra;

    Counts(int capacity) {
        this(new Column(capacity), null, null, null);
    }

    /** From columns of one length, which become its own; null for all zeros. */
    Counts(
            Column total,
            @Nullable Column bad,
            @Nullable Column goodExtra,
            @Nullable Column totalExtra) {
        this.total = total;
        this.bad = bad;
        this.goodExtra = goodExtra;
        this.totalExtra = totalExtra;
    }

    void add(int at, long good, long totalMore, long goodExtraMore, long totalExtraMore) {
        total.add(at, totalMore);
        bad = added(bad, at, totalMore - good);
        goodExtra = added(goodExtra, at, goodExtraMore);
        totalExtra = added(totalExtra, at, totalExtraMore);
    }

    private @Nullable Column added(@Nullable Column column, int at, long more) {
        if (more == 0) {
            return column;
        }
        Column kept = column == null ? Column.like(total) : column;
        kept.add(at, more);
        return kept;
    }

    /** The column itself, not a copy; null if all are zero; likewise below. */
    Column total() {
        return total;
    }

    @Nullable Column bad() {
        return bad;
    }

    @Nullable Column goodExtra() {
        return goodExtra;
    }

    @Nullable Column totalExtra() {
        return totalExtra;
    }

    boolean isEmpty(int at) {
        return total.get(at) == 0
                && get(bad, at) == 0
                && get(goodExtra, at) == 0
                && get(totalExtra, at) == 0;
    }

    boolean hasEvents(int at) {
        return total.get(at) > 0;
    }

    /** Adds the counts in {@code [from, to)} up. */
    void sum(int from, int to, Tally into) {
        long all = total.sum(from, to);
        into.add(
                all - sum(bad, from, to), all, sum(goodExtra, from, to), sum(totalExtra, from, to));
    }

    /** Adjusted for sampling; likewise below. */
    long goodThousandths(int at) {
        return 1000 * (total.get(at) - get(bad, at)) + get(goodExtra, at);
    }

    long totalThousandths(int at) {
        return 1000 * total.get(at) + get(totalExtra, at);
    }

    private static long get(@Nullable Column column, int at) {
        return column == null ? 0 : column.get(at);
    }

    private static long sum(@Nullable Column column, int from, int to) {
        return column == null ? 0 : column.sum(from, to);
    }

    /** Adds the counts of others in {@code [from, to)} up at one place. */
    void addSum(int at, Counts others, int from, int to) {
        Tally tally = new Tally();
        others.sum(from, to, tally);
        tally.addTo(this, at);
    }

    /** Forgets what is counted at one place. */
    void clear(int at) {
        total.set(at, 0);
        clear(bad, at);
        clear(goodExtra, at);
        clear(totalExtra, at);
    }

    private static void clear(@Nullable Column column, int at) {
        if (column != null) {
            column.set(at, 0);
        }
    }

    /** Makes room for one more at this place, by moving what is between it and {@code used}. */
    void insert(int at, int used) {
        total.insert(at, used);
        insert(bad, at, used);
        insert(goodExtra, at, used);
        insert(totalExtra, at, used);
    }

    private static void insert(@Nullable Column column, int at, int used) {
        if (column != null) {
            column.insert(at, used);
        }
    }

    /** Forgets the first ones. */
    void removeFirst(int n, int used) {
        total.removeFirst(n, used);
        removeFirst(bad, n, used);
        removeFirst(goodExtra, n, used);
        removeFirst(totalExtra, n, used);
    }

    private static void removeFirst(@Nullable Column column, int n, int used) {
        if (column != null) {
            column.removeFirst(n, used);
        }
    }
}
