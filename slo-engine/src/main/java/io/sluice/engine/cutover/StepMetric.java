package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.store.StoredStratum;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One metric in one step: its counts, and what they prove. A function of the strata added, in their
 * order.
 */
final class StepMetric {
    private final CutoverPlan.Tested tested;
    private final Cutover.Step step;
    private final Optional<Snapshot> snapshot;
    private final double goMargin;
    private final double noGoMargin;
    private final double goNeeded;

    /** The boundaries of the two hypotheses against a snapshot: a bad ratio each. */
    private final double snapshotGoNull;

    private final double snapshotNoGoNull;
    private final double objectiveNull;

    private final double floor;

    private final Dispersion dispersion;
    private final EvidenceProcess notMuchWorse;
    private final EvidenceProcess worse;
    private final EvidenceProcess overFloor;
    private final EvidenceProcess objectiveMissed;

    private long baselineBad;
    private long baselineTotal;
    private long candidateBad;
    private long candidateTotal;
    private boolean goProven;

    /** The end of the stratum that proved it, seconds since the epoch. */
    private long goProvenAt;

    /**
     * @param snapshot what stands in for a live baseline; without one, both sides are compared
     *     stratum by stratum
     */
    StepMetric(
            CutoverPlan plan,
            int step,
            CutoverPlan.Tested tested,
            Dispersion dispersion,
            Optional<Snapshot> snapshot) {
        this.dispersion = dispersion;
        this.notMuchWorse = EvidenceProcess.thatItIsLess(dispersion.factor());
        this.worse = EvidenceProcess.thatItIsMore(dispersion.factor());
        this.overFloor = EvidenceProcess.thatItIsMore(dispersion.factor());
        this.objectiveMissed = EvidenceProcess.thatItIsMore(dispersion.factor());
        this.floor = tested.metric().floor().map(BigDecimal::doubleValue).orElse(0.0);
        this.tested = tested;
        this.step = plan.step(step);
        this.snapshot = snapshot;
        this.goMargin = plan.goMargin(step, dispersion);
        this.noGoMargin = plan.noGoMargin(step, dispersion);
        this.goNeeded = -Math.log(plan.sequentialGoRisk(step));
        this.objectiveNull =
                tested.metric().target().isPresent() ? tested.allowedBadRatio().doubleValue() : 0;
        if (snapshot.isPresent()) {
            // So many independent events would say what these do.
            Snapshot counts = snapshot.get();
            Cutover.ErrorAllowance allowance = plan.cutover().errorAllowance();
            double goRisk = allowance.go() * CutoverPlan.SNAPSHOT_PART;
            double noGoRisk = allowance.noGo() * CutoverPlan.SNAPSHOT_PART * tested.weight();
            this.snapshotGoNull =
                    goMargin
                            * BinomialBound.lower(
                                    (long) Math.floor(counts.bad() / dispersion.factor()),
                                    (long) Math.ceil(counts.total() / dispersion.factor()),
                                    goRisk);
            this.snapshotNoGoNull =
                    noGoMargin
                            * BinomialBound.upper(
                                    (long) Math.ceil(counts.bad() / dispersion.factor()),
                                    (long) Math.ceil(counts.total() / dispersion.factor()),
                                    noGoRisk);
            this.baselineBad = counts.bad();
            this.baselineTotal = counts.total();
        } else {
            this.snapshotGoNull = 0;
            this.snapshotNoGoNull = 0;
        }
    }

    /** Adds one sealed stratum of this metric and step. */
    void add(StoredStratum s) {
        candidateBad += s.candidateBad();
        candidateTotal += s.candidateTotal();
        if (snapshot.isPresent()) {
            notMuchWorse.observe(s.candidateBad(), s.candidateTotal(), snapshotGoNull);
            worse.observe(s.candidateBad(), s.candidateTotal(), snapshotNoGoNull);
        } else {
            baselineBad += s.baselineBad();
            baselineTotal += s.baselineTotal();
            long bad = s.baselineBad() + s.candidateBad();
            notMuchWorse.observe(s.candidateBad(), bad, candidateShare(goMargin, s));
            worse.observe(s.candidateBad(), bad, candidateShare(noGoMargin, s));
        }
        overFloor.observe(s.candidateBad(), s.candidateTotal(), floor);
        objectiveMissed.observe(s.candidateBad(), s.candidateTotal(), objectiveNull);
    }

    private static double candidateShare(double ratio, StoredStratum s) {
        return EvidenceProcess.candidateShareOfErrors(
                ratio, (double) s.baselineTotal(), (double) s.candidateTotal());
    }

    /**
     * Looks at the evidence for GO. What is proven once stays proven in this step.
     *
     * @param end of the newest stratum, seconds since the epoch
     */
    void look(long end) {
        if (!goProven && notMuchWorse.logE() >= goNeeded) {
            goProven = true;
            goProvenAt = end;
        }
    }

    /** Whether GO was proven by events before this time. */
    boolean isGoProvenBy(Instant time) {
        return goProven && goProvenAt <= time.getEpochSecond();
    }

    CutoverPlan.Tested tested() {
        return tested;
    }

    Cutover.Step step() {
        return step;
    }

    Dispersion dispersion() {
        return dispersion;
    }

    /** Of this step, widened where a snapshot stands in. */
    double goMargin() {
        return goMargin;
    }

    /** Of this step, widened where a snapshot stands in. */
    double noGoMargin() {
        return noGoMargin;
    }

    /** Both sides' events; only where the baseline is live. */
    long events() {
        return baselineTotal + candidateTotal;
    }

    Optional<Snapshot> snapshot() {
        return snapshot;
    }

    long baselineBad() {
        return baselineBad;
    }

    long baselineTotal() {
        return baselineTotal;
    }

    long candidateBad() {
        return candidateBad;
    }

    long candidateTotal() {
        return candidateTotal;
    }

    boolean goProven() {
        return goProven;
    }

    double goNeeded() {
        return goNeeded;
    }

    double goLogE() {
        return notMuchWorse.logE();
    }

    /**
     * That the candidate is worse than the margin and over the floor: each by itself must be
     * proven, and the lower of two e-values speaks against either hypothesis.
     */
    double worseLogE() {
        return floor > 0 ? Math.min(worse.logE(), overFloor.logE()) : worse.logE();
    }

    double objectiveMissedLogE() {
        return objectiveMissed.logE();
    }

    /** The candidate's bad ratio over the baseline's; empty where it is undefined. */
    OptionalDouble ratio() {
        if (baselineBad <= 0 || candidateTotal <= 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                ((double) candidateBad * baselineTotal) / ((double) baselineBad * candidateTotal));
    }

    /**
     * How many more candidate events it takes until the evidence for NO_GO in this step reaches
     * {@code needed}, if both sides go on as they are; empty where it never does. The candidate's
     * ratio starts from "equal to the baseline", as for GO.
     */
    OptionalLong candidateEventsToNoGo(double needed) {
        if (baselineBad <= 0 || candidateTotal <= 0) {
            return OptionalLong.empty();
        }
        double baselineRatio = (double) baselineBad / baselineTotal;
        double candidateRatio = (candidateBad + 1) / (candidateTotal + 1 / baselineRatio);
        double perCandidate = (double) baselineTotal / candidateTotal;
        OptionalDouble events =
                snapshot.isPresent()
                        ? worse.timeUntil(needed, candidateRatio, 1, snapshotNoGoNull)
                        : worse.timeUntil(
                                needed,
                                candidateRatio,
                                candidateRatio + perCandidate * baselineRatio,
                                EvidenceProcess.candidateShareOfErrors(
                                        noGoMargin, perCandidate, 1));
        if (events.isPresent() && floor > 0) {
            OptionalDouble over = overFloor.timeUntil(needed, candidateRatio, 1, floor);
            events =
                    over.isPresent()
                            ? OptionalDouble.of(Math.max(events.getAsDouble(), over.getAsDouble()))
                            : over;
        }
        return events.isPresent()
                ? OptionalLong.of((long) Math.ceil(events.getAsDouble()))
                : OptionalLong.empty();
    }

    /** The baseline's bad ratio; empty where it is unknown or zero. */
    OptionalDouble baselineRatio() {
        return baselineBad > 0
                ? OptionalDouble.of((double) baselineBad / baselineTotal)
                : OptionalDouble.empty();
    }

    /**
     * How many more candidate events the proof for GO takes if both sides go on as they are; empty
     * where that cannot be said. The candidate's ratio starts from "equal to the baseline" with the
     * weight of one expected error, so that the first seconds of a step do not promise too much.
     */
    OptionalLong candidateEventsToGo() {
        if (goProven) {
            return OptionalLong.of(0);
        }
        if (baselineBad <= 0 || candidateTotal <= 0) {
            return OptionalLong.empty();
        }
        double baselineRatio = (double) baselineBad / baselineTotal;
        double candidateRatio = (candidateBad + 1) / (candidateTotal + 1 / baselineRatio);
        double perCandidate = (double) baselineTotal / candidateTotal;
        OptionalDouble events =
                snapshot.isPresent()
                        ? notMuchWorse.timeUntil(goNeeded, candidateRatio, 1, snapshotGoNull)
                        : notMuchWorse.timeUntil(
                                goNeeded,
                                candidateRatio,
                                candidateRatio + perCandidate * baselineRatio,
                                EvidenceProcess.candidateShareOfErrors(goMargin, perCandidate, 1));
        return events.isPresent()
                ? OptionalLong.of((long) Math.ceil(events.getAsDouble()))
                : OptionalLong.empty();
    }
}
