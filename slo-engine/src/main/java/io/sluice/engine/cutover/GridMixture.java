package io.sluice.engine.cutover;

import java.util.Arrays;

/**
 * The alternatives that a test bets on, and how its stake of 1 is spread over them. Immutable and
 * thread-safe.
 *
 * <p>An alternative is a factor on the null hypothesis' odds. The stakes fall off like the right
 * half of a normal distribution in the factor's logarithm, standard deviation ln 2, so that a
 * doubling is found about as quickly as it could be, and anything from 1.1 to 60 is found
 * (grid-mixture e-process; Lindon and Malek 2022, arXiv 2011.03567, have the two-sided test that
 * this makes one-sided and robust).
 */
final class GridMixture {

    /** How many alternatives lie on the grid. */
    static final int ALTERNATIVES = 48;

    private static final double DEVIATION = Math.log(2);

    /** The outermost alternatives are a factor of 64: six standard deviations. */
    private static final double REACH = 6 * DEVIATION;

    /**
     * The stake on "never happens at all" among the better alternatives. A tenth costs the others
     * 0.1 in log e-value and makes proofs against a candidate without any error up to a fifth
     * quicker than the grid alone.
     */
    private static final double NEVER_STAKE = 0.1;

    /** All alternatives that are so far below the best one add less than its last bit. */
    private static final double NEGLIGIBLE = -45;

    /** Bets on factors over 1: rejects "not worse". */
    static final GridMixture WORSE = worse();

    /** Bets on factors under 1, and on 0: rejects "not better". */
    static final GridMixture BETTER = better();

    private final double[] factors;
    private final double[] logFactors;
    private final double[] logStakes;

    private GridMixture(double[] logFactors, double[] stakes) {
        this.logFactors = logFactors;
        this.factors = Arrays.stream(logFactors).map(Math::exp).toArray();
        double sum = Arrays.stream(stakes).sum();
        this.logStakes = Arrays.stream(stakes).map(stake -> Math.log(stake / sum)).toArray();
    }

    private static GridMixture worse() {
        double[] logFactors = new double[ALTERNATIVES];
        double[] stakes = new double[ALTERNATIVES];
        for (int k = 0; k < ALTERNATIVES; k++) {
            logFactors[k] = (k + 0.5) / ALTERNATIVES * REACH;
            double deviations = logFactors[k] / DEVIATION;
            stakes[k] = Math.exp(-0.5 * deviations * deviations);
        }
        return new GridMixture(logFactors, stakes);
    }

    private static GridMixture better() {
        double[] logFactors = new double[ALTERNATIVES + 1];
        double[] stakes = new double[ALTERNATIVES + 1];
        for (int k = 0; k < ALTERNATIVES; k++) {
            logFactors[k] = -WORSE.logFactors[k];
            stakes[k] = (1 - NEVER_STAKE) * Math.exp(WORSE.logStakes[k]);
        }
        logFactors[ALTERNATIVES] = Double.NEGATIVE_INFINITY;
        stakes[ALTERNATIVES] = NEVER_STAKE;
        return new GridMixture(logFactors, stakes);
    }

    /** How many alternatives there are. */
    int size() {
        return factors.length;
    }

    /**
     * Adds to each alternative's log likelihood ratio what {@code successes} among {@code trials}
     * say.
     *
     * @param nullProbability in (0, 1)
     */
    void add(
            double[] logLikelihoodRatios, double successes, double trials, double nullProbability) {
        for (int k = 0; k < factors.length; k++) {
            // p = f q / (1 - q + f q) gives p/q = f / c and (1-p)/(1-q) = 1 / c with c = 1 + (f-1)
            // q: one logarithm. That of the sum is off by 1e-16 a trial where log1p would not be,
            // and takes a quarter of its time.
            logLikelihoodRatios[k] -= trials * Math.log(1 + (factors[k] - 1) * nullProbability);
            if (successes != 0) {
                logLikelihoodRatios[k] += successes * logFactors[k];
            }
        }
    }

    /** The natural log of the mixture's likelihood ratio after so many successes and trials. */
    double logRatio(double successes, double trials, double nullProbability) {
        double[] logLikelihoodRatios = new double[factors.length];
        add(logLikelihoodRatios, successes, trials, nullProbability);
        return logMean(logLikelihoodRatios);
    }

    /** The natural log of the mixture's likelihood ratio. */
    double logMean(double[] logLikelihoodRatios) {
        double highest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < logStakes.length; k++) {
            highest = Math.max(highest, logStakes[k] + logLikelihoodRatios[k]);
        }
        double sum = 0;
        for (int k = 0; k < logStakes.length; k++) {
            double below = logStakes[k] + logLikelihoodRatios[k] - highest;
            if (below > NEGLIGIBLE) {
                sum += Math.exp(below);
            }
        }
        return highest + Math.log(sum);
    }
}
