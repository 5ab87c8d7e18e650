package io.sluice.engine.measure;

import io.sluice.definitions.model.Indicator;
import io.sluice.engine.series.WindowSum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.OptionalDouble;

/**
 * A sum of values without rounding, kept in a series' counts: each value counts one event, and is
 * there in whole steps, of nanoseconds where its unit is one of time and else of millionths.
 *
 * <p>A value that has no such steps is not taken: one beyond {@link #MOST_STEPS} either way (a
 * billion, or 11 days in seconds), or one that rounding to a step would change by more than a
 * millionth of itself. A sum of fewer events than there were values is therefore not the sum of
 * them all.
 */
public final class ExactSum {
    // A decimal of at most a billion with at most six decimals is a double that is off by at most
    // 2^-53 of itself, and so is its product with a million: together by at most a quarter of a
    // step, as 10^15 < 2^50. So the nearest whole number of steps is the decimal that was meant.
    //
    // The steps go into what adjusted counts have beyond a thousand times the raw ones, as that is
    // added up, aged, packed and merged like all counts: their high part to good, their low part to
    // the total. Each part is at most 2^25 and a window's sum of it fits a long up to 2^37 values,
    // whatever they are. One number alone would be full after 9,200 values of 10^15 steps.

    /** What {@link #steps} gives for a value that is not taken. */
    public static final long NOT_TAKEN = Long.MIN_VALUE;

    /** The most steps that a value may have, either way. */
    public static final long MOST_STEPS = 1_000_000_000_000_000L;

    /** Of more values a sum is not trusted: 4,000 a second for 400 days. */
    static final long MOST_VALUES = 1L << 37;

    private static final int LOW_BITS = 25;
    private static final long LOW = (1L << LOW_BITS) - 1;
    private static final long ONE = 1_000;
    private static final double FINEST = 1e-6;

    private ExactSum() {}

    /**
     * A value in whole steps.
     *
     * @param unit the value's
     * @return {@link #NOT_TAKEN} if it has none
     */
    public static long steps(double value, Indicator.Unit unit) {
        double exact = value * stepsIn(unit);
        double nearest = Math.rint(exact);
        return Math.abs(nearest) <= MOST_STEPS
                        && Math.abs(exact - nearest) <= FINEST * Math.abs(exact)
                ? (long) nearest
                : NOT_TAKEN;
    }

    /** What a value of so many steps adds to the adjusted good count, in thousandths. */
    public static long goodThousandths(long steps) {
        return ONE + (steps >> LOW_BITS);
    }

    /** What it adds to the adjusted total, in thousandths. */
    public static long totalThousandths(long steps) {
        return ONE + (steps & LOW);
    }

    /**
     * The mean, as the nearest double.
     *
     * @param sum of a measure that sums up
     * @param values how many there were
     * @param unit the values'
     * @return empty if not all of them were taken, or there were none
     */
    public static OptionalDouble mean(WindowSum sum, long values, Indicator.Unit unit) {
        if (sum.total() != values || values <= 0 || values > MOST_VALUES) {
            return OptionalDouble.empty();
        }
        BigInteger steps =
                BigInteger.valueOf(sum.goodThousandths() - ONE * sum.good())
                        .shiftLeft(LOW_BITS)
                        .add(BigInteger.valueOf(sum.totalThousandths() - ONE * sum.total()));
        return OptionalDouble.of(
                new BigDecimal(steps)
                        .divide(
                                new BigDecimal(stepsIn(unit)).multiply(BigDecimal.valueOf(values)),
                                MathContext.DECIMAL128)
                        .doubleValue());
    }

    private static double stepsIn(Indicator.Unit unit) {
        return switch (unit) {
            case SECONDS -> 1e9;
            case MILLISECONDS, NONE -> 1e6;
        };
    }
}
