package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Verdict;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;

/** What a run's plan is checked for before it begins. */
class RunPlanTest {
    private final Traffic traffic = new Traffic(3);

    /** The baseline alone, at 1,000 events a minute. */
    private void hours(Rehearsal rehearsal, int hours, double evenHours, double oddHours) {
        for (int minute = 0; minute < hours * 60; minute++) {
            double ratio = minute / 60 % 2 == 0 ? evenHours : oddHours;
            rehearsal.count("errors", "/orders", traffic.errors(1_000, ratio), 1_000, 0, 0);
            rehearsal.now = rehearsal.now.plusSeconds(60);
        }
    }

    private static Rehearsal hurried() {
        return new Rehearsal(
                Fixtures.measures(
                        Fixtures.cutover()
                                .metric("errors")
                                .stepWithDeadline(0.01, 1.5, Duration.ofHours(1))
                                .stepWithDeadline(0.5, 1.5, Duration.ofHours(2))
                                .build()));
    }

    private static PlanReport plan(Rehearsal rehearsal) {
        return rehearsal.desk.plan("orders", rehearsal.now).orElseThrow();
    }

    private static Run start(Rehearsal rehearsal, String... reason) {
        return rehearsal.desk.startRun(
                "orders",
                "v2",
                "ann",
                reason.length == 0 ? Optional.empty() : Optional.of(reason[0]),
                rehearsal.now);
    }

    @Test
    void aStepThatCannotDecideInItsTime_isRefused_withTheShareThatCould() {
        Rehearsal rehearsal = hurried();
        hours(rehearsal, 12, 0.01, 0.01);
        PlanReport plan = plan(rehearsal);
        assertThat(plan.refusals())
                .singleElement()
                .satisfies(
                        text ->
                                assertThat(text)
                                        .startsWith("step 0 (share 1 %): at 1,000 events a minute")
                                        .contains(", at a share of 10 % about ")
                                        .endsWith("the deadline is 60 min"));
        PlanReport.Expected first = plan.steps().getFirst().metrics().getFirst();
        assertThat(first.seconds().orElseThrow()).isGreaterThan(3_600);
        assertThat(plan.steps().getLast().metrics().getFirst().seconds().orElseThrow())
                .isLessThan(7_200);
        assertThat(plan.baselines().getFirst().eventsPerMinute()).hasValue(1_000);
        assertThatThrownBy(() -> start(rehearsal))
                .isInstanceOf(RefusedRunException.class)
                .hasMessageContaining(plan.refusals().getFirst());
        assertThat(rehearsal.store.runs("orders")).isEmpty();
    }

    @Test
    void whoOverridesARefusal_isNamedWithTheReason_whereverGoIsSaid_andAfterARestart() {
        Rehearsal rehearsal = hurried();
        hours(rehearsal, 12, 0.01, 0.01);
        Run run = start(rehearsal, "the traffic doubles at noon");
        rehearsal.step(run.number(), 0, 0.01);
        rehearsal.restart();
        for (int i = 0; i < 400 && rehearsal.decision().verdict() == Verdict.HOLD; i++) {
            rehearsal.tenSeconds(99, 9_900, 1, 100);
        }
        Decision decision = rehearsal.decision();
        assertThat(decision.verdict()).isEqualTo(Verdict.GO);
        assertThat(decision.reasons().getLast().code()).isEqualTo(Code.OVERRIDDEN);
        assertThat(decision.reasons().getLast().text())
                .startsWith("ann began the run although its plan was refused (step 0")
                .endsWith(": the traffic doubles at noon");
        assertThat(rehearsal.store.decisions("orders", 1).getFirst().evidence())
                .contains("the traffic doubles at noon");
        rehearsal.restart();
        PlanOverride seen =
                rehearsal
                        .desk
                        .status("orders", rehearsal.now)
                        .orElseThrow()
                        .override()
                        .orElseThrow();
        assertThat(seen.principal()).isEqualTo("ann");
        assertThat(seen.reason()).isEqualTo("the traffic doubles at noon");
        assertThat(seen.refusals()).hasSize(1).first().asString().startsWith("step 0");
    }

    @Test
    void aPlanThatWorks_needsNoOverride_andTheReasonIsNotKept() {
        Rehearsal rehearsal = hurried();
        hours(rehearsal, 1, 0.2, 0.2);
        assertThat(plan(rehearsal).refusals()).isEmpty();
        assertThat(start(rehearsal, "just in case").number()).isEqualTo(1);
        assertThat(rehearsal.store.meta(RunState.overrideKey("orders", 1))).isEmpty();
    }

    @Test
    void withoutHistory_nothingIsRefused_andNothingClaimed() {
        Rehearsal rehearsal = hurried();
        PlanReport plan = plan(rehearsal);
        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.baselines().getFirst().badRatio()).isEmpty();
        assertThat(plan.steps().getFirst().metrics().getFirst().candidateEvents()).isEmpty();
        assertThat(rehearsal.desk.plan("unknown", rehearsal.now)).isEmpty();
    }

    /** Some twelve errors an hour, as in a small shop: they jump about, and drift nowhere. */
    @Test
    void fewErrorsAnHour_areNoDrift() {
        for (int seed = 0; seed < 12; seed++) {
            Traffic few = new Traffic(seed);
            Rehearsal rehearsal =
                    new Rehearsal(
                            Fixtures.measures(
                                    Fixtures.cutover()
                                            .metric("errors")
                                            .step(0.5, 2, 1.2)
                                            .step(1, 2, 1.2)
                                            .build()));
            for (int minute = 0; minute < 72 * 60; minute++) {
                rehearsal.count("errors", "/orders", few.errors(25, 0.008), 25, 0, 0);
                rehearsal.now = rehearsal.now.plusSeconds(60);
            }
            PlanReport plan = plan(rehearsal);
            assertThat(plan.baselines().getFirst().drift()).hasValue(1);
            assertThat(plan.refusals()).isEmpty();
        }
    }

    /** The level doubles and halves from hour to hour. */
    @Test
    void aMarginUnderTheMeasuredDrift_isRefused_unlessMarginsWidenByIt() {
        for (boolean widens : new boolean[] {false, true}) {
            Fixtures cutover =
                    Fixtures.cutover().metric("errors").step(0.5, 2, 1.2).step(1, 2, 1.2);
            Rehearsal rehearsal =
                    new Rehearsal(
                            Fixtures.measures(
                                    (widens ? cutover.measuredDrift() : cutover).build()));
            hours(rehearsal, 48, 0.01, 0.02);
            PlanReport plan = plan(rehearsal);
            double drift = plan.baselines().getFirst().drift().orElseThrow();
            assertThat(drift).isGreaterThan(2);
            PlanReport.Expected last = plan.steps().getLast().metrics().getFirst();
            assertThat(plan.steps().getFirst().metrics().getFirst().noGoMargin()).isEqualTo(1.2);
            if (widens) {
                assertThat(plan.refusals()).isEmpty();
                assertThat(last.noGoMargin()).isGreaterThan(1.2 * 2);
            } else {
                assertThat(last.noGoMargin()).isEqualTo(1.2);
                assertThat(plan.refusals())
                        .singleElement()
                        .satisfies(
                                text ->
                                        assertThat(text)
                                                .startsWith("step 1 (share 100 %)")
                                                .contains("errors drifts by x", "is x1.2"));
            }
        }
    }

    /** At twice the level that the snapshot saw, which is where every other hour is. */
    @Test
    void aRunsMarginsWidenByTheMeasuredDrift_alsoAfterARestart() {
        Rehearsal rehearsal =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover()
                                        .metric("errors")
                                        .step(0.5, 2, 1.2)
                                        .step(1, 2, 1.2)
                                        .measuredDrift()
                                        .build()));
        hours(rehearsal, 48, 0.01, 0.02);
        rehearsal.now = rehearsal.now.plusSeconds(10);
        Run run = start(rehearsal);
        rehearsal.step(run.number(), 0, 0.5);
        rehearsal.tenSecondsTimes(20, 10, 1_000, 10, 1_000);
        rehearsal.step(run.number(), 1, 1);
        rehearsal.tenSecondsTimes(30, 0, 0, 20, 1_000);
        Decision before = rehearsal.decision();
        assertThat(before.verdict()).isNotEqualTo(Verdict.NO_GO);
        assertThat(before.metrics().getFirst().noGoMargin()).isGreaterThan(2.4);
        rehearsal.restart();
        rehearsal.pass(1);
        assertThat(rehearsal.decision().metrics()).isEqualTo(before.metrics());
    }
}
