package io.sluice.engine.cutover;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * One figure that the gate was measured by, with the bounds that hold it with 95 % confidence.
 *
 * @param name what was simulated, unique
 * @param measure which figure of it
 * @param runs how many simulated cutovers it is from
 * @param published what an independent simulation of the same gave; empty where there is none
 * @param standardErrors of the difference, by which the two are apart; empty where there is none
 */
public record GateRow(
        String name,
        Measure measure,
        int runs,
        double value,
        double low95,
        double high95,
        OptionalDouble published,
        OptionalDouble standardErrors) {

    /** Further apart than this, two simulations are not of the same. */
    public static final double MOST_STANDARD_ERRORS = 4;

    private GateRow(
            String name, Measure measure, int runs, double value, double low95, double high95) {
        this(
                name,
                measure,
                runs,
                value,
                low95,
                high95,
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }

    /**
     * The same share, beside a published one.
     *
     * @param share what the others found
     * @param ofRuns at least so many runs were behind that
     */
    GateRow beside(double share, int ofRuns) {
        // Of no success in so many runs, the standard error is not zero.
        double p = (value * runs + share * ofRuns + 1) / (runs + ofRuns + 2);
        double error = Math.sqrt(p * (1 - p) * (1.0 / runs + 1.0 / ofRuns));
        return new GateRow(
                name,
                measure,
                runs,
                value,
                low95,
                high95,
                OptionalDouble.of(share),
                OptionalDouble.of(Math.abs(value - share) / error));
    }

    /** A figure, and its unit. */
    public enum Measure {
        /** The share of healthy cutovers that were told NO_GO. */
        FALSE_NO_GO("share"),
        /** The share of cutovers on the margin that were told GO. */
        FALSE_GO("share"),
        GO_SHARE("share"),
        NO_GO_SHARE("share"),
        /** The candidate's requests until the first verdict. */
        MEDIAN_REQUESTS("requests"),
        P90_REQUESTS("requests"),
        /** From the fault's beginning to NO_GO. */
        MEDIAN_MINUTES("minutes"),
        /** What evidence was divided by, as it was measured before each run. */
        MEDIAN_DISPERSION("factor"),
        /** Processor time of one computation. */
        MEDIAN_CPU("ms"),
        /** From when a question was due to its answer. */
        P50_LATENCY("ms"),
        P99_LATENCY("ms");

        private final String unit;

        Measure(String unit) {
            this.unit = unit;
        }

        public String unit() {
            return unit;
        }
    }

    private static final double EITHER_SIDE = 0.025;
    private static final double MEDIAN = 0.5;

    /** A share of runs, with Clopper and Pearson's exact bounds. */
    static GateRow share(String name, Measure measure, long of, int runs) {
        return new GateRow(
                name,
                measure,
                runs,
                (double) of / runs,
                BinomialBound.lower(of, runs, EITHER_SIDE),
                BinomialBound.upper(of, runs, EITHER_SIDE));
    }

    /** The runs' median. */
    static GateRow median(String name, Measure measure, double[] values) {
        return quantile(name, measure, values, MEDIAN);
    }

    /**
     * A quantile of the runs, bounded by order statistics: so many values under a quantile are
     * binomial, whatever the values' distribution. With few runs the bounds are the extremes, and
     * hold less often.
     */
    public static GateRow quantile(String name, Measure measure, double[] values, double quantile) {
        int n = values.length;
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int low = 0;
        while (low < n && atMost(low, n, quantile) <= EITHER_SIDE) {
            low++;
        }
        int high = n;
        while (high > 1 && 1 - atMost(high - 2, n, quantile) <= EITHER_SIDE) {
            high--;
        }
        return new GateRow(
                name,
                measure,
                n,
                sorted[Math.clamp((long) Math.ceil(quantile * n) - 1, 0, n - 1)],
                sorted[Math.max(low, 1) - 1],
                sorted[high - 1]);
    }

    /** The probability of at most k successes in n trials. */
    private static double atMost(int k, int n, double probability) {
        return k < 0 ? 0 : 1 - BinomialBound.incompleteBeta(probability, k + 1.0, n - k);
    }
}
