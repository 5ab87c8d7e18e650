package io.sluice.engine.slo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * What an objective would have counted in older time, of which only the values are known that were
 * counted by another threshold: whole events, of which between so many and so many were good.
 *
 * @param from the beginning of the first hour
 * @param to the end of the last hour; what is newer was counted
 * @param total exact
 * @param goodLow certainly good
 * @param goodHigh at most; from {@code goodLow} to {@code total}
 */
public record Estimate(Instant from, Instant to, long total, long goodLow, long goodHigh) {
    public Estimate {
        if (goodLow < 0 || goodLow > goodHigh || goodHigh > total) {
            throw new IllegalArgumentException(
                    "between " + goodLow + " and " + goodHigh + " of " + total);
        }
    }

    Estimate plus(Estimate later) {
        return new Estimate(
                from,
                later.to,
                total + later.total,
                goodLow + later.goodLow,
                goodHigh + later.goodHigh);
    }

    /**
     * What remains of the budget of a window of which this is the older part.
     *
     * @param counted the newer part
     */
    Band remaining(WindowCounts counted, BigDecimal target) {
        double allowed =
                (1 - target.doubleValue()) * (total + (double) counted.total() / counted.one());
        double bad = (double) counted.bad() / counted.one() + total;
        return new Band(1 - (bad - goodLow) / allowed, 1 - (bad - goodHigh) / allowed);
    }

    /** Between which ratios something is. */
    public record Band(double low, double high) {}

    /** The least that the SLI of this time may be; empty without events. */
    public OptionalDouble sliLow() {
        return ratio(goodLow);
    }

    /** The most that the SLI of this time may be; empty without events. */
    public OptionalDouble sliHigh() {
        return ratio(goodHigh);
    }

    private OptionalDouble ratio(long good) {
        return total == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) good / total);
    }
}
