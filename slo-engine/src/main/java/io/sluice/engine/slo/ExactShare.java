package io.sluice.engine.slo;

import java.math.BigDecimal;

/**
 * A decimal share, for comparing with whole counts exactly, without making a number of each.
 *
 * @param numerator over {@code denominator}, if both fit; else {@code denominator} is 0
 */
record ExactShare(BigDecimal share, long numerator, long denominator) {
    private static final int MOST_DIGITS = 18;

    static ExactShare of(BigDecimal share) {
        int scale = Math.max(0, share.scale());
        boolean fits =
                scale <= MOST_DIGITS && share.precision() - share.scale() + scale <= MOST_DIGITS;
        return fits
                ? new ExactShare(
                        share,
                        share.setScale(scale).unscaledValue().longValueExact(),
                        BigDecimal.ONE.movePointRight(scale).longValueExact())
                : new ExactShare(share, 0, 0);
    }

    /** Whether {@code part / total >= share}; true if there is nothing of either. */
    boolean isReachedBy(long part, long total) {
        return denominator == 0
                ? BigDecimal.valueOf(part).compareTo(share.multiply(BigDecimal.valueOf(total))) >= 0
                : compareProducts(part, denominator, numerator, total) >= 0;
    }

    /** Compares {@code a * b} with {@code c * d}, each in 128 bits. */
    private static int compareProducts(long a, long b, long c, long d) {
        int high = Long.compare(Math.multiplyHigh(a, b), Math.multiplyHigh(c, d));
        return high != 0 ? high : Long.compareUnsigned(a * b, c * d);
    }
}
