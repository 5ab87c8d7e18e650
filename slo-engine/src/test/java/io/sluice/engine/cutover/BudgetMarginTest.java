package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.measure.MeasurePlan.Side;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * Margins that follow from an error budget: 0.1 % of thirty days may be bad, and each step has an
 * hour.
 */
class BudgetMarginTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Fixtures cutover(double slice) {
        return Fixtures.cutover()
                .metric("errors")
                .stepWithBudget(0.01, slice, 2, HOUR)
                .stepWithBudget(0.1, slice, 1.2, HOUR)
                .stepWithBudget(0.5, slice, 1.2, HOUR);
    }

    private static Dispersion level(double badRatio) {
        return Dispersion.UNMEASURED.withBadRatio(badRatio);
    }

    @Test
    void theMargin_isWhatSpendsTheSlice_andTightensWithExposure() {
        CutoverPlan plan = cutover(0.01).plan();
        // 0.01 × 0.001 × 720 h = 0.0072 bad hours; at 0.4 % bad that is 1.8 hours of all traffic.
        assertThat(plan.goMargin(0, level(0.004))).isEqualTo(10);
        assertThat(plan.goMargin(1, level(0.004))).isEqualTo(10);
        assertThat(plan.goMargin(2, level(0.004))).isCloseTo(3.6, within(1e-6));
        assertThat(plan.goMargin(1, level(0.04))).isCloseTo(1.8, within(1e-6));
        assertThat(plan.goMargin(2, level(0.01))).isCloseTo(1.44, within(1e-6));
    }

    /** Spending is counted out, event by event, instead of by the formula. */
    @Test
    void atTheMargin_theCandidatesErrorsAreTheSlice() {
        CutoverPlan plan = cutover(0.01).plan();
        double margin = plan.goMargin(2, level(0.004));
        long eventsAnHour = 1_000_000;
        double candidateErrors = 0.5 * eventsAnHour * 0.004 * margin;
        double budget = 0.001 * 720 * eventsAnHour;
        assertThat(candidateErrors).isCloseTo(0.01 * budget, within(0.01));
    }

    @Test
    void noGo_isNoHigherThanGo_andWithoutALevelTheStepsOwnMarginsStand() {
        CutoverPlan plan = cutover(0.01).plan();
        assertThat(plan.noGoMargin(2, level(0.004))).isEqualTo(1.2);
        assertThat(plan.noGoMargin(2, level(0.0125))).isCloseTo(1.152, within(1e-6));
        assertThat(plan.goMargin(2, Dispersion.UNMEASURED)).isEqualTo(1.5);
        assertThat(plan.noGoMargin(0, Dispersion.UNMEASURED)).isEqualTo(2);
    }

    private static Rehearsal withHistory(Fixtures cutover, long badAMinute) {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        for (int minute = 1; minute <= 600; minute++) {
            rehearsal.count(
                    "errors",
                    "/orders",
                    Side.BASELINE,
                    badAMinute + minute % 2,
                    1_000,
                    Rehearsal.START.minusSeconds(60L * minute));
        }
        return rehearsal;
    }

    /** 0.45 % were bad: 0.0072 / (0.1 × 0.0045) = 16, and 0.0072 / (0.5 × 0.0045) = 3.2. */
    @Test
    void aRun_isHeldToWhatItsBaselineWasLikeBefore() {
        Rehearsal rehearsal = withHistory(cutover(0.01), 4);
        rehearsal.startRun();
        rehearsal.step(1, 2, 0.5);
        rehearsal.tenSeconds(50, 1_000, 5, 1_000);
        rehearsal.pass(10);
        MetricEvidence errors = rehearsal.decision().metrics().getFirst();
        assertThat(errors.goMargin()).isCloseTo(3.2, within(1e-6));
        rehearsal.restart();
        rehearsal.pass(10);
        assertThat(rehearsal.decision().metrics().getFirst().goMargin())
                .isEqualTo(errors.goMargin());
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    @Test
    void whereAnEqualCandidateSpendsTheSlice_aRunIsRefused_withTheNumber() {
        Rehearsal rehearsal = withHistory(cutover(0.002), 4);
        assertThatThrownBy(rehearsal::startRun)
                .isInstanceOfSatisfying(
                        RefusedRunException.class,
                        refused ->
                                assertThat(refused.refusals())
                                        .contains(
                                                "step 2 (share 50 %): 0.2 % of availability's error"
                                                        + " budget is spent by x0.64 the bad ratio"
                                                        + " that the baseline's errors has by itself;"
                                                        + " a larger slice, a smaller share or less"
                                                        + " time leaves a margin"));
    }
}
