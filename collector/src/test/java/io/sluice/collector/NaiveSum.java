package io.sluice.collector;

import io.sluice.definitions.model.Indicator;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.function.Supplier;

/** What a value adds to an exact sum, found out with decimals. */
public final class NaiveSum {
    private NaiveSum() {}

    /**
     * Counts a value of a measure that sums up, unless it is too large or too fine.
     *
     * @param value a decimal as a sender would write it
     * @param nanos of one of its units; 0 if that is none of time
     */
    public static void add(
            double value, long nanos, Indicator.Unit unit, Supplier<Summary.Counts> of) {
        BigDecimal inUnit =
                nanos == 0 || unit == Indicator.Unit.NONE
                        ? BigDecimal.valueOf(value)
                        : BigDecimal.valueOf(value)
                                .multiply(BigDecimal.valueOf(nanos))
                                .movePointLeft(unit == Indicator.Unit.SECONDS ? 9 : 6);
        BigDecimal exact = inUnit.movePointRight(unit == Indicator.Unit.SECONDS ? 9 : 6);
        BigDecimal nearest = exact.setScale(0, RoundingMode.HALF_EVEN);
        boolean tooLarge = nearest.abs().compareTo(new BigDecimal("1e15")) > 0;
        boolean tooFine = exact.subtract(nearest).abs().compareTo(exact.abs().movePointLeft(6)) > 0;
        if (tooLarge || tooFine) {
            return;
        }
        Summary.Counts counts = of.get();
        BigInteger base = BigInteger.TWO.pow(25);
        BigInteger low = nearest.toBigIntegerExact().mod(base);
        counts.good += 1;
        counts.total += 1;
        counts.goodThousandths +=
                1000 + nearest.toBigIntegerExact().subtract(low).divide(base).longValueExact();
        counts.totalThousandths += 1000 + low.longValueExact();
    }
}
