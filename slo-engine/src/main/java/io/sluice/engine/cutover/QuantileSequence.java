package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;

import java.util.OptionalDouble;

/**
 * Between which values each side's quantile lies, and between which bounds the candidate's over the
 * baseline's. Each of the three holds at all looks together with one error probability, {@link
 * RatioSequence#RISK}, if a side's values are distributed alike for the whole of the step; a
 * snapshot's own bounds, which nobody looks at again, are exact order statistics.
 *
 * <p>A value q is ruled out as a quantile where the mixture that bets on more than the tail above q
 * (or on fewer) has won enough. Whatever the quantile is, only the bet at it must not win, and the
 * bets are monotone in q: so the ends are found by bisection, and are ends of buckets, where values
 * are counted exactly. The ratio's ends are the margins that {@link PooledQuantile} does not
 * reject.
 *
 * @param ratioLow 0 while nothing smaller is ruled out
 * @param ratioHigh empty while nothing larger is ruled out
 */
record QuantileSequence(
        Explanation.Bounds baseline,
        Explanation.Bounds candidate,
        double ratioLow,
        OptionalDouble ratioHigh) {

    private static final double RISK = RatioSequence.RISK;

    /** From a live baseline. */
    static QuantileSequence live(
            Sketch baseline, Sketch candidate, double tail, Dispersion dispersion) {
        double factor = dispersion.factor();
        RatioSequence ratio =
                RatioSequence.between(
                        r -> PooledQuantile.thatItIsOver(baseline, candidate, tail, r, factor),
                        r -> PooledQuantile.thatItIsUnder(baseline, candidate, tail, r, factor),
                        -Math.log(RISK / 2));
        return new QuantileSequence(
                bounds(new TailCounts(baseline), tail, dispersion, RISK / 2),
                bounds(new TailCounts(candidate), tail, dispersion, RISK / 2),
                ratio.low(),
                ratio.high());
    }

    /** From a snapshot: part of the risk pays for the bounds on what it says. */
    static QuantileSequence against(
            Sketch snapshot, Sketch candidate, double tail, Dispersion dispersion) {
        TailCounts fixed = new TailCounts(snapshot);
        TailCounts growing = new TailCounts(candidate);
        Explanation.Bounds baseline = orderStatistics(fixed, tail, dispersion, RISK / 2);
        double part = CutoverPlan.SNAPSHOT_PART;
        Explanation.Bounds of = orderStatistics(fixed, tail, dispersion, RISK / 2 * part);
        Explanation.Bounds is = bounds(growing, tail, dispersion, RISK / 2 * (1 - part));
        return new QuantileSequence(
                baseline,
                bounds(growing, tail, dispersion, RISK / 2),
                is.low().isPresent() && of.high().orElse(0) > 0
                        ? Math.max(0, is.low().getAsDouble() / of.high().getAsDouble())
                        : 0,
                is.high().isPresent() && of.low().orElse(0) > 0
                        ? OptionalDouble.of(is.high().getAsDouble() / of.low().getAsDouble())
                        : OptionalDouble.empty());
    }

    private static Explanation.Bounds orderStatistics(
            TailCounts values, double tail, Dispersion dispersion, double risk) {
        return new Explanation.Bounds(
                finite(StepQuantile.lowerBound(values, tail, dispersion, risk)),
                finite(StepQuantile.upperBound(values, tail, dispersion, risk)));
    }

    private static OptionalDouble finite(double value) {
        return Double.isInfinite(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /**
     * At all looks together.
     *
     * @param risk of each end
     */
    private static Explanation.Bounds bounds(
            TailCounts values, double tail, Dispersion dispersion, double risk) {
        double needed = -Math.log(risk);
        double trials = values.count() / dispersion.factor();
        int under = 0;
        int open = values.buckets();
        while (under < open) {
            int middle = (under + open) >>> 1;
            double above = values.from(middle + 1) / dispersion.factor();
            if (GridMixture.WORSE.logRatio(above, trials, tail) >= needed) {
                under = middle + 1;
            } else {
                open = middle;
            }
        }
        int low = under;
        int over = values.buckets();
        while (open < over) {
            int middle = (open + over) >>> 1;
            double above = values.from(middle + 1) / dispersion.factor();
            if (GridMixture.BETTER.logRatio(above, trials, tail) >= needed) {
                over = middle;
            } else {
                open = middle + 1;
            }
        }
        return new Explanation.Bounds(
                low > 0 ? OptionalDouble.of(values.upper(low - 1)) : OptionalDouble.empty(),
                over < values.buckets()
                        ? OptionalDouble.of(values.upper(over))
                        : OptionalDouble.empty());
    }
}
