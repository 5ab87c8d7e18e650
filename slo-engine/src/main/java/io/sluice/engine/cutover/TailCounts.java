package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.Sketch.Bucket;

import java.util.List;

/**
 * How many of a sketch's values are above a bound: between two whole numbers, which are equal where
 * the bound is a bucket's. Immutable.
 */
final class TailCounts {
    private final double[] lower;
    private final double[] upper;

    /** Of all values in this bucket and those above it; one more at the end, which is 0. */
    private final long[] from;

    TailCounts(Sketch sketch) {
        List<Bucket> buckets = sketch.buckets();
        int n = buckets.size();
        this.lower = new double[n];
        this.upper = new double[n];
        this.from = new long[n + 1];
        for (int i = n - 1; i >= 0; i--) {
            Bucket bucket = buckets.get(i);
            upper[i] = bucket.upper();
            // Values at and below zero share a bucket.
            lower[i] = bucket.upper() == 0 ? Double.NEGATIVE_INFINITY : bucket.lower();
            from[i] = from[i + 1] + bucket.count();
        }
    }

    /** How many buckets there are. */
    int buckets() {
        return upper.length;
    }

    double lower(int bucket) {
        return lower[bucket];
    }

    double upper(int bucket) {
        return upper[bucket];
    }

    long count() {
        return from[0];
    }

    /** How many values lie in this bucket or above it. */
    long from(int bucket) {
        return from[bucket];
    }

    /** At least so many values are above this. */
    long surelyAbove(double bound) {
        return from[first(lower, bound, true)];
    }

    /** At most so many values are above this. */
    long possiblyAbove(double bound) {
        return from[first(upper, bound, false)];
    }

    /** The first place whose value is over the bound, or at it; their number if there is none. */
    private static int first(double[] rising, double bound, boolean orAt) {
        int low = 0;
        int high = rising.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            boolean reached = orAt ? rising[middle] >= bound : rising[middle] > bound;
            if (reached) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
