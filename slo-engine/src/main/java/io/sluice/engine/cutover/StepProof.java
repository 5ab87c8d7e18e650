package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.Decision.MetricEvidence;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * What one step proves about one thing that both sides are compared by. A function of the strata
 * added, in their order. Not thread-safe.
 */
abstract sealed class StepProof permits StepMetric, StepQuantile {
    private final Cutover.Step step;
    private final Dispersion dispersion;
    private final double goMargin;
    private final double noGoMargin;
    private final double goNeeded;

    private boolean goProven;

    /** The end of the stratum that proved it, seconds since the epoch. */
    private long goProvenAt;

    StepProof(
            CutoverPlan plan, int step, Dispersion dispersion, double goMargin, double noGoMargin) {
        this.step = plan.step(step);
        this.dispersion = dispersion;
        this.goMargin = goMargin;
        this.noGoMargin = noGoMargin;
        this.goNeeded = -Math.log(plan.sequentialGoRisk(step));
    }

    /** What is compared. */
    abstract CutoverPlan.Compared tested();

    abstract long baselineTotal();

    abstract long candidateTotal();

    /** The natural log of the e-value for "not worse than the GO margin". */
    abstract double goLogE();

    /** The natural log of the e-value for "worse than the NO_GO margin". */
    abstract double worseLogE();

    /** The natural log of the e-value for "the candidate's own objective is missed". */
    abstract double objectiveMissedLogE();

    /**
     * As a decision shows it.
     *
     * @param noGoLogE over the run
     * @param noGoNeeded what that must reach to say NO_GO by itself
     */
    abstract MetricEvidence describe(double noGoLogE, double noGoNeeded, boolean noGoProven);

    /**
     * How many more candidate events the proof for GO takes if both sides go on as they are; empty
     * where that cannot be said.
     */
    abstract OptionalLong candidateEventsToGo();

    /**
     * Looks at the evidence for GO. What is proven once stays proven in this step.
     *
     * @param end of the newest stratum, seconds since the epoch
     */
    final void look(long end) {
        if (!goProven && goLogE() >= goNeeded) {
            goProven = true;
            goProvenAt = end;
        }
    }

    /** Whether GO was proven by events before this time. */
    final boolean isGoProvenBy(Instant time) {
        return goProven && goProvenAt <= time.getEpochSecond();
    }

    final boolean goProven() {
        return goProven;
    }

    /** What {@link #goLogE} has to reach. */
    final double goNeeded() {
        return goNeeded;
    }

    final Cutover.Step step() {
        return step;
    }

    final Dispersion dispersion() {
        return dispersion;
    }

    /** Of this step, widened where a snapshot stands in. */
    final double goMargin() {
        return goMargin;
    }

    /** Of this step, widened where a snapshot stands in. */
    final double noGoMargin() {
        return noGoMargin;
    }
}
