package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

/**
 * The packed form of an hour's counts, which is also the stored form.
 *
 * <p>All numbers are variable-length integers. First the number of buckets in the hour, then four
 * columns: total, bad, and what the adjusted good and total have beyond a thousand times the raw
 * ones. A column is runs of neighbouring buckets that are not zero: how many they are, how many
 * buckets lie between them and the run before, and each value as the difference from the value
 * before it; a run of none ends the column. So a steady series without errors takes a byte or two
 * for each bucket, and an idle or unsampled one nothing.
 */
final class PackedCounts {
    private PackedCounts() {}

    static void write(Counts counts, Resolution resolution, BlobWriter out) {
        int buckets = resolution.bucketsPerHour();
        out.writeVarint(buckets);
        writeColumn(counts.total(), buckets, out);
        writeColumn(counts.bad(), buckets, out);
        writeColumn(counts.goodExtra(), buckets, out);
        writeColumn(counts.totalExtra(), buckets, out);
    }

    private static void writeColumn(long @Nullable [] column, int buckets, BlobWriter out) {
        int end = 0;
        long last = 0;
        while (column != null && end < buckets) {
            int begin = end;
            while (begin < buckets && column[begin] == 0) {
                begin++;
            }
            int gap = begin - end;
            end = begin;
            while (end < buckets && column[end] != 0) {
                end++;
            }
            if (begin < end) {
                out.writeVarint(end - begin);
                out.writeVarint(gap);
            }
            for (int i = begin; i < end; i++) {
                out.writeZigZag(column[i] - last);
                last = column[i];
            }
        }
        out.writeVarint(0);
    }

    static Resolution readResolution(BlobReader in) {
        int buckets = in.readVarint(Hour.SECONDS, "number of buckets");
        for (Resolution resolution : Resolution.values()) {
            if (resolution.bucketsPerHour() == buckets) {
                return resolution;
            }
        }
        throw in.corrupt("no hour has " + buckets + " buckets");
    }

    /** Reads what follows the resolution. */
    static Counts read(BlobReader in, Resolution resolution) {
        int buckets = resolution.bucketsPerHour();
        long[] total = readColumn(in, buckets);
        long[] bad = readColumn(in, buckets);
        return Counts.of(total, bad, readColumn(in, buckets), readColumn(in, buckets));
    }

    /** Adds the counts of buckets in {@code [from, to)} up, from what follows the resolution. */
    static void sum(BlobReader in, Resolution resolution, int from, int to, Tally into) {
        int buckets = resolution.bucketsPerHour();
        long total = sumColumn(in, buckets, from, to);
        long bad = sumColumn(in, buckets, from, to);
        long goodExtra = sumColumn(in, buckets, from, to);
        into.add(total - bad, total, goodExtra, sumColumn(in, buckets, from, to));
    }

    private static long sumColumn(BlobReader in, int buckets, int from, int to) {
        long sum = 0;
        long value = 0;
        int next = 0;
        int length = in.readVarint(buckets, "run");
        while (length > 0) {
            next += in.readVarint(buckets - next, "gap");
            requireInHour(in, length, buckets - next);
            for (int end = next + length; next < end; next++) {
                value += in.readZigZag();
                if (next >= from && next < to) {
                    sum += value;
                }
            }
            length = in.readVarint(buckets - next, "run");
        }
        return sum;
    }

    private static void requireInHour(BlobReader in, int length, int left) {
        if (length > left) {
            throw in.corrupt("a run goes on after the hour");
        }
    }

    private static long[] readColumn(BlobReader in, int buckets) {
        long[] column = new long[buckets];
        long value = 0;
        int next = 0;
        int length = in.readVarint(buckets, "run");
        while (length > 0) {
            next += in.readVarint(buckets - next, "gap");
            requireInHour(in, length, buckets - next);
            for (int end = next + length; next < end; next++) {
                value += in.readZigZag();
                column[next] = value;
            }
            length = in.readVarint(buckets - next, "run");
        }
        return column;
    }
}
