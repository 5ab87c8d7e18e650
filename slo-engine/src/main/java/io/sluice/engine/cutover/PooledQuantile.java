package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;

/**
 * Evidence about a quantile of the candidate against the same quantile of the baseline, whatever
 * that is.
 *
 * <p>For each value q that the baseline's quantile may have, two bets are made: one on the baseline
 * that its quantile is not q, and one on the candidate that its own is over q times the margin
 * (under it, for GO). While the hypothesis is true, neither may be expected to grow at the
 * baseline's true quantile; both sides' requests are independent, so half in cash and half at
 * stake, the bets multiply; and the lowest product over all q is not above the one at the true q
 * (after Howard and Ramdas 2022, Bernoulli 28, who compare quantiles so). It may be looked at after
 * every stratum.
 *
 * <p>A sketch's error is not estimated but rounded outward: where q lies within a bucket, the
 * baseline is counted at the bucket's one end and the candidate at the other, each to the side that
 * speaks less for the proof.
 */
final class PooledQuantile {
    private static final double LOG_4 = Math.log(4);

    private final TailCounts baseline;
    private final TailCounts candidate;
    private final double tail;
    private final double margin;
    private final double dispersion;
    private final boolean worse;
    private final double times;

    private PooledQuantile(
            TailCounts baseline,
            TailCounts candidate,
            double tail,
            double margin,
            double dispersion,
            boolean worse,
            double times) {
        this.baseline = baseline;
        this.candidate = candidate;
        this.tail = tail;
        this.margin = margin;
        this.dispersion = dispersion;
        this.worse = worse;
        this.times = times;
    }

    /**
     * The log e-value against "the candidate's quantile is at most the baseline's times the
     * margin".
     *
     * @param tail the probability that a value exceeds the quantile, 0.01 for P99
     * @param dispersion log likelihood ratios are divided by this; at least 1
     */
    static double thatItIsOver(
            Sketch baseline, Sketch candidate, double tail, double margin, double dispersion) {
        return new PooledQuantile(
                        new TailCounts(baseline),
                        new TailCounts(candidate),
                        tail,
                        margin,
                        dispersion,
                        true,
                        1)
                .logE();
    }

    /**
     * The log e-value against "the candidate's quantile is at least the baseline's times the
     * margin".
     */
    static double thatItIsUnder(
            Sketch baseline, Sketch candidate, double tail, double margin, double dispersion) {
        return thatItIsUnder(baseline, candidate, tail, margin, dispersion, 1);
    }

    /**
     * The same, after there were so many times as many values like these.
     *
     * @param times at least 1
     */
    static double thatItIsUnder(
            Sketch baseline,
            Sketch candidate,
            double tail,
            double margin,
            double dispersion,
            double times) {
        return new PooledQuantile(
                        new TailCounts(baseline),
                        new TailCounts(candidate),
                        tail,
                        margin,
                        dispersion,
                        false,
                        times)
                .logE();
    }

    /**
     * A place where q may be: in the baseline's bucket of this number, or, one before the first or
     * behind the last, outside of all. Between two buckets the bets are as on the bucket above (for
     * GO, below), or better.
     *
     * <p>From place to place the one bet rises and the other falls, and neither's part is below 0:
     * so on either side of the quantile, the search ends where the rising part alone is above the
     * lowest sum.
     */
    private double logE() {
        if (baseline.count() == 0 || candidate.count() == 0) {
            return 0;
        }
        int first = worse ? 0 : -1;
        int last = worse ? baseline.buckets() : baseline.buckets() - 1;
        int start = first;
        while (start < last && baseline.from(Math.max(start, 0)) > tail * baseline.count()) {
            start++;
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (int place = start; place <= last; place++) {
            double up = worse ? ofBaseline(place) : ofCandidate(place);
            if (up >= lowest) {
                break;
            }
            lowest = Math.min(lowest, up + (worse ? ofCandidate(place) : ofBaseline(place)));
        }
        for (int place = start - 1; place >= first; place--) {
            double up = worse ? ofCandidate(place) : ofBaseline(place);
            if (up >= lowest) {
                break;
            }
            lowest = Math.min(lowest, up + (worse ? ofBaseline(place) : ofCandidate(place)));
        }
        return lowest - LOG_4;
    }

    /** Worse: fewer than the tail reach q. Else: more than the tail exceed q. */
    private double ofBaseline(int place) {
        boolean outside = place < 0 || place == baseline.buckets();
        if (worse) {
            return bet(GridMixture.BETTER, outside ? 0 : baseline.from(place), baseline.count());
        }
        return bet(
                GridMixture.WORSE,
                outside ? baseline.count() : baseline.from(place + 1),
                baseline.count());
    }

    /** Worse: more than the tail exceed q times the margin. Else: fewer than the tail reach it. */
    private double ofCandidate(int place) {
        boolean outside = place < 0 || place == baseline.buckets();
        if (worse) {
            return bet(
                    GridMixture.WORSE,
                    outside ? 0 : candidate.surelyAbove(baseline.upper(place) * margin),
                    candidate.count());
        }
        return bet(
                GridMixture.BETTER,
                outside
                        ? candidate.count()
                        : candidate.possiblyAbove(baseline.lower(place) * margin),
                candidate.count());
    }

    /** {@code ln(1 + M)}. */
    private double bet(GridMixture mixture, long above, long count) {
        double scale = times / dispersion;
        double log = mixture.logRatio(above * scale, count * scale, tail);
        return log > 0 ? log + Math.log1p(Math.exp(-log)) : Math.log1p(Math.exp(log));
    }
}
