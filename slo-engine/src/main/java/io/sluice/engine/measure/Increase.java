package io.sluice.engine.measure;

import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * What a counter counted between two instants, in {@code (fromNanos, toNanos]}: event counts as
 * they came, and what is over in thousandths where the stream does not count in whole numbers.
 *
 * @param good raw
 * @param total raw
 * @param goodThousandths all of it
 * @param totalThousandths all of it
 * @param sketch the judged values, if they are known
 */
public record Increase(
        long fromNanos,
        long toNanos,
        long good,
        long total,
        long goodThousandths,
        long totalThousandths,
        @Nullable Sketch sketch) {

    private static final long BUCKET_NANOS = 10_000_000_000L;
    private static final long BUCKET_SECONDS = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Takes one bucket's share. */
    @FunctionalInterface
    public interface Receiver {
        /**
         * Adds what this bucket gets.
         *
         * @param bucket the bucket's start, seconds since the epoch
         * @param sketch all judged values, with the last bucket
         */
        void add(
                long bucket,
                long good,
                long total,
                long goodThousandths,
                long totalThousandths,
                @Nullable Sketch sketch);
    }

    /** Whether nothing happened. */
    public boolean isZero() {
        return goodThousandths == 0 && totalThousandths == 0;
    }

    /** Whether it has to be shared out over buckets. */
    public boolean spreads() {
        return toNanos - fromNanos > BUCKET_NANOS;
    }

    /**
     * Gives every bucket its share. An interval of up to 10 s goes to the bucket it ends in; a
     * longer one is shared out by the milliseconds it has in each bucket, in whole numbers by
     * largest remainder, so that the shares sum up to exactly the increase. Nobody could say which
     * values belong to which bucket: all go to the last.
     */
    public void shareOut(Receiver receiver) {
        long lastBucket = bucket(toNanos - 1);
        if (!spreads()) {
            receiver.add(lastBucket, good, total, goodThousandths, totalThousandths, sketch);
            return;
        }
        long firstBucket = bucket(fromNanos);
        long[] weights = new long[Math.toIntExact((lastBucket - firstBucket) / BUCKET_SECONDS + 1)];
        long fromMilli = Math.floorDiv(fromNanos, NANOS_PER_MILLI);
        long toMilli = Math.floorDiv(toNanos, NANOS_PER_MILLI);
        for (int i = 0; i < weights.length; i++) {
            long start = (firstBucket + i * BUCKET_SECONDS) * 1000;
            weights[i] =
                    Math.min(toMilli, start + BUCKET_SECONDS * 1000) - Math.max(fromMilli, start);
        }
        // Good and bad are shared out by themselves and added up: sharing out good and total could
        // give a bucket more good
        // than total, for a larger house may have fewer seats for one party (the Alabama paradox).
        long[] goods = shares(good, weights);
        long[] bads = shares(total - good, weights);
        long[] goodRests = shares(goodThousandths - 1000 * good, weights);
        long[] badRests =
                shares((totalThousandths - goodThousandths) - 1000 * (total - good), weights);
        for (int i = 0; i < weights.length; i++) {
            long bucketTotal = goods[i] + bads[i];
            long goodPart = 1000 * goods[i] + goodRests[i];
            long totalPart = 1000 * bucketTotal + goodRests[i] + badRests[i];
            Sketch values = i == weights.length - 1 ? sketch : null;
            if (goodPart != 0 || totalPart != 0 || values != null) {
                receiver.add(
                        firstBucket + i * BUCKET_SECONDS,
                        goods[i],
                        bucketTotal,
                        goodPart,
                        totalPart,
                        values);
            }
        }
    }

    /**
     * Whole shares that sum up to {@code amount} and differ from its exact quotas by less than one.
     */
    static long[] shares(long amount, long[] weights) {
        long[] shares = new long[weights.length];
        if (amount == 0) {
            return shares;
        }
        long magnitude = Math.abs(amount);
        long sum = Arrays.stream(weights).sum();
        long each = magnitude / sum;
        long rest = magnitude % sum;
        long left = magnitude;
        // magnitude x weight may not fit a long, but each x weight + rest x weight / sum does.
        long[] remainders = new long[weights.length];
        for (int i = 0; i < weights.length; i++) {
            long share = each * weights[i] + rest * weights[i] / sum;
            remainders[i] = rest * weights[i] % sum;
            shares[i] = share;
            left -= share;
        }
        if (left > 0) {
            long smallest = smallestOfLargest(remainders, Math.toIntExact(left));
            long above = Arrays.stream(remainders).filter(r -> r > smallest).count();
            long ties = left - above;
            for (int i = 0; i < weights.length; i++) {
                if (remainders[i] > smallest || (remainders[i] == smallest && ties-- > 0)) {
                    shares[i]++;
                }
            }
        }
        if (amount < 0) {
            for (int i = 0; i < shares.length; i++) {
                shares[i] = -shares[i];
            }
        }
        return shares;
    }

    private static long smallestOfLargest(long[] values, int n) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - n];
    }

    private static long bucket(long nanos) {
        return Math.floorDiv(nanos, BUCKET_NANOS) * BUCKET_SECONDS;
    }
}
