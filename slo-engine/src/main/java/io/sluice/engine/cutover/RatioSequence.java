package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * Between which bounds the candidate's bad ratio over the baseline's lies: a confidence sequence,
 * which holds at all looks together with one error probability. It is all ratios that neither
 * {@link EvidenceProcess} rejects, at half of the risk each. Both processes are monotone in the
 * ratio that they are asked about (each of their alternatives is), so bisection finds the ends.
 *
 * @param low 0 while nothing smaller is ruled out
 * @param high empty while nothing larger is ruled out
 */
record RatioSequence(double low, OptionalDouble high) {

    /** The probability that the truth ever lies outside. */
    static final double RISK = 0.05;

    /** Nobody asks for ratios beyond this one, or under its reciprocal. */
    private static final double FARTHEST = 1e6;

    private static final double NEARLY_ALWAYS = 1 - 1e-9;

    /** Halvings of the logarithm's range: to one part in ten thousand. */
    private static final int HALVINGS = 18;

    /** From a live baseline, stratum by stratum. */
    static RatioSequence live(List<StoredStratum> strata, Dispersion dispersion) {
        return between(
                ratio -> {
                    EvidenceProcess more = EvidenceProcess.thatItIsMore(dispersion.factor());
                    strata.forEach(stratum -> observe(more, stratum, ratio));
                    return more;
                },
                ratio -> {
                    EvidenceProcess less = EvidenceProcess.thatItIsLess(dispersion.factor());
                    strata.forEach(stratum -> observe(less, stratum, ratio));
                    return less;
                },
                -Math.log(RISK / 2));
    }

    private static void observe(EvidenceProcess process, StoredStratum s, double ratio) {
        process.observe(
                s.candidateBad(),
                s.baselineBad() + s.candidateBad(),
                EvidenceProcess.candidateShareOfErrors(
                        ratio, (double) s.baselineTotal(), (double) s.candidateTotal()));
    }

    /** From a snapshot: part of the risk pays for the bounds on what it says. */
    static RatioSequence against(
            Snapshot snapshot, long candidateBad, long candidateTotal, Dispersion dispersion) {
        double boundRisk = RISK / 2 * CutoverPlan.SNAPSHOT_PART;
        long total = (long) Math.ceil(snapshot.total() / dispersion.factor());
        double highest =
                BinomialBound.upper(
                        (long) Math.ceil(snapshot.bad() / dispersion.factor()), total, boundRisk);
        double lowest =
                BinomialBound.lower(
                        (long) Math.floor(snapshot.bad() / dispersion.factor()), total, boundRisk);
        return oneSample(
                lowest,
                highest,
                candidateBad,
                candidateTotal,
                dispersion,
                RISK / 2 * (1 - CutoverPlan.SNAPSHOT_PART));
    }

    /** Of the candidate's bad ratio to a limit, which is what it is. */
    static RatioSequence toLimit(
            double limit, long candidateBad, long candidateTotal, Dispersion dispersion) {
        return oneSample(limit, limit, candidateBad, candidateTotal, dispersion, RISK / 2);
    }

    /**
     * Of the candidate's bad ratio to one that lies between two.
     *
     * @param risk of each bound
     */
    private static RatioSequence oneSample(
            double lowest,
            double highest,
            long candidateBad,
            long candidateTotal,
            Dispersion dispersion,
            double risk) {
        return between(
                ratio -> {
                    EvidenceProcess more = EvidenceProcess.thatItIsMore(dispersion.factor());
                    more.observe(candidateBad, candidateTotal, underOne(ratio * highest));
                    return more;
                },
                ratio -> {
                    EvidenceProcess less = EvidenceProcess.thatItIsLess(dispersion.factor());
                    less.observe(candidateBad, candidateTotal, underOne(ratio * lowest));
                    return less;
                },
                -Math.log(risk));
    }

    /** No candidate fails more often than always. */
    private static double underOne(double probability) {
        return Math.min(probability, NEARLY_ALWAYS);
    }

    private static RatioSequence between(
            DoubleFunction<EvidenceProcess> more,
            DoubleFunction<EvidenceProcess> less,
            double needed) {
        double low = 0;
        if (more.apply(1 / FARTHEST).logE() >= needed) {
            low = 1 / FARTHEST;
            double unproven = FARTHEST;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = Math.sqrt(low * unproven);
                if (more.apply(middle).logE() >= needed) {
                    low = middle;
                } else {
                    unproven = middle;
                }
            }
        }
        OptionalDouble high = OptionalDouble.empty();
        if (less.apply(FARTHEST).logE() >= needed) {
            double ruledOut = FARTHEST;
            double open = 1 / FARTHEST;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = Math.sqrt(open * ruledOut);
                if (less.apply(middle).logE() >= needed) {
                    ruledOut = middle;
                } else {
                    open = middle;
                }
            }
            high = OptionalDouble.of(ruledOut);
        }
        return new RatioSequence(low, high);
    }
}
