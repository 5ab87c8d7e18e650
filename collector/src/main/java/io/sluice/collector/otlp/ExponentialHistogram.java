package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.Numbers;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.series.Sketch;

/**
 * The buckets of an OTLP exponential histogram point: bucket {@code i} covers {@code (base^i,
 * base^(i+1)]} with {@code base = 2^(2^-scale)}, negative ones mirrored, and one holds what is
 * about zero. Mutable, reused, not thread-safe.
 */
final class ExponentialHistogram implements Distribution {

    /** Powers of two that a double has above one. */
    private static final int MAX_EXPONENT = 1024;

    private final Buckets positive = new Buckets();
    private final Buckets negative = new Buckets();
    private int scale;
    private long zeroCount;
    private double zeroThreshold;
    private long count;

    /** One side of the histogram. */
    static final class Buckets {

        private final Numbers counts = new Numbers();
        private int offset;

        private void clear() {
            counts.clear();
            offset = 0;
        }

        Numbers counts() {
            return counts;
        }

        /** The index of the first. */
        void setOffset(int offset) {
            this.offset = offset;
        }

        private long index(int number) {
            return (long) offset + number;
        }
    }

    void clear() {
        positive.clear();
        negative.clear();
        scale = 0;
        zeroCount = 0;
        zeroThreshold = 0;
        count = 0;
    }

    Buckets positive() {
        return positive;
    }

    Buckets negative() {
        return negative;
    }

    void setScale(int scale) {
        this.scale = scale;
    }

    void setZeroCount(long zeroCount) {
        this.zeroCount = zeroCount;
    }

    void setZeroThreshold(double zeroThreshold) {
        this.zeroThreshold = zeroThreshold;
    }

    void setCount(long count) {
        this.count = count;
    }

    /** Whether the buckets lie among the doubles and add up to the count. */
    boolean isValid() {
        long above = positive.counts.sumOfCounts();
        long below = negative.counts.sumOfCounts();
        return scale >= Sketch.MIN_SCALE
                && scale <= Sketch.MAX_FOREIGN_SCALE
                && zeroCount >= 0
                && zeroCount <= Accumulator.MAX_COUNT
                && above >= 0
                && below >= 0
                && count <= Accumulator.MAX_COUNT
                && count == zeroCount + above + below
                && zeroThreshold >= 0
                && liesAmongDoubles(positive)
                && liesAmongDoubles(negative);
    }

    private boolean liesAmongDoubles(Buckets buckets) {
        for (int i = 0; i < buckets.counts.size(); i++) {
            if (buckets.counts.get(i) > 0 && exponent(buckets.index(i)) >= MAX_EXPONENT) {
                return false;
            }
        }
        return true;
    }

    /** The power of two that a bucket's lower bound is. */
    private double exponent(long index) {
        return Math.scalb((double) index, -scale);
    }

    private double lower(long index) {
        return Math.pow(2, exponent(index));
    }

    private double upper(long index) {
        return Math.pow(2, exponent(index + 1));
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long certainly(Op op, double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        long certain =
                compares(op, -zeroThreshold, zeroThreshold, bound, unit, boundUnit) ? zeroCount : 0;
        for (int i = 0; i < positive.counts.size(); i++) {
            long index = positive.index(i);
            if (compares(op, lower(index), upper(index), bound, unit, boundUnit)) {
                certain += positive.counts.get(i);
            }
        }
        for (int i = 0; i < negative.counts.size(); i++) {
            long index = negative.index(i);
            if (compares(op, -upper(index), -lower(index), bound, unit, boundUnit)) {
                certain += negative.counts.get(i);
            }
        }
        return certain;
    }

    private static boolean compares(
            Op op,
            double lower,
            double upper,
            double bound,
            SourceUnit unit,
            Indicator.Unit boundUnit) {
        return switch (op) {
            case LT, LTE -> unit.test(upper, Op.LTE, bound, boundUnit);
            case GT, GTE -> unit.test(lower, Op.GTE, bound, boundUnit);
        };
    }

    @Override
    public boolean sketches() {
        return true;
    }

    /**
     * Exactly, bucket by bucket, unless the unit changes: then each bucket's middle is converted.
     */
    @Override
    public void addTo(Sketch sketch, SourceUnit unit, Indicator.Unit to) {
        sketch.add(0, zeroCount + negative.counts.sumOfCounts());
        boolean sameUnit = unit.convert(1, to) == 1;
        for (int i = 0; i < positive.counts.size(); i++) {
            long n = positive.counts.get(i);
            if (n > 0) {
                long index = positive.index(i);
                if (sameUnit) {
                    sketch.addBucket(scale, (int) index, n);
                } else {
                    double middle =
                            Math.pow(
                                    2,
                                    Math.min(
                                            exponent(index) + Math.scalb(0.5, -scale),
                                            MAX_EXPONENT - 1));
                    sketch.add(unit.convert(middle, to), n);
                }
            }
        }
    }
}
