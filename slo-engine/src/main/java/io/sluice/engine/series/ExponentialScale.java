package io.sluice.engine.series;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Where the buckets of a base-2 exponential histogram begin and end. Bucket {@code i} covers {@code
 * (base^i, base^(i+1)]} with {@code base = 2^(2^-scale)}; see OpenTelemetry's data model,
 * "Exponential buckets".
 *
 * <p>The bucket of a value is found by whole-number comparison, not by a logarithm, whose last bit
 * differs from machine to machine and puts a value beside a bound now in one bucket and now in the
 * other.
 */
final class ExponentialScale {
    private static final int PER_POWER = 1 << Sketch.MAX_SCALE;
    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA_MASK = (1L << MANTISSA_BITS) - 1;
    private static final int CELL_BITS = Sketch.MAX_SCALE + 1;

    /**
     * {@code BOUNDS[j]} holds the mantissa bits of {@code 2^(j/32)}, rounded down; these are
     * irrational but for the first.
     */
    private static final long[] BOUNDS = bounds();

    /**
     * For each value of the mantissa's first six bits, the last bound below the beginning of that
     * cell. A cell is narrower than the narrowest bucket ({@code 1/64 < 2^(1/32) - 1}), so it holds
     * at most one further bound.
     */
    private static final byte[] FIRST_IN_CELL = firstInCell();

    private ExponentialScale() {}

    /**
     * The index, at the finest scale, of a finite value above zero; subnormal values count as the
     * smallest normal one.
     */
    static int index(double value) {
        long bits = Double.doubleToRawLongBits(Math.max(value, Double.MIN_NORMAL));
        int exponent = (int) (bits >>> MANTISSA_BITS) - Double.MAX_EXPONENT;
        long mantissa = bits & MANTISSA_MASK;
        int index = exponent * PER_POWER;
        if (mantissa == 0) {
            return index - 1; // a power of two is the upper bound of the bucket below
        }
        int sub = FIRST_IN_CELL[(int) (mantissa >>> (MANTISSA_BITS - CELL_BITS))];
        if (mantissa > BOUNDS[sub + 1]) {
            sub++;
        }
        return index + sub;
    }

    /** Whether a bucket lies within the range of doubles. */
    static boolean hasIndex(int scale, long index) {
        return index >= lowestIndex(scale) && index <= highestIndex(scale);
    }

    /** The bucket that has the smallest normal double as its upper bound or within it. */
    static int lowestIndex(int scale) {
        return scale >= 0
                ? (Double.MIN_EXPONENT << scale) - 1
                : (Double.MIN_EXPONENT - 1) >> -scale;
    }

    /** The bucket of the largest double. */
    static int highestIndex(int scale) {
        return scale >= 0
                ? ((Double.MAX_EXPONENT + 1) << scale) - 1
                : Double.MAX_EXPONENT >> -scale;
    }

    static double lowerBound(int scale, int index) {
        if (scale <= 0) {
            return Math.scalb(1.0, index << -scale);
        }
        int atFinest = index << (Sketch.MAX_SCALE - scale);
        int exponent = Math.floorDiv(atFinest, PER_POWER);
        long mantissa = BOUNDS[Math.floorMod(atFinest, PER_POWER)];
        return Math.scalb(
                Double.longBitsToDouble(Double.doubleToRawLongBits(1.0) | mantissa), exponent);
    }

    /** Of the topmost bucket it is the largest double. */
    static double upperBound(int scale, int index) {
        return Math.min(lowerBound(scale, index + 1), Double.MAX_VALUE);
    }

    /**
     * The value whose largest relative distance from the bucket's values is smallest: {@code 2lu /
     * (l + u)}, at most {@code (base - 1) / (base + 1)} off.
     */
    static double middle(int scale, int index) {
        double lower = lowerBound(scale, index);
        double upper = upperBound(scale, index);
        return lower / (0.5 + 0.5 * (lower / upper));
    }

    private static long[] bounds() {
        MathContext precision = new MathContext(40, RoundingMode.HALF_EVEN);
        BigDecimal base = BigDecimal.TWO;
        for (int i = 0; i < Sketch.MAX_SCALE; i++) {
            base = base.sqrt(precision);
        }
        BigDecimal one = BigDecimal.valueOf(1L << MANTISSA_BITS);
        long[] bounds = new long[PER_POWER + 1];
        BigDecimal power = BigDecimal.ONE;
        for (int j = 0; j < PER_POWER; j++) {
            bounds[j] = power.subtract(BigDecimal.ONE).multiply(one).longValue();
            power = power.multiply(base, precision);
        }
        bounds[PER_POWER] = MANTISSA_MASK;
        return bounds;
    }

    private static byte[] firstInCell() {
        byte[] first = new byte[1 << CELL_BITS];
        int sub = 0;
        for (int cell = 0; cell < first.length; cell++) {
            long begin = (long) cell << (MANTISSA_BITS - CELL_BITS);
            while (BOUNDS[sub + 1] < begin) {
                sub++;
            }
            first[cell] = (byte) sub;
        }
        return first;
    }
}
