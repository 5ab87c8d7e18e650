package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.RunEvidence.Finding;
import io.sluice.engine.cutover.RunEvidence.Finding.Kind;
import io.sluice.engine.store.StoredStratum;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RunEvidenceTest {

    private static StoredStratum stratum(
            int step, String metric, String route, long eb, long nb, long ec, long nc) {
        return new StoredStratum("orders", 1, step, metric, 0, route, eb, nb, ec, nc);
    }

    private static double worse(double margin, long[]... strata) {
        EvidenceProcess process = EvidenceProcess.thatItIsMore();
        for (long[] s : strata) {
            process.observe(
                    s[2],
                    s[0] + s[2],
                    EvidenceProcess.candidateShareOfErrors(margin, (double) s[1], (double) s[3]));
        }
        return process.logE();
    }

    @Test
    void aRunsEvidence_isTheMeanOverPlannedSteps_whereUnopenedOnesCountOne() {
        CutoverPlan plan =
                Fixtures.cutover()
                        .metric("errors")
                        .step(0.01, 3, 1.5)
                        .step(0.1, 2, 1.2)
                        .step(0.5, 1.5, 1.2)
                        .plan();
        RunEvidence evidence = new RunEvidence(plan);
        Finding regression = new Finding(plan.tests().getFirst(), Kind.REGRESSION);
        assertThat(evidence.logE(regression)).isCloseTo(0, within(1e-12));
        evidence.open(0, Map.of());
        evidence.add(0, List.of(stratum(0, "errors", "", 9, 990, 1, 10)));
        evidence.open(1, Map.of());
        evidence.add(1, List.of(stratum(1, "errors", "", 9, 900, 3, 100)));
        double first = withOneGroup(Math.exp(worse(1.5, new long[] {9, 990, 1, 10})));
        double second = withOneGroup(Math.exp(worse(1.2, new long[] {9, 900, 3, 100})));
        assertThat(Math.exp(evidence.logE(regression)))
                .isCloseTo((first + second + 1) / 3, within(1e-9));
    }

    /** Half the stake is on all groups together, half on sixteen places, of which one is taken. */
    private static double withOneGroup(double eValue) {
        return eValue / 2 + (eValue + 15) / 16 / 2;
    }

    @Test
    void groupsAreComparedEachWithItself_soThatTheirMixDoesNotMatter() {
        CutoverPlan plan = Fixtures.cutover().metric("errors").step(0.5, 1.5, 1.2).plan();
        RunEvidence evidence = new RunEvidence(plan);
        evidence.open(0, Map.of());
        // Equal sides: 0.1 % on one route, 2 % on the other; the candidate gets more of the bad
        // one.
        for (int i = 0; i < 100; i++) {
            evidence.add(
                    0,
                    List.of(
                            stratum(0, "errors", "/a", 8, 8000, 5, 5000),
                            stratum(0, "errors", "/b", 40, 2000, 100, 5000)));
        }
        StepMetric metric = evidence.step(0).getFirst();
        assertThat(metric.ratio().orElseThrow()).isGreaterThan(2);
        assertThat(metric.goProven()).isTrue();
        assertThat(evidence.proven()).isEmpty();
    }

    @Test
    void oneAllowance_isSharedByAllTests() {
        CutoverPlan plan =
                Fixtures.cutover()
                        .metric("errors", true, 3, Optional.of(new BigDecimal("0.99")))
                        .metric("slow", true, 1, Optional.empty())
                        .step(0.5, 1.5, 1.2)
                        .allowance(0.05, 0.01)
                        .plan();
        RunEvidence evidence = new RunEvidence(plan);
        double sum = 0;
        for (CutoverPlan.Tested tested : plan.tests()) {
            for (Kind kind : Kind.values()) {
                sum += Math.exp(-evidence.needed(new Finding(tested, kind)));
            }
        }
        assertThat(sum).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void aCriticalMetric_hasAnAllowanceOfItsOwn_andTakesNothingFromTheOthers() {
        CutoverPlan plan =
                Fixtures.cutover()
                        .metric("errors")
                        .metric("slow")
                        .metricWithOwnNoGo("payments", 0.02)
                        .step(0.5, 1.5, 1.2)
                        .allowance(0.05, 0.01)
                        .plan();
        RunEvidence evidence = new RunEvidence(plan);
        double shared = 0;
        for (CutoverPlan.Tested tested : plan.tests().subList(0, 2)) {
            shared += Math.exp(-evidence.needed(new Finding(tested, Kind.REGRESSION)));
        }
        Finding payments = new Finding(plan.tests().get(2), Kind.REGRESSION);
        assertThat(shared).isCloseTo(0.01, within(1e-12));
        assertThat(Math.exp(-evidence.needed(payments))).isCloseTo(0.02, within(1e-12));
        assertThat(plan.noGoRisk()).isCloseTo(0.03, within(1e-12));
        evidence.open(0, Map.of());
        while (evidence.proven().isEmpty()) {
            evidence.add(
                    0,
                    List.of(
                            stratum(0, "errors", "", 1, 100, 1, 100),
                            stratum(0, "payments", "", 1, 100, 2, 100)));
        }
        assertThat(evidence.proven()).containsExactly(payments);
        assertThat(evidence.logE(payments)).isLessThan(Math.log(1 / 0.01));
    }

    @Test
    void aFifthOfTheAllowance_isKeptForTheSnapshot() {
        CutoverPlan without = Fixtures.cutover().metric("errors").step(0.5, 1.5, 1.2).plan();
        CutoverPlan with =
                Fixtures.cutover().metric("errors").step(0.5, 1.5, 1.2).step(1, 1.5, 1.2).plan();
        assertThat(without.sequentialNoGoRisk()).isEqualTo(0.01);
        assertThat(with.sequentialNoGoRisk()).isCloseTo(0.008, within(1e-12));
        assertThat(with.sequentialGoRisk(0)).isEqualTo(0.05);
        assertThat(with.sequentialGoRisk(1)).isCloseTo(0.04, within(1e-12));
    }

    @Test
    void twoTests_mayExceedTheAllowanceTogether_andTheStrongestIsNamed() {
        CutoverPlan plan =
                Fixtures.cutover().metric("errors").metric("slow").step(0.5, 1.5, 1.2).plan();
        RunEvidence evidence = new RunEvidence(plan);
        evidence.open(0, Map.of());
        Finding errors = new Finding(plan.tests().get(0), Kind.REGRESSION);
        Finding slow = new Finding(plan.tests().get(1), Kind.REGRESSION);
        // A little at a time, until the sum of both crosses the line before either does.
        int strata = 0;
        while (evidence.proven().isEmpty()) {
            evidence.add(
                    0,
                    List.of(
                            stratum(0, "errors", "", 1, 100, 2, 100),
                            stratum(0, "slow", "", 1, 100, 2, 100)));
            strata++;
        }
        assertThat(strata).isGreaterThan(1);
        assertThat(evidence.logE(errors)).isLessThan(evidence.needed(errors));
        assertThat(Math.exp(evidence.logE(errors)) + Math.exp(evidence.logE(slow)))
                .isGreaterThanOrEqualTo(2 / 0.01);
        assertThat(evidence.proven()).hasSize(1);
    }

    @Test
    void whatIsProvenOnce_stays() {
        CutoverPlan plan = Fixtures.cutover().metric("errors").step(0.5, 1.5, 1.2).plan();
        RunEvidence evidence = new RunEvidence(plan);
        evidence.open(0, Map.of());
        evidence.add(0, List.of(stratum(0, "errors", "", 1, 100, 40, 100)));
        assertThat(evidence.proven()).hasSize(1);
        for (int i = 0; i < 100; i++) {
            evidence.add(0, List.of(stratum(0, "errors", "", 40, 100, 1, 100)));
        }
        assertThat(evidence.proven()).hasSize(1);
    }

    /** Five times as many errors as the baseline, and hardly any. */
    @Test
    void underTheFloor_nothingIsARegression() {
        for (String floor : List.of("0.01", "0.0001")) {
            CutoverPlan plan =
                    Fixtures.cutover()
                            .metricWithFloor("errors", new BigDecimal(floor))
                            .step(0.5, 1.5, 1.2)
                            .plan();
            RunEvidence evidence = new RunEvidence(plan);
            evidence.open(0, Map.of());
            for (int i = 0; i < 20; i++) {
                evidence.add(0, List.of(stratum(0, "errors", "", 1, 5_000, 5, 5_000)));
            }
            assertThat(evidence.proven().isEmpty()).isEqualTo(floor.equals("0.01"));
            StepMetric metric = evidence.step(0).getFirst();
            assertThat(metric.goProven()).isFalse();
        }
    }

    /** Half as many errors again as the snapshot has. */
    @Test
    void aDriftMargin_widensWhereASnapshotStandsInAndOnlyThere() {
        for (double drift : new double[] {1, 1.5}) {
            CutoverPlan plan =
                    Fixtures.cutover()
                            .metric("errors")
                            .step(0.5, 1.5, 1.2)
                            .step(1, 1.5, 1.2)
                            .driftMargin(drift)
                            .plan();
            assertThat(plan.noGoMargin(0)).isEqualTo(1.2);
            assertThat(plan.noGoMargin(1)).isCloseTo(1.2 * drift, within(1e-9));
            assertThat(plan.goMargin(1)).isCloseTo(1.5 * drift, within(1e-9));
            RunEvidence evidence = new RunEvidence(plan);
            evidence.open(
                    1,
                    Map.of("errors", new Snapshot(10_000, 1_000_000, Snapshot.Origin.BEFORE_RUN)));
            for (int i = 0; i < 100; i++) {
                evidence.add(1, List.of(stratum(1, "errors", "", 0, 0, 15, 1_000)));
            }
            assertThat(evidence.proven().isEmpty()).isEqualTo(drift == 1.5);
            assertThat(evidence.step(1).getFirst().goProven()).isEqualTo(drift == 1.5);
        }
    }
}
