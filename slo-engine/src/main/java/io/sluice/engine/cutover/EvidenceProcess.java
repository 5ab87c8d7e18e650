package io.sluice.engine.cutover;

import java.util.OptionalDouble;

/**
 * Evidence against one hypothesis about how often something happens, which may be looked at after
 * every observation: the probability that {@link #logE()} ever reaches ln(1/α) while the hypothesis
 * is true is at most α. Not thread-safe.
 *
 * <p>It is the likelihood ratio of a {@link GridMixture} against the boundary of the hypothesis.
 * For each alternative with odds factor f and each trial with null probability q and true
 * probability p, the ratio's expectation is (1 + (f-1) p) / (1 + (f-1) q), which is at most 1 for
 * every true p on the hypothesis' side of q, whatever p is and however it changes. So the mixture
 * is a supermartingale that starts at 1, and Ville's inequality holds at every stopping time.
 *
 * <p>Where errors come in clusters, trials are not independent. Dividing each log likelihood ratio
 * by the {@link Dispersion} of such counts, that is raising the ratio to a power of at most 1,
 * makes up for it; by Jensen's inequality it never makes an expectation larger.
 *
 * <p>Observations are added up per alternative: they may come in any order, and two processes merge
 * into what one would have been that saw all observations.
 */
final class EvidenceProcess {

    /** Further ahead than this nobody waits. */
    private static final double LONGEST_FORECAST = 1e12;

    private final GridMixture mixture;
    private final double dispersion;
    private final double[] logLikelihoodRatios;

    /** NaN if something was added since it was computed. */
    private double logE = Double.NaN;

    private EvidenceProcess(GridMixture mixture, double dispersion) {
        this.mixture = mixture;
        this.dispersion = dispersion;
        this.logLikelihoodRatios = new double[mixture.size()];
    }

    /** Evidence that the true probability is over the null's, from independent trials. */
    static EvidenceProcess thatItIsMore() {
        return thatItIsMore(1);
    }

    /** Evidence that the true probability is under the null's, from independent trials. */
    static EvidenceProcess thatItIsLess() {
        return thatItIsLess(1);
    }

    /**
     * Evidence that the true probability is over the null's.
     *
     * @param dispersion every log likelihood ratio is divided by this; at least 1
     */
    static EvidenceProcess thatItIsMore(double dispersion) {
        return new EvidenceProcess(GridMixture.WORSE, dispersion);
    }

    /**
     * Evidence that the true probability is under the null's.
     *
     * @param dispersion every log likelihood ratio is divided by this; at least 1
     */
    static EvidenceProcess thatItIsLess(double dispersion) {
        return new EvidenceProcess(GridMixture.BETTER, dispersion);
    }

    /**
     * The null's probability that an error of a stratum is the candidate's, if the candidate's
     * error ratio is {@code ratio} times the baseline's. Given how many errors a stratum has, those
     * of the candidate are binomial with it; the common error ratio, known to nobody and different
     * in each stratum, cancels.
     */
    static double candidateShareOfErrors(
            double ratio, double baselineTotal, double candidateTotal) {
        return ratio * candidateTotal / (baselineTotal + ratio * candidateTotal);
    }

    /**
     * Adds trials.
     *
     * @param nullProbability a success' probability on the hypothesis' boundary; where it is not
     *     between 0 and 1 (a side without events, a limit of zero) nothing can be learned, and
     *     nothing changes
     */
    void observe(long successes, long trials, double nullProbability) {
        if (successes < 0 || successes > trials) {
            throw new IllegalArgumentException(successes + " successes in " + trials + " trials");
        }
        if (trials > 0 && nullProbability > 0 && nullProbability < 1) {
            add(logLikelihoodRatios, (double) successes, (double) trials, nullProbability);
            logE = Double.NaN;
        }
    }

    /** Log likelihood ratios are linear in the counts, so dividing the one divides the other. */
    private void add(double[] to, double successes, double trials, double nullProbability) {
        mixture.add(to, successes / dispersion, trials / dispersion, nullProbability);
    }

    /** Adds everything that the other process has seen of the same hypothesis. */
    void merge(EvidenceProcess other) {
        if (other.mixture != mixture) {
            throw new IllegalArgumentException(
                    "evidence for more and evidence for less do not add up");
        }
        for (int k = 0; k < logLikelihoodRatios.length; k++) {
            logLikelihoodRatios[k] += other.logLikelihoodRatios[k];
        }
        logE = Double.NaN;
    }

    /** The natural log of the e-value; 0 at the start. */
    double logE() {
        if (Double.isNaN(logE)) {
            logE = mixture.logMean(logLikelihoodRatios);
        }
        return logE;
    }

    /**
     * How much longer it takes until {@link #logE()} reaches {@code needed}, if every unit of time
     * brings so many successes and trials; empty if it never does.
     */
    OptionalDouble timeUntil(
            double needed, double successesEach, double trialsEach, double nullProbability) {
        if (!(nullProbability > 0 && nullProbability < 1 && trialsEach > 0)) {
            return OptionalDouble.empty();
        }
        if (logE() >= needed) {
            return OptionalDouble.of(0);
        }
        // A mixture of exponentials is convex in time: from below it crosses at most once, and then
        // stays above.
        double low = 0;
        double high = 1;
        while (logEAfter(high, successesEach, trialsEach, nullProbability) < needed) {
            low = high;
            high *= 2;
            if (high > LONGEST_FORECAST) {
                return OptionalDouble.empty();
            }
        }
        while (high - low > 0.5) {
            double middle = (low + high) / 2;
            if (logEAfter(middle, successesEach, trialsEach, nullProbability) < needed) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return OptionalDouble.of(high);
    }

    /** What {@link #logE()} were after so many times the observations that there are. */
    double logEAfter(double times) {
        double[] then = logLikelihoodRatios.clone();
        for (int k = 0; k < then.length; k++) {
            then[k] *= times;
        }
        return mixture.logMean(then);
    }

    private double logEAfter(
            double time, double successesEach, double trialsEach, double nullProbability) {
        double[] then = logLikelihoodRatios.clone();
        add(then, time * successesEach, time * trialsEach, nullProbability);
        return mixture.logMean(then);
    }
}
