package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.Sketch;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The shop's cutovers on a test clock, as automation drives them: a step is left when it got its
 * GO. Whole cutovers, from counts to verdicts, with the fault where it is hard to see.
 */
class StaggeredFaultsTest {
    private static final double[] SHARES = {0.01, 0.1, 0.5, 1};
    private static final double[] MARGINS = {3, 2, 1.5, 1.25};

    /** The routes, with their requests in ten seconds; the last is rare. */
    private static final Map<String, Long> ROUTES =
            new TreeMap<>(
                    Map.of(
                            "/checkout",
                            1_000L,
                            "/payment",
                            1_000L,
                            "/shipping",
                            1_000L,
                            "/gift-card",
                            100L));

    private static final long SEEDS = 8;

    private static final double ERRORS = 0.008;
    private static final double SLOW = 0.01;
    private static final int MOST_INTERVALS = 2_000;

    /** What is wrong with the candidate, as factors on the baseline's ratios. */
    @FunctionalInterface
    private interface Fault {
        double errors(int step, String route);

        default double slow(int step, String route) {
            return 1;
        }
    }

    /**
     * How a cutover went.
     *
     * @param intervals of ten seconds in the last step
     */
    private record Outcome(Verdict verdict, int step, int intervals, List<Reason> reasons) {}

    private static Outcome run(long seed, Fault fault) {
        return run(seed, fault, false);
    }

    private static Outcome run(long seed, Fault fault, boolean slowIsRequired) {
        Fixtures cutover =
                Fixtures.cutover()
                        .metric("errors")
                        .metric("slow", slowIsRequired, 1, Optional.empty())
                        .quantile("p95", "0.95", false, 1.5, 1.1);
        for (int step = 0; step < SHARES.length; step++) {
            cutover.step(SHARES[step], MARGINS[step], 1.2);
        }
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        Traffic traffic = new Traffic(seed);
        rehearsal.startRun();
        rehearsal.step(1, 0, SHARES[0]);
        int step = 0;
        int intervals = 0;
        while (intervals++ < MOST_INTERVALS) {
            tenSeconds(rehearsal, traffic, step, fault);
            Decision decision = rehearsal.decision();
            if (decision.isFinal()) {
                return new Outcome(decision.verdict(), step, intervals, decision.reasons());
            }
            if (decision.verdict() == Verdict.GO) {
                step++;
                intervals = 0;
                rehearsal.step(1, step, SHARES[step]);
            }
        }
        return new Outcome(Verdict.HOLD, step, intervals, rehearsal.decision().reasons());
    }

    private static void tenSeconds(Rehearsal rehearsal, Traffic traffic, int step, Fault fault) {
        ROUTES.forEach(
                (route, requests) -> {
                    long candidate = Math.round(requests * SHARES[step]);
                    long baseline = requests - candidate;
                    double slow = fault.slow(step, route);
                    rehearsal.count(
                            "errors",
                            route,
                            traffic.errors(baseline, ERRORS),
                            baseline,
                            traffic.errors(candidate, ERRORS * fault.errors(step, route)),
                            candidate);
                    rehearsal.count(
                            "slow",
                            route,
                            traffic.errors(baseline, SLOW),
                            baseline,
                            traffic.errors(candidate, SLOW * slow),
                            candidate);
                    // A sample of durations is enough for a guard.
                    values(rehearsal, traffic, route, Side.BASELINE, baseline / 10, 1);
                    double times = slow > 1 ? 1.6 : 1;
                    values(rehearsal, traffic, route, Side.CANDIDATE, candidate / 10, times);
                });
        rehearsal.pass(10);
    }

    private static void values(
            Rehearsal rehearsal,
            Traffic traffic,
            String route,
            Side side,
            long number,
            double times) {
        Sketch sketch = new Sketch();
        for (long i = 0; i < number; i++) {
            sketch.add(300 * times * Math.exp(traffic.normal(0.6)));
        }
        if (number > 0) {
            rehearsal.values("p95", route, side, sketch);
        }
    }

    private static List<Outcome> runs(Fault fault) {
        return LongStream.range(0, SEEDS).parallel().mapToObj(seed -> run(seed, fault)).toList();
    }

    @Test
    void withoutAFault_everyCutoverGoesThrough() {
        assertThat(runs((_, _) -> 1))
                .allSatisfy(
                        outcome -> {
                            assertThat(outcome.verdict()).isEqualTo(Verdict.GO);
                            assertThat(outcome.step()).isEqualTo(3);
                        });
    }

    /** What three healthy steps have piled up does not hide it. */
    @Test
    void aFaultThatExposureBringsOut_isFoundInTheStepThatBringsIt() {
        assertThat(runs((step, _) -> step < 2 ? 1 : 2))
                .allSatisfy(
                        outcome -> {
                            assertThat(outcome.verdict()).isEqualTo(Verdict.NO_GO);
                            assertThat(outcome.step()).isEqualTo(2);
                            assertThat(outcome.intervals()).isLessThan(60);
                            assertThat(outcome.reasons().getFirst().metric()).isEqualTo("errors");
                        });
    }

    @Test
    void aFaultInTheLastStep_isFoundAgainstWhatTheRunSawBefore() {
        assertThat(runs((step, _) -> step < 3 ? 1 : 2))
                .allSatisfy(
                        outcome -> {
                            assertThat(outcome.verdict()).isEqualTo(Verdict.NO_GO);
                            assertThat(outcome.step()).isEqualTo(3);
                            assertThat(outcome.intervals()).isLessThan(60);
                        });
    }

    /** A third of the traffic fails five times as often, and the rest as ever. */
    @Test
    void aFaultOnOneRoute_isFound_beforeAllTrafficIsThere() {
        assertThat(runs((_, route) -> route.equals("/payment") ? 5 : 1))
                .allSatisfy(
                        outcome -> {
                            assertThat(outcome.verdict()).isEqualTo(Verdict.NO_GO);
                            assertThat(outcome.step()).isLessThan(2);
                        });
    }

    /** All routes together are as good as ever: two got much better, and hide the third. */
    @Test
    void aFaultOnOneRoute_thatTheOthersHide_isFound_andTheRouteIsNamed() {
        assertThat(runs((_, route) -> route.equals("/payment") ? 2.9 : 0.05))
                .allSatisfy(
                        outcome -> {
                            assertThat(outcome.verdict()).isEqualTo(Verdict.NO_GO);
                            assertThat(outcome.step()).isLessThan(3);
                            assertThat(outcome.reasons().getFirst().text())
                                    .contains("on /payment candidate");
                        });
    }

    @Test
    void aFaultInLatencyOnly_isFoundByTheSlowOrTheQuantile_andErrorsAreNotBlamed() {
        List<Outcome> outcomes = runs(slow((_, _) -> 3));
        List<String> blamed = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            assertThat(outcome.verdict()).isEqualTo(Verdict.NO_GO);
            assertThat(outcome.step()).isLessThan(2);
            blamed.add(outcome.reasons().getFirst().metric());
        }
        assertThat(blamed).isSubsetOf("slow", "p95");
    }

    /** Of all requests together, a fourth more fail: no step would be stopped for that. */
    @Test
    void aFaultOnARareRoute_thatTheWholeDilutes_isFound_andTheRouteIsNamed() {
        assertThat(runs((_, route) -> route.equals("/gift-card") ? 8 : 1))
                .allSatisfy(StaggeredFaultsTest::blamesTheRareRoute);
    }

    /** A GO that needs its proof takes long enough; others leave while little is known. */
    @Test
    void aRareRouteThatIsOnlySlow_isFound_whereSlowIsRequired_andTheRouteIsNamed() {
        Fault fault = slow((_, route) -> route.equals("/gift-card") ? 8 : 1);
        assertThat(
                        LongStream.range(0, SEEDS)
                                .parallel()
                                .mapToObj(seed -> run(seed, fault, true))
                                .toList())
                .allSatisfy(
                        outcome -> {
                            blamesTheRareRoute(outcome);
                            assertThat(outcome.reasons().getFirst().metric()).isEqualTo("slow");
                        });
    }

    /** Nothing of the baseline is left on any route, and what the run saw of each stands in. */
    @Test
    void aFaultOnARareRoute_thatTheLastStepBringsOut_isFoundThere_andTheRouteIsNamed() {
        Fault fault = (step, route) -> step == 3 && route.equals("/gift-card") ? 8 : 1;
        assertThat(runs(fault))
                .allSatisfy(
                        outcome -> {
                            assertThat(outcome.step()).isEqualTo(3);
                            assertThat(outcome.intervals()).isLessThan(30);
                            namesTheRareRoute(outcome);
                        });
    }

    private static void blamesTheRareRoute(Outcome outcome) {
        assertThat(outcome.step()).isLessThan(3);
        namesTheRareRoute(outcome);
    }

    private static void namesTheRareRoute(Outcome outcome) {
        assertThat(outcome.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(outcome.reasons().getFirst().text()).contains("on /gift-card candidate");
    }

    /** A candidate that fails as ever, and whose slow requests are so many times the baseline's. */
    private static Fault slow(Fault times) {
        return new Fault() {
            @Override
            public double errors(int step, String route) {
                return 1;
            }

            @Override
            public double slow(int step, String route) {
                return times.errors(step, route);
            }
        };
    }
}
