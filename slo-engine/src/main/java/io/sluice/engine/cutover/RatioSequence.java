package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

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

    /** Splits that differ by less than this factor less one are taken for the same. */
    private static final double SPLITS_ALIKE = 0.005;

    /** Nobody asks for ratios beyond this one, or under its reciprocal. */
    private static final double FARTHEST = 1e6;

    private static final double NEARLY_ALWAYS = 1 - 1e-9;

    /** Halvings of the logarithm's range: to one part in ten thousand. */
    private static final int HALVINGS = 18;

    /**
     * From a live baseline, stratum by stratum.
     *
     * <p>What a stratum says depends on its errors and on how its traffic was split, and most
     * splits of a step are much alike. So strata whose splits have the same place on a logarithmic
     * scale are taken together, each hypothesis with that end of the place which speaks less for
     * it: so bounds are wider by less than {@link #SPLITS_ALIKE}, and take the same time for a day
     * as for an hour.
     */
    static RatioSequence live(List<StoredStratum> strata, Dispersion dispersion) {
        Map<Long, Errors> bySplit = new TreeMap<>();
        for (StoredStratum s : strata) {
            long bad = s.baselineBad() + s.candidateBad();
            if (bad > 0 && s.baselineTotal() > 0 && s.candidateTotal() > 0) {
                double split = Math.log((double) s.candidateTotal() / s.baselineTotal());
                bySplit.merge(
                        (long) Math.floor(split / SPLITS_ALIKE),
                        new Errors(s.candidateBad(), bad),
                        Errors::plus);
            }
        }
        return between(
                ratio -> {
                    EvidenceProcess more = EvidenceProcess.thatItIsMore(dispersion.factor());
                    bySplit.forEach((place, errors) -> errors.tell(more, ratio, place + 1));
                    return more.logE();
                },
                ratio -> {
                    EvidenceProcess less = EvidenceProcess.thatItIsLess(dispersion.factor());
                    bySplit.forEach((place, errors) -> errors.tell(less, ratio, place));
                    return less.logE();
                },
                -Math.log(RISK / 2));
    }

    /** Errors of strata whose traffic was split alike. */
    private record Errors(long candidate, long both) {
        Errors plus(Errors other) {
            return new Errors(candidate + other.candidate, both + other.both);
        }

        void tell(EvidenceProcess process, double ratio, long place) {
            process.observe(
                    candidate,
                    both,
                    EvidenceProcess.candidateShareOfErrors(
                            ratio, 1, Math.exp(place * SPLITS_ALIKE)));
        }
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
                    return more.logE();
                },
                ratio -> {
                    EvidenceProcess less = EvidenceProcess.thatItIsLess(dispersion.factor());
                    less.observe(candidateBad, candidateTotal, underOne(ratio * lowest));
                    return less.logE();
                },
                -Math.log(risk));
    }

    /** No candidate fails more often than always. */
    private static double underOne(double probability) {
        return Math.min(probability, NEARLY_ALWAYS);
    }

    /**
     * All ratios that neither log e-value rejects.
     *
     * @param more that the ratio is more than the one given; falls with it
     * @param less that it is less; rises with it
     */
    static RatioSequence between(
            DoubleUnaryOperator more, DoubleUnaryOperator less, double needed) {
        double low = 0;
        if (more.applyAsDouble(1 / FARTHEST) >= needed) {
            low = 1 / FARTHEST;
            double unproven = FARTHEST;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = Math.sqrt(low * unproven);
                if (more.applyAsDouble(middle) >= needed) {
                    low = middle;
                } else {
                    unproven = middle;
                }
            }
        }
        OptionalDouble high = OptionalDouble.empty();
        if (less.applyAsDouble(FARTHEST) >= needed) {
            double ruledOut = FARTHEST;
            double open = 1 / FARTHEST;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = Math.sqrt(open * ruledOut);
                if (less.applyAsDouble(middle) >= needed) {
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
