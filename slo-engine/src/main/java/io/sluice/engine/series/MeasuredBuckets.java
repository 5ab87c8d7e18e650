package io.sluice.engine.series;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.bytes.BlobWriter;

/**
 * Which of an hour's 360 buckets of 10 s were measured: one bit for each, at every age, so that
 * coverage stays exact when counts become coarser. Not thread-safe.
 */
final class MeasuredBuckets {
    private static final int BUCKETS = Resolution.TEN_SECONDS.bucketsPerHour();

    private final long[] words = new long[(BUCKETS + 63) / 64];

    /** Whether it was not measured before. */
    boolean add(int bucket) {
        long before = words[bucket >> 6];
        words[bucket >> 6] = before | 1L << bucket;
        return before != words[bucket >> 6];
    }

    private void addAll(int from, int to) {
        for (int begin = from; begin < to; begin = (begin | 63) + 1) {
            int end = Math.min(to, (begin | 63) + 1);
            words[begin >> 6] |= -1L >>> (Long.SIZE - (end - begin)) << begin;
        }
    }

    boolean isMeasured(int bucket) {
        return (words[bucket >> 6] & 1L << bucket) != 0;
    }

    /** How many of all. */
    int count() {
        return count(0, BUCKETS);
    }

    /** How many in {@code [from, to)}. */
    int count(int from, int to) {
        int count = 0;
        for (int word = from >> 6; word << 6 < to; word++) {
            long bits = words[word];
            if (word == from >> 6) {
                bits &= -1L << from;
            }
            if (to - (word << 6) < 64) {
                bits &= (1L << to) - 1;
            }
            count += Long.bitCount(bits);
        }
        return count;
    }

    /** Lengths of runs: not measured, measured, and so on, to the hour's end. */
    void write(BlobWriter out) {
        boolean measured = false;
        int begin = 0;
        while (begin < BUCKETS) {
            int end = begin;
            while (end < BUCKETS && isMeasured(end) == measured) {
                end++;
            }
            out.writeVarint(end - begin);
            begin = end;
            measured = !measured;
        }
    }

    static MeasuredBuckets read(BlobReader in) {
        MeasuredBuckets buckets = new MeasuredBuckets();
        boolean measured = false;
        int begin = 0;
        while (begin < BUCKETS) {
            int run = in.readVarint(BUCKETS - begin, "run of measured buckets");
            if (run == 0 && begin > 0) {
                throw in.corrupt("an empty run of measured buckets");
            }
            if (measured) {
                buckets.addAll(begin, begin + run);
            }
            begin += run;
            measured = !measured;
        }
        return buckets;
    }
}
