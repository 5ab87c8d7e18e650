package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.cutover.GateBacktest.Replay;
import io.sluice.engine.cutover.GateBacktest.Said;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.Sketch;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.LongStream;

class GateBacktestTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final Rehearsal rehearsal =
            new Rehearsal(
                    Fixtures.measures(
                            Fixtures.cutover()
                                    .metric("errors")
                                    .step(0.1, 2, 1.2)
                                    .step(0.5, 1.5, 1.2)
                                    .step(1, 1.5, 1.2)
                                    .build()));
    private final Traffic traffic = new Traffic(1);

    private GateBacktest backtest(Instant from, Instant to) {
        return rehearsal.desk.backtest("orders", from, to, rehearsal.now).orElseThrow();
    }

    /** A minute of the baseline alone, which nobody looks at meanwhile. */
    private void minute(double ratio) {
        rehearsal.count("errors", "/orders", traffic.errors(1_000, ratio), 1_000, 0, 0);
        rehearsal.now = rehearsal.now.plusSeconds(60);
    }

    private void hours(int hours, double ratio) {
        for (int minute = 0; minute < 60 * hours; minute++) {
            minute(ratio);
        }
    }

    /** What was said while it happened is what a backtest says of it. */
    @Test
    void aRun_isJudgedAsItWas() {
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.tenSecondsTimes(20, 9, 900, 1, 100);
        Instant go = firstLive(Verdict.GO);
        rehearsal.step(1, 1, 0.5);
        rehearsal.tenSecondsTimes(12, 5, 500, 25, 500);
        Instant noGo = firstLive(Verdict.NO_GO);
        GateBacktest backtest = backtest(Rehearsal.START, rehearsal.now);
        assertThat(backtest.run()).contains(1);
        assertThat(backtest.verdicts())
                .extracting(Said::verdict)
                .containsExactly(Verdict.GO, Verdict.NO_GO);
        assertThat(backtest.verdicts().getFirst().at()).isBetween(go.minusSeconds(10), go);
        assertThat(backtest.verdicts().getLast().at()).isBetween(noGo.minusSeconds(10), noGo);
        assertThat(backtest.verdicts().getLast().step().index()).isEqualTo(1);
        assertThat(backtest.verdicts().getLast().reasons().getFirst().code())
                .isEqualTo(Decision.Code.REGRESSION);
    }

    /** Errors are equal; only durations got longer. */
    @Test
    void aQuantile_isJudgedInHistoryThatHasItsValues_andLeftOutBefore() {
        Rehearsal slow =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover()
                                        .metric("errors")
                                        .quantile("p95", "0.95", true, 1.5, 1.1)
                                        .step(0.5, 3, 1.2)
                                        .step(1, 1.5, 1.2)
                                        .build()));
        for (int i = 0; i < 60; i++) {
            slow.count("errors", "/orders", 10, 1_000, 10, 1_000);
            slow.values("p95", "/orders", Side.BASELINE, values(1));
            slow.values("p95", "/orders", Side.CANDIDATE, values(2));
            slow.now = slow.now.plusSeconds(10);
        }
        GateBacktest young =
                slow.desk.backtest("orders", Rehearsal.START, slow.now, slow.now).orElseThrow();
        assertThat(young.verdicts().getLast().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(young.verdicts().getLast().reasons().getFirst().metric()).isEqualTo("p95");

        Instant later = slow.now.plus(Duration.ofHours(6));
        GateBacktest old =
                slow.desk.backtest("orders", Rehearsal.START, slow.now, later).orElseThrow();
        assertThat(old.verdicts()).extracting(Said::verdict).containsExactly(Verdict.GO);
    }

    private Sketch values(double times) {
        Sketch sketch = new Sketch();
        for (int i = 0; i < 200; i++) {
            sketch.add(100 * times * Math.exp(traffic.normal(0.6)));
        }
        return sketch;
    }

    private Instant firstLive(Verdict verdict) {
        return rehearsal.desk.decisions("orders", 1_000).stream()
                .filter(decision -> decision.verdict() == verdict)
                .map(Decision::evaluatedAt)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    @Test
    void withoutARun_stepsAreReadOffTheTraffic_andAFaultStopsItAtItsMinute() {
        Instant begin = rehearsal.now;
        rehearsal.tenSecondsTimes(30, 9, 900, 1, 100);
        Instant fault = rehearsal.now;
        rehearsal.tenSecondsTimes(30, 9, 900, 10, 100);
        GateBacktest backtest = backtest(begin, rehearsal.now);
        assertThat(backtest.run()).isEmpty();
        Said stop = backtest.verdicts().getLast();
        assertThat(stop.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(stop.step().share()).isEqualTo(0.1);
        assertThat(stop.at()).isBetween(fault, fault.plusSeconds(120));
    }

    @Test
    void theBaselineAgainstItself_isHardlyEverTold() {
        hours(48, 0.01);
        GateBacktest backtest = backtest(Rehearsal.START, rehearsal.now);
        assertThat(backtest.replays()).extracting(Replay::step).containsExactly(0, 1, 2);
        assertThat(backtest.replays())
                .allSatisfy(
                        replay -> {
                            assertThat(replay.hours()).isBetween(46, 48);
                            assertThat(replay.noGo()).isLessThanOrEqualTo(2);
                            assertThat(replay.go()).isGreaterThan(40);
                            assertThat(replay.rate()).isBetween(replay.low95(), replay.high95());
                        });
        assertThat(backtest.drifts()).hasSize(1);
        assertThat(backtest.drifts().getFirst().factor()).isBetween(1.0, 1.2);
        assertThat(backtest.refusals()).isEmpty();
        assertThat(backtest.verdicts()).isEmpty();
    }

    /** The level doubles and halves from hour to hour: a snapshot's margin of 1.2 is nonsense. */
    @Test
    void aMarginUnderTheNaturalDrift_isRefusedWithTheNumber() {
        for (int hour = 0; hour < 48; hour++) {
            hours(1, hour % 2 == 0 ? 0.01 : 0.02);
        }
        GateBacktest backtest = backtest(Rehearsal.START, rehearsal.now);
        // Minutes side by side know nothing of it.
        assertThat(backtest.replays().get(0).noGo()).isLessThanOrEqualTo(2);
        Replay snapshot = backtest.replays().get(2);
        assertThat(snapshot.noGo()).isGreaterThan(20);
        assertThat(backtest.drifts().getFirst().factor()).isGreaterThan(2);
        assertThat(backtest.refusals())
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .startsWith("step 2 (share 100 %)")
                                        .contains("told NO_GO in " + snapshot.noGo() + " of"))
                .anySatisfy(
                        text ->
                                assertThat(text)
                                        .contains("errors drifts by x")
                                        .contains("is x1.2"));
    }

    @Test
    void whatIsKeptByTheMinuteOnly_isJudgedByTheMinute() {
        rehearsal.tenSecondsTimes(90, 9, 900, 10, 100);
        Instant end = rehearsal.now;
        rehearsal.now = rehearsal.now.plus(DAY.multipliedBy(5));
        rehearsal.series.compact(rehearsal.now.getEpochSecond());
        GateBacktest backtest = backtest(Rehearsal.START, end);
        assertThat(backtest.verdicts()).extracting(Said::verdict).containsExactly(Verdict.NO_GO);
    }

    @Test
    void whatIsTooLongAgo_isRefused() {
        assertThatThrownBy(() -> backtest(rehearsal.now.minus(DAY.multipliedBy(11)), rehearsal.now))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backtest(rehearsal.now, rehearsal.now))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(
                        rehearsal.desk.backtest(
                                "unknown",
                                Rehearsal.START.minus(DAY),
                                rehearsal.now,
                                rehearsal.now))
                .isEmpty();
    }

    @Test
    void aStepThatCannotDecideInItsTime_isRefusedWithTheTimeItTakes() {
        Rehearsal hurried =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover()
                                        .metric("errors")
                                        .stepWithDeadline(0.01, 1.5, Duration.ofHours(1))
                                        .stepWithDeadline(0.5, 1.5, Duration.ofHours(1))
                                        .build()));
        for (int minute = 0; minute < 12 * 60; minute++) {
            hurried.count("errors", "/orders", traffic.errors(1_000, 0.01), 1_000, 0, 0);
            hurried.now = hurried.now.plusSeconds(60);
        }
        GateBacktest backtest =
                hurried.desk
                        .backtest("orders", Rehearsal.START, hurried.now, hurried.now)
                        .orElseThrow();
        assertThat(backtest.refusals())
                .singleElement()
                .satisfies(
                        text ->
                                assertThat(text)
                                        .startsWith("step 0 (share 1 %): at 1,000 events a minute")
                                        .endsWith("the deadline is 60 min"));
    }

    /** As many events as were needed by the median of simulated cutovers. */
    @Test
    void whatAPlanTakes_isWhatSimulatedCutoversTook() {
        CutoverPlan plan = SimulatedPlan.of(1).step(0.1, 1.5, 1.2).plan();
        long[] taken =
                LongStream.range(0, 201)
                        .map(
                                seed ->
                                        new Trial(plan, new Traffic(seed))
                                                .decide(450, 0.005, 50, 1, 100_000)
                                                .candidateRequests())
                        .sorted()
                        .toArray();
        assertThat(
                        PlanCheck.eventsToGo(plan, 0, 0.005, Dispersion.UNMEASURED).orElseThrow()
                                / taken[100])
                .isBetween(0.6, 1.6);
    }
}
