package io.sluice.engine.series;

import java.util.function.IntToLongFunction;

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

    /** Takes contributions to buckets; a bucket's counts are the sum of all contributions to it. */
    @FunctionalInterface
    interface Sink {
        void add(int bucket, long good, long total, long goodExtra, long totalExtra);
    }

    static void write(Counts counts, Resolution resolution, BlobWriter out) {
        int buckets = resolution.bucketsPerHour();
        out.writeVarint(buckets);
        writeColumn(counts::total, buckets, out);
        writeColumn(i -> counts.total(i) - counts.good(i), buckets, out);
        writeColumn(counts::goodExtra, buckets, out);
        writeColumn(counts::totalExtra, buckets, out);
    }

    private static void writeColumn(IntToLongFunction column, int buckets, BlobWriter out) {
        long last = 0;
        int end = 0;
        while (true) {
            int begin = end;
            while (begin < buckets && column.applyAsLong(begin) == 0) {
                begin++;
            }
            int gap = begin - end;
            end = begin;
            while (end < buckets && column.applyAsLong(end) != 0) {
                end++;
            }
            out.writeVarint(end - begin);
            if (begin == end) {
                return;
            }
            out.writeVarint(gap);
            for (int i = begin; i < end; i++) {
                long value = column.applyAsLong(i);
                out.writeZigZag(value - last);
                last = value;
            }
        }
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
    static void read(BlobReader in, Resolution resolution, Sink sink) {
        int buckets = resolution.bucketsPerHour();
        readColumn(in, buckets, (i, total) -> sink.add(i, total, total, 0, 0));
        readColumn(in, buckets, (i, bad) -> sink.add(i, -bad, 0, 0, 0));
        readColumn(in, buckets, (i, extra) -> sink.add(i, 0, 0, extra, 0));
        readColumn(in, buckets, (i, extra) -> sink.add(i, 0, 0, 0, extra));
    }

    @FunctionalInterface
    private interface ColumnSink {
        void add(int bucket, long value);
    }

    private static void readColumn(BlobReader in, int buckets, ColumnSink sink) {
        long value = 0;
        int next = 0;
        int length = in.readVarint(buckets, "run");
        while (length > 0) {
            next += in.readVarint(buckets - next, "gap");
            if (length > buckets - next) {
                throw in.corrupt("a run goes on after the hour");
            }
            for (int end = next + length; next < end; next++) {
                value += in.readZigZag();
                sink.add(next, value);
            }
            length = in.readVarint(buckets - next, "run");
        }
    }
}
