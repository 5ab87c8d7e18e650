package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredStratum;
import io.sluice.engine.store.sqlite.SqliteStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;

class CutoverDeskTest {

    private static Fixtures threeSteps() {
        return Fixtures.cutover()
                .metric("errors")
                .step(0.1, 2, 1.2)
                .step(0.5, 1.5, 1.2)
                .step(1, 1.5, 1.2)
                .objectives("orders-errors");
    }

    private final List<Rehearsal> rehearsals = new ArrayList<>();

    private Rehearsal rehearse(Fixtures cutover) {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        rehearsals.add(rehearsal);
        return rehearsal;
    }

    /** Whatever a test made the desk decide, it follows from what the evidence says. */
    @AfterEach
    void everyStoredDecision_isTheSameWhenItIsDecidedAgain() {
        rehearsals.forEach(rehearsal -> assertThat(rehearsal.secondOpinion()).isEmpty());
    }

    private Rehearsal atStepZero(Fixtures cutover) {
        Rehearsal rehearsal = rehearse(cutover);
        rehearsal.startRun();
        rehearsal.step(1, 0, cutover.build().steps().getFirst().share());
        return rehearsal;
    }

    private static void healthy(Rehearsal rehearsal, int times) {
        rehearsal.tenSecondsTimes(times, 9, 900, 0, 100);
    }

    private static List<Code> codes(Decision decision) {
        return decision.reasons().stream().map(Decision.Reason::code).toList();
    }

    @Test
    void withoutARun_theAnswerIsHold() {
        Rehearsal rehearsal = rehearse(threeSteps());
        rehearsal.pass(1);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NO_RUN);
        assertThat(rehearsal.desk.decision("carts", OptionalDouble.empty(), rehearsal.now))
                .isEmpty();
    }

    @Test
    void withoutAStep_theAnswerIsHold() {
        Rehearsal rehearsal = rehearse(threeSteps());
        rehearsal.startRun();
        rehearsal.pass(1);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NO_STEP);
    }

    @Test
    void aHealthyCandidate_getsGoStepByStepAndAFinalOneAtTheEnd() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        rehearsal.pass(1);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NO_DATA);
        rehearsal.now = rehearsal.now.plusSeconds(9);
        healthy(rehearsal, 3);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NEED_MORE_DATA);
        assertThat(rehearsal.decision().forecast().candidateRequestsToGo().orElseThrow())
                .isBetween(100L, 1000L);
        assertThat(rehearsal.decision().forecast().secondsAtCurrentTraffic().orElseThrow())
                .isBetween(10L, 100L);

        healthy(rehearsal, 6);
        Decision first = rehearsal.decision();
        assertThat(first.verdict()).isEqualTo(Verdict.GO);
        assertThat(first.isFinal()).isFalse();
        assertThat(first.evidenceId()).isNotEmpty();
        assertThat(first.reasons())
                .singleElement()
                .satisfies(
                        reason ->
                                assertThat(reason.text())
                                        .matches(
                                                "errors: candidate 0 % of [\\d,]+, baseline 1 % of"
                                                        + " [\\d,]+; worse than x2 is ruled out at"
                                                        + " 5 % risk"));

        rehearsal.step(1, 1, 0.5);
        rehearsal.tenSecondsTimes(12, 5, 500, 0, 500);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);

        rehearsal.step(1, 2, 1);
        rehearsal.tenSecondsTimes(12, 0, 0, 0, 1000);
        Decision last = rehearsal.decision();
        assertThat(last.verdict()).isEqualTo(Verdict.GO);
        assertThat(last.isFinal()).isTrue();
        assertThat(last.reasons().getFirst().text()).contains("sealed in this run's earlier steps");
    }

    @Test
    void aStepWithoutLiveBaseline_isComparedWithTheHourBeforeTheRun() {
        Rehearsal rehearsal = rehearse(Fixtures.cutover().metric("errors").step(1, 1.5, 1.2));
        for (int i = 0; i < 100; i++) {
            rehearsal.tenSeconds(9, 900, 0, 0);
        }
        rehearsal.startRun();
        rehearsal.step(1, 0, 1);
        rehearsal.tenSecondsTimes(12, 0, 0, 0, 1000);
        Decision decision = rehearsal.decision();
        assertThat(decision.verdict()).isEqualTo(Verdict.GO);
        assertThat(decision.reasons().getFirst().text())
                .contains("baseline 1 % of 90,000 (counted in the last hour before this run)");
        rehearsal.restart();
        rehearsal.desk.tick(rehearsal.now);
        assertThat(rehearsal.decision()).isEqualTo(decision);
    }

    @Test
    void withoutAnyBaselineAtAll_theAnswerIsHold() {
        Rehearsal rehearsal = atStepZero(Fixtures.cutover().metric("errors").step(1, 1.5, 1.2));
        rehearsal.tenSecondsTimes(12, 0, 0, 0, 1000);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NO_DATA);
        assertThat(rehearsal.decision().reasons().getFirst().text()).contains("baseline");
    }

    @Test
    void aRegression_isNoGoForTheRestOfTheRunAndNotForTheNext() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        for (int i = 0; i < 6; i++) {
            rehearsal.tenSeconds(9, 900, 20, 100);
            assertThat(rehearsal.decision().verdict()).isNotEqualTo(Verdict.GO);
        }
        Decision noGo = rehearsal.decision();
        assertThat(noGo.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(noGo.isFinal()).isTrue();
        assertThat(codes(noGo)).containsExactly(Code.REGRESSION, Code.LATCHED);
        assertThat(noGo.reasons().getFirst().text())
                .contains("candidate 20 % of", "worse than x1.2 is proven at 1 % risk");

        healthy(rehearsal, 50);
        assertThat(rehearsal.decision()).isEqualTo(noGo);
        rehearsal.restart();
        rehearsal.pass(1);
        assertThat(rehearsal.decision()).isEqualTo(noGo);

        rehearsal.startRun();
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NO_STEP);
        assertThat(rehearsal.decision().run()).isEqualTo(2);
        rehearsal.step(2, 0, 0.1);
        healthy(rehearsal, 20);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.store.runs("orders").getFirst().endedAtMillis()).isPositive();
    }

    @Test
    void aGoHoldsForItsStepOnly_andTheNextStepBeginsWithHoldAtOnce() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.step(1, 1, 0.5);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(rehearsal.decision().step().orElseThrow().index()).isEqualTo(1);
    }

    @Test
    void aProofStaysInItsStep_thoughLaterEvidenceIsWeaker() {
        Rehearsal rehearsal =
                atStepZero(Fixtures.cutover().metric("errors").step(0.1, 2, 1.95).step(1, 2, 1.5));
        healthy(rehearsal, 15);
        rehearsal.tenSecondsTimes(60, 9, 900, 2, 100);
        Decision decision = rehearsal.decision();
        assertThat(decision.metrics().getFirst().logEGo())
                .isLessThan(decision.metrics().getFirst().logEGoNeeded());
        assertThat(decision.verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void askingAboutAnotherShare_isHeld() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        Decision other =
                rehearsal
                        .desk
                        .decision("orders", OptionalDouble.of(0.5), rehearsal.now)
                        .orElseThrow();
        assertThat(other.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(other)).containsExactly(Code.STEP_MISMATCH);
        assertThat(other.evidenceId()).isEmpty();
        Decision none =
                rehearsal
                        .desk
                        .decision("orders", OptionalDouble.of(Double.NaN), rehearsal.now)
                        .orElseThrow();
        assertThat(codes(none)).containsExactly(Code.STEP_MISMATCH);
        Decision same =
                rehearsal
                        .desk
                        .decision("orders", OptionalDouble.of(0.1), rehearsal.now)
                        .orElseThrow();
        assertThat(same.verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void aFiringPage_holdsAsLongAsItFires() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        rehearsal.firing.add("somebody-elses");
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.firing.add("orders-errors");
        healthy(rehearsal, 1);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.PAGE_FIRING);
        rehearsal.firing.clear();
        healthy(rehearsal, 1);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void trafficThatStops_makesTheDataStale() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        rehearsal.tenSecondsTimes(9, 9, 900, 0, 0);
        Decision decision = rehearsal.decision();
        assertThat(codes(decision)).containsExactly(Code.STALE_DATA);
        assertThat(decision.reasons().getFirst().text()).contains("candidate", "at most 60 s old");
        healthy(rehearsal, 3);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void anEngineThatNoLongerTicks_saysNoGo_neverAnOldGo() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        rehearsal.now = rehearsal.now.plusSeconds(61);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.STALE_DATA);
        rehearsal.restart();
        assertThat(codes(rehearsal.decision())).containsExactly(Code.STALE_DATA);
    }

    @Test
    void eventsAfterSealing_areLateAndCountInNoStratum() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        MetricCounts before = MetricCounts.of(rehearsal.decision());
        rehearsal.count(
                "errors", "/orders", Side.CANDIDATE, 40, 40, rehearsal.now.minusSeconds(60));
        rehearsal.pass(10);
        Decision decision = rehearsal.decision();
        assertThat(codes(decision)).contains(Code.LATE_DATA);
        assertThat(decision.reasons().getFirst().text()).contains("candidate", "allowed are 1 %");
        assertThat(MetricCounts.of(decision).candidate()).isEqualTo(before.candidate() + 100);
    }

    private record MetricCounts(long baseline, long candidate) {
        static MetricCounts of(Decision decision) {
            Decision.MetricEvidence metric = decision.metrics().getFirst();
            return new MetricCounts(metric.baselineTotal(), metric.candidateTotal());
        }
    }

    @Test
    void aStepLastsItsMinimum_andNeedsItsMinimumOfEvents() {
        Rehearsal rehearsal =
                atStepZero(
                        Fixtures.cutover()
                                .metric("errors")
                                .step(0.1, 2, 1.2, Duration.ofMinutes(5))
                                .data(Duration.ofSeconds(60), 2_000, 0.01));
        healthy(rehearsal, 15);
        assertThat(codes(rehearsal.decision()))
                .containsExactly(Code.NEED_MORE_DATA, Code.NEED_MORE_TIME);
        healthy(rehearsal, 7);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NEED_MORE_TIME);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .isEqualTo("the step must last 5 min; it began at 2026-02-14T09:00:00Z");
        healthy(rehearsal, 8);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void aMetricThatIsNotRequired_onlyEverSaysNoGo() {
        Fixtures cutover =
                Fixtures.cutover()
                        .metric("errors")
                        .metric("slow", false, 1, Optional.empty())
                        .step(0.1, 2, 1.2)
                        .step(0.5, 2, 1.2);
        Rehearsal rehearsal = atStepZero(cutover);
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        for (int i = 0; i < 10; i++) {
            rehearsal.count("slow", "/orders", 9, 900, 30, 100);
            healthy(rehearsal, 1);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(rehearsal.decision().reasons().getFirst().metric()).isEqualTo("slow");
    }

    @Test
    void aCandidateThatMissesItsOwnObjective_isHeldThenRefused() {
        Fixtures cutover =
                Fixtures.cutover()
                        .metric("errors", true, 1, Optional.of(new BigDecimal("0.99")))
                        .step(0.1, 2, 1.2);
        Rehearsal rehearsal = atStepZero(cutover);
        // The baseline is far worse, so there is no regression.
        rehearsal.tenSecondsTimes(4, 180, 900, 2, 100);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(rehearsal.decision().reasons().getLast().text())
                .isEqualTo(
                        "errors: candidate 2 % of 300 since the run began, its objective allows 1"
                                + " %; that may still be chance");
        rehearsal.tenSecondsTimes(30, 180, 900, 4, 100);
        assertThat(codes(rehearsal.decision()))
                .containsExactly(Code.OBJECTIVE_BREACHED, Code.LATCHED);
    }

    @Test
    void aChangedDefinition_holdsUntilItIsPutBack() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        Decision go = rehearsal.decision();
        var original = rehearsal.measures;
        rehearsal.measures = Fixtures.measures(threeSteps().allowance(0.2, 0.01).build());
        rehearsal.pass(1);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.CONFIG_CHANGED);
        assertThatThrownBy(() -> rehearsal.step(1, 1, 0.5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("start a new run");
        rehearsal.measures = original;
        rehearsal.pass(1);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.decision().metrics()).isEqualTo(go.metrics());
    }

    @Test
    void anotherCutoversChange_changesNothing() {
        Cutover orders = threeSteps().build();
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(orders));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        healthy(rehearsal, 15);
        rehearsal.measures =
                Fixtures.measures(orders, Fixtures.cutover().named("carts").metric("x").build());
        healthy(rehearsal, 1);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void aRestartInMidStep_changesNoDecision() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        for (int i = 0; i < 20; i++) {
            rehearsal.count("errors", "/search", 1, 300 + i, i % 3, 40);
            rehearsal.tenSeconds(9, 900, 1, 100);
            Decision before = rehearsal.decision();
            int stored = rehearsal.store.decisions("orders", 1000).size();
            rehearsal.restart();
            rehearsal.desk.tick(rehearsal.now);
            rehearsal.checkpoint();
            assertThat(rehearsal.decision()).isEqualTo(before);
            assertThat(rehearsal.store.decisions("orders", 1000)).hasSize(stored);
        }
    }

    @Test
    void theSameOverSqlite_reopened(@TempDir Path folder) {
        Path file = folder.resolve("store.db");
        Rehearsal rehearsal =
                new Rehearsal(Fixtures.measures(threeSteps().build()), SqliteStore.open(file));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        for (int i = 0; i < 15; i++) {
            rehearsal.count("errors", "/search", 1, 300 + i, i % 3 == 0 ? 1 : 0, 40);
            rehearsal.tenSeconds(9, 900, 0, 100);
            Decision before = rehearsal.decision();
            rehearsal.store.close();
            rehearsal.store = SqliteStore.open(file);
            rehearsal.restart();
            rehearsal.pass(0);
            assertThat(rehearsal.decision()).isEqualTo(before);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.store.close();
    }

    @Test
    void aStoreThatCannotBeRead_makesAnswersStaleInsteadOfOld() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        rehearsal.measures = Fixtures.measures(threeSteps().allowance(0.2, 0.01).build());
        rehearsal.store.close();
        for (int i = 0; i < 7; i++) {
            rehearsal.now = rehearsal.now.plusSeconds(10);
            rehearsal.desk.tick(rehearsal.now);
        }
        assertThat(codes(rehearsal.decision())).containsExactly(Code.STALE_DATA);
        rehearsals.clear();
    }

    @Test
    void whatWasNotOnDisk_isSealedAgainAfterAKill() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        Rehearsal undisturbed = atStepZero(threeSteps());
        healthy(rehearsal, 5);
        healthy(undisturbed, 5);
        rehearsal.count("errors", "/orders", 9, 900, 0, 100);
        rehearsal.now = rehearsal.now.plusSeconds(10);
        rehearsal.desk.tick(rehearsal.now);
        rehearsal.restart();
        rehearsal.pass(0);
        healthy(undisturbed, 1);
        assertThat(rehearsal.decision().metrics()).isEqualTo(undisturbed.decision().metrics());
        assertThat(rehearsal.store.strata("orders", 1))
                .isEqualTo(undisturbed.store.strata("orders", 1));
    }

    @Test
    void aTransactionThatFails_losesNothingAndWritesNothingTwice() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 5);
        rehearsal.count("errors", "/orders", 9, 900, 0, 100);
        rehearsal.now = rehearsal.now.plusSeconds(10);
        rehearsal.desk.tick(rehearsal.now);
        assertThatThrownBy(
                        () ->
                                rehearsal.store.commit(
                                        tx -> {
                                            rehearsal.desk.checkpoint(tx);
                                            throw new StoreException(
                                                    "disk full", new IllegalStateException());
                                        }))
                .isInstanceOf(StoreException.class);
        healthy(rehearsal, 5);
        List<StoredStratum> strata = rehearsal.store.strata("orders", 1);
        assertThat(strata).hasSize(10);
        assertThat(strata.stream().map(StoredStratum::start)).doesNotHaveDuplicates();
    }

    @Test
    void aGoIsKnownToNobodyBeforeItIsOnDisk_butAHoldAtOnce() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        while (rehearsal.store.decisions("orders", 1).stream()
                .noneMatch(stored -> stored.verdict().equals("GO"))) {
            rehearsal.count("errors", "/orders", 9, 900, 0, 100);
            rehearsal.now = rehearsal.now.plusSeconds(10);
            rehearsal.desk.tick(rehearsal.now);
            assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
            rehearsal.checkpoint();
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.firing.add("orders-errors");
        rehearsal.desk.tick(rehearsal.now);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
    }

    @Test
    void strataThatAStepChangeCuts_areDropped() {
        Rehearsal rehearsal = rehearse(threeSteps());
        rehearsal.startRun();
        rehearsal.now = Rehearsal.START.plusSeconds(3);
        rehearsal.step(1, 0, 0.1);
        rehearsal.now = Rehearsal.START;
        healthy(rehearsal, 3);
        rehearsal.now = Rehearsal.START.plusSeconds(34);
        rehearsal.step(1, 1, 0.5);
        rehearsal.now = Rehearsal.START.plusSeconds(30);
        rehearsal.tenSecondsTimes(4, 5, 500, 0, 500);
        assertThat(rehearsal.store.strata("orders", 1))
                .extracting(s -> s.step() + " at " + (s.start() - Rehearsal.START.getEpochSecond()))
                .containsExactly("0 at 10", "0 at 20", "1 at 40", "1 at 50");
    }

    @Test
    void withoutReports_theStepIsReadOffTheTraffic() {
        Rehearsal rehearsal = rehearse(threeSteps());
        rehearsal.startRun();
        rehearsal.tenSecondsTimes(3, 9, 1000, 0, 0);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.NO_STEP);
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.decision().step().orElseThrow().share()).isEqualTo(0.1);
        rehearsal.restart();
        rehearsal.tenSecondsTimes(3, 5, 500, 0, 500);
        assertThat(rehearsal.decision().step().orElseThrow().index()).isEqualTo(1);
        rehearsal.tenSecondsTimes(3, 9, 900, 0, 100);
        assertThat(rehearsal.decision().step().orElseThrow().index()).isEqualTo(1);
    }

    @Test
    void stepReports_areTakenOnceAndOnlyAsPlanned() {
        Rehearsal rehearsal = rehearse(threeSteps());
        assertThatThrownBy(() -> rehearsal.step(1, 0, 0.1))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("orders has no run 1");
        rehearsal.startRun();
        Run.StepReport first = rehearsal.step(1, 0, 0.1);
        rehearsal.now = rehearsal.now.plusSeconds(30);
        assertThat(rehearsal.step(1, 0, 0.1)).isEqualTo(first);
        assertThatThrownBy(() -> rehearsal.step(1, 0, 0.2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("step 0 was reported with share 0.1, not 0.2");
        assertThatThrownBy(() -> rehearsal.step(1, 1, 0.4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step 1 has share 0.5, not 0.4");
        assertThatThrownBy(() -> rehearsal.step(1, 3, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders has no step 3, expected 0 to 2");
        rehearsal.startRun();
        assertThatThrownBy(() -> rehearsal.step(1, 1, 0.5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("run 1 has ended; the current one is 2");
        assertThatThrownBy(
                        () ->
                                rehearsal.desk.startRun(
                                        "carts", "v1", "ann", Optional.empty(), rehearsal.now))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aReportIsOnDiskWhenItIsAnswered() {
        Rehearsal rehearsal = rehearse(threeSteps());
        rehearsal.startRun();
        rehearsal.now = rehearsal.now.plusMillis(1234);
        Run.StepReport step = rehearsal.step(1, 0, 0.1);
        rehearsal.restart();
        assertThat(rehearsal.step(1, 0, 0.1)).isEqualTo(step);
    }

    @Test
    void theStatus_showsBothSidesAndWhoIsOnNeither() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 3);
        rehearsal.count("errors", "/orders", Side.ALL, 0, 17, rehearsal.now);
        rehearsal.count("errors", "/orders", Side.BOTH, 0, 2, rehearsal.now);
        CutoverStatus status = rehearsal.desk.statuses(rehearsal.now).getFirst();
        assertThat(status.unsided()).isEqualTo(19);
        assertThat(status.bothSided()).isEqualTo(2);
        assertThat(status.run().orElseThrow().currentStep()).isPresent();
        CutoverStatus.SideBySide errors = status.metrics().getFirst();
        assertThat(errors.baselineBad()).isEqualTo(27);
        assertThat(errors.baselineTotal()).isEqualTo(2700);
        assertThat(errors.candidateTotal()).isEqualTo(300);
        assertThat(errors.perMinute().getFirst())
                .isEqualTo(new CutoverStatus.Minute(Rehearsal.START, 9, 900, 0, 100));
    }

    @Test
    void olderDecisions_areNewestFirst() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        healthy(rehearsal, 15);
        List<Decision> decisions = rehearsal.desk.decisions("orders", 100);
        assertThat(decisions.getFirst()).isEqualTo(rehearsal.decision());
        assertThat(decisions).extracting(Decision::verdict).contains(Verdict.HOLD, Verdict.GO);
        assertThat(decisions)
                .extracting(Decision::evaluatedAt)
                .isSortedAccordingTo((Instant a, Instant b) -> b.compareTo(a));
    }

    /**
     * The lock of the store and that of the desk are taken in one order only, whoever comes first.
     */
    @Test
    @Timeout(60)
    void commandsAndTheApplyThread_doNotWaitForEachOtherForEver() throws Exception {
        Rehearsal rehearsal = rehearse(threeSteps());
        rehearsal.startRun();
        Thread commands =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    for (int i = 0; i < 200; i++) {
                                        Run run =
                                                rehearsal.desk.startRun(
                                                        "orders",
                                                        "v" + i,
                                                        "ann",
                                                        Optional.empty(),
                                                        Rehearsal.START);
                                        rehearsal.desk.reportStep(
                                                "orders", run.number(), 0, 0.1, Rehearsal.START);
                                        rehearsal.desk.statuses(Rehearsal.START);
                                    }
                                });
        while (commands.isAlive()) {
            healthy(rehearsal, 1);
        }
        commands.join();
        assertThat(rehearsal.store.runs("orders")).hasSize(201);
        assertThat(rehearsal.decision().run()).isEqualTo(201);
    }

    @Test
    void trafficThatIsNotSplitAsReported_holds() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        rehearsal.tenSecondsTimes(12, 9, 700, 1, 300);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal.decision())).contains(Code.SPLIT_MISMATCH);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .contains("the candidate has 30 % of ")
                .contains("the step's share is 10 %");
        Rehearsal asReported = atStepZero(threeSteps());
        asReported.tenSecondsTimes(12, 9, 900, 0, 100);
        assertThat(codes(asReported.decision())).doesNotContain(Code.SPLIT_MISMATCH);
    }

    /** Its last requests came in the ten seconds in which the next run began. */
    @Test
    void whatTheRunBeforeSaw_isNotShownAsThisRuns() {
        Rehearsal rehearsal = atStepZero(threeSteps());
        rehearsal.tenSeconds(9, 900, 50, 100);
        rehearsal.count("errors", "/orders", 9, 900, 50, 100);
        rehearsal.pass(6);
        rehearsal.startRun();
        rehearsal.pass(4);
        rehearsal.tenSeconds(9, 900, 1, 100);
        CutoverStatus.SideBySide shown =
                rehearsal.desk.status("orders", rehearsal.now).orElseThrow().metrics().getFirst();
        assertThat(shown.candidateBad()).isEqualTo(1);
        assertThat(shown.candidateTotal()).isEqualTo(100);
    }
}
