package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.Trial.Outcome;
import io.sluice.engine.cutover.Trial.Result;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What the gate promises, by simulation with fixed seeds: how often it is wrong, and how soon it is
 * right. Where a rate has a limit, the assertion leaves three standard deviations of the simulation
 * for chance.
 */
class GuaranteeSimulationTest {

    private static CutoverPlan onePlan(double share, double goMargin, double noGoMargin) {
        return SimulatedPlan.of(1).step(share, goMargin, noGoMargin).plan();
    }

    private static List<Result> trials(int repetitions, CutoverPlan plan, TrialRun run, long seed) {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            results.add(run.result(new Trial(plan, new Traffic(seed + i))));
        }
        return results;
    }

    @FunctionalInterface
    private interface TrialRun {
        Result result(Trial trial);
    }

    private static double rate(List<Result> results, Outcome outcome) {
        return (double) results.stream().filter(r -> r.outcome() == outcome).count()
                / results.size();
    }

    private static long median(List<Result> results) {
        return results.stream()
                .mapToLong(Result::candidateRequests)
                .sorted()
                .skip(results.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"500, 500, 0.005", "990, 10, 0.005", "500, 500, 0.0005", "80, 20, 0.2"})
    void twoHundredLooksAtEqualSides_giveFalseNoGoWithinTheAllowance(
            long baseline, long candidate, double ratio) {
        CutoverPlan plan = onePlan(0.5, 1.0001, 1.0);
        int wrong = 0;
        int runs = 500;
        for (int run = 0; run < runs; run++) {
            Trial trial = new Trial(plan, new Traffic(run));
            for (int look = 0; look < 200 && trial.evidence().proven().isEmpty(); look++) {
                trial.interval(0, baseline, ratio, candidate, ratio);
            }
            wrong += trial.evidence().proven().isEmpty() ? 0 : 1;
        }
        // 1 % of 500 is 5, with a standard deviation of 2.2.
        assertThat(wrong).isLessThanOrEqualTo(11);
    }

    @Test
    void aCandidateExactlyOnTheMargin_getsAWrongGoWithinItsRisk() {
        CutoverPlan plan = onePlan(0.1, 1.5, 1.4);
        List<Result> results =
                trials(
                        400,
                        onePlan(0.1, 1.5, 1.4),
                        trial -> trial.decide(450, 0.005, 50, 1.5, 600 * 50),
                        7);
        assertThat(plan.sequentialGoRisk(0)).isEqualTo(0.05);
        assertThat(rate(results, Outcome.GO)).isLessThanOrEqualTo(0.05 + 3 * 0.011);
    }

    /**
     * The operating characteristics of margins 1.5 and 1.2 at an error ratio of 0.5 % and a share
     * of 10 %.
     */
    @ParameterizedTest
    @CsvSource({
        "0.5, GO, 1700, 0.97",
        "1.0, GO, 6700, 0.95",
        "2.0, NO_GO, 5150, 0.95",
        "3.0, NO_GO, 1400, 0.97",
        "10, NO_GO, 200, 0.99"
    })
    void theVerdictComesWhenTheTableSays(
            double times, Outcome outcome, long medianRequests, double atLeast) {
        List<Result> results =
                trials(
                        150,
                        onePlan(0.1, 1.5, 1.2),
                        trial -> trial.decide(450, 0.005, 50, times, 40_000),
                        11);
        assertThat(rate(results, outcome)).isGreaterThanOrEqualTo(atLeast);
        assertThat((double) median(results))
                .isCloseTo(medianRequests, within(0.25 * medianRequests));
    }

    /** What a healthy platform needs: errors a twentieth of a legacy's 0.8 %. */
    @ParameterizedTest
    @CsvSource({"0.01, 3, 20500", "0.1, 2, 3500", "0.5, 1.5, 2000"})
    void aMuchBetterCandidate_isProvenSoon(double share, double margin, long medianOfService) {
        long candidate = Math.max(1, Math.round(200 * share));
        long baseline = 200 - candidate;
        List<Result> results =
                trials(
                        200,
                        onePlan(share, margin, 1.2),
                        trial -> trial.decide(baseline, 0.008, candidate, 0.05, 100_000),
                        13);
        assertThat(rate(results, Outcome.GO)).isGreaterThanOrEqualTo(0.99);
        assertThat(median(results) / share)
                .isCloseTo(medianOfService, within(0.25 * medianOfService));
    }

    /**
     * A ramp from 1 % to 50 % while the error ratio of both sides drifts to 2.7 times what it was.
     */
    @Test
    void aRampWithDriftingLoad_isNoRegressionByStrataButAlwaysOnePooled() {
        CutoverPlan plan = onePlan(0.5, 1.0001, 1.0);
        int wrongByStrata = 0;
        int wrongPooled = 0;
        int runs = 100;
        for (int run = 0; run < runs; run++) {
            Traffic traffic = new Traffic(run);
            Trial byStrata = new Trial(plan, traffic);
            EvidenceProcess pooled = EvidenceProcess.thatItIsMore();
            boolean pooledSaysWorse = false;
            long nb = 0;
            long nc = 0;
            for (int look = 0; look < 200; look++) {
                double progress = look / 199.0;
                long candidate = Math.round(6000 * (0.01 + 0.49 * progress));
                double ratio = 0.005 * Math.pow(2.7, progress);
                byStrata.interval(0, 6000 - candidate, ratio, candidate, ratio);
                nb += 6000 - candidate;
                nc += candidate;
            }
            StepMetric sums = byStrata.evidence().step(0).getFirst();
            pooled.observe(
                    sums.candidateBad(),
                    sums.candidateBad() + sums.baselineBad(),
                    EvidenceProcess.candidateShareOfErrors(1, nb, nc));
            pooledSaysWorse |= pooled.logE() >= Math.log(100);
            wrongByStrata += byStrata.evidence().proven().isEmpty() ? 0 : 1;
            wrongPooled += pooledSaysWorse ? 1 : 0;
        }
        assertThat(wrongByStrata).isLessThanOrEqualTo(3);
        assertThat(wrongPooled).isEqualTo(runs);
    }

    /** Two metrics, four steps, the last without live baseline: one promise for all of it. */
    @Test
    void aWholeHealthyCutover_endsInNoGoWithinTheAllowance() {
        CutoverPlan plan =
                SimulatedPlan.of(1)
                        .step(0.01, 3, 1.0)
                        .step(0.1, 2, 1.0)
                        .step(0.5, 1.5, 1.0)
                        .step(1, 1.5, 1.0)
                        .plan();
        Predicate<Long> wrong =
                seed -> {
                    Trial trial = new Trial(plan, new Traffic(seed));
                    for (int step = 0; step < 4; step++) {
                        long candidate = Math.round(600 * plan.step(step).share());
                        for (int look = 0; look < 60; look++) {
                            trial.interval(step, 600 - candidate, 0.01, candidate, 0.01);
                        }
                    }
                    return !trial.evidence().proven().isEmpty();
                };
        long wrongs = LongStream.range(0, 300).filter(seed -> wrong.test(seed)).count();
        // 1 % of 300 is 3, with a standard deviation of 1.7.
        assertThat(wrongs).isLessThanOrEqualTo(8);
    }

    /**
     * Steps begin anew, so a regression that only the half shows is not hidden by the healthy hours
     * before.
     */
    @Test
    void aRegressionThatComesWithExposure_isFoundAsSoonAsInAFreshRun() {
        CutoverPlan plan = SimulatedPlan.of(1).step(0.1, 2, 1.2).step(0.5, 1.5, 1.2).plan();
        List<Long> intervalsToNoGo = new ArrayList<>();
        for (int seed = 0; seed < 50; seed++) {
            Trial trial = new Trial(plan, new Traffic(seed));
            for (int look = 0; look < 300; look++) {
                trial.interval(0, 540, 0.005, 60, 0.005);
            }
            long intervals = 0;
            while (trial.evidence().proven().isEmpty()) {
                trial.interval(1, 300, 0.005, 300, 0.015);
                intervals++;
            }
            intervalsToNoGo.add(intervals);
        }
        intervalsToNoGo.sort(null);
        // Twenty errors against seven a thousand requests: about ten intervals of 300 each, not
        // hundreds.
        assertThat(intervalsToNoGo.get(25)).isBetween(5L, 20L);
    }

    @Test
    void aSnapshotOfTheBaseline_provesEqualCandidatesGoodAndWorseOnesBad() {
        CutoverPlan plan = SimulatedPlan.of(1).step(0.5, 1.5, 1.2).step(1, 1.5, 1.2).plan();
        int go = 0;
        int noGo = 0;
        for (int seed = 0; seed < 50; seed++) {
            Trial equal = new Trial(plan, new Traffic(seed));
            equal.interval(0, 500_000, 0.005, 0, 0);
            Trial worse = new Trial(plan, new Traffic(seed));
            worse.interval(0, 500_000, 0.005, 0, 0);
            for (int look = 0; look < 200; look++) {
                equal.interval(1, 0, 0, 200, 0.005);
                worse.interval(1, 0, 0, 200, 0.015);
            }
            go += equal.evidence().step(1).getFirst().goProven() ? 1 : 0;
            noGo += worse.evidence().proven().isEmpty() ? 0 : 1;
            assertThat(worse.evidence().step(1).getFirst().goProven()).isFalse();
        }
        assertThat(go).isGreaterThanOrEqualTo(45);
        assertThat(noGo).isEqualTo(50);
    }
}
