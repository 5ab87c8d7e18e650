package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredStratum;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A quantile as a gate of a cutover, from series to verdict. */
class QuantileGateTest {
    private final Random random = new Random(11);

    private Sketch durations(int number, double median) {
        Sketch sketch = new Sketch();
        for (int i = 0; i < number; i++) {
            sketch.add(median * Math.exp(0.6 * random.nextGaussian()));
        }
        return sketch;
    }

    private final List<Rehearsal> rehearsals = new ArrayList<>();

    /** Values are in the evidence, too. */
    @AfterEach
    void everyStoredDecision_isTheSameWhenItIsDecidedAgain() {
        rehearsals.forEach(rehearsal -> assertThat(rehearsal.secondOpinion()).isEmpty());
    }

    private Rehearsal rehearsal(boolean required, double... shares) {
        Fixtures cutover =
                Fixtures.cutover().metric("errors").quantile("p95", "0.95", required, 1.25, 1.1);
        for (double share : shares) {
            cutover.step(share, 2, 1.2);
        }
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        rehearsals.add(rehearsal);
        rehearsal.startRun();
        rehearsal.step(1, 0, shares[0]);
        return rehearsal;
    }

    private void tenSeconds(Rehearsal rehearsal, double baseline, double candidate) {
        rehearsal.values("p95", "/orders", Side.BASELINE, durations(450, baseline));
        rehearsal.values("p95", "/orders", Side.CANDIDATE, durations(50, candidate));
        rehearsal.tenSeconds(9, 450, 1, 50);
    }

    @Test
    void aRequiredQuantile_holdsUntilItIsProven_andGoSaysBothValues() {
        Rehearsal rehearsal = rehearsal(true, 0.1, 0.5);
        tenSeconds(rehearsal, 100, 100);
        tenSeconds(rehearsal, 100, 100);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(rehearsal.decision().reasons())
                .anySatisfy(
                        reason -> {
                            assertThat(reason.metric()).isEqualTo("p95");
                            assertThat(reason.code()).isEqualTo(Code.NEED_MORE_DATA);
                        });
        for (int i = 0; i < 120 && rehearsal.decision().verdict() == Verdict.HOLD; i++) {
            tenSeconds(rehearsal, 100, 100);
        }
        Decision decision = rehearsal.decision();
        assertThat(decision.verdict()).isEqualTo(Verdict.GO);
        assertThat(decision.reasons().getLast().text())
                .startsWith("p95: candidate's P95 ")
                .contains("ms", "over x1.25 is ruled out at 5 % risk");
        Decision.Quantile quantile = decision.metrics().getLast().quantile().orElseThrow();
        assertThat(quantile.baseline().orElseThrow()).isBetween(255.0, 285.0);
        assertThat(quantile.candidate().orElseThrow()).isBetween(240.0, 300.0);
        assertThat(decision.metrics().getFirst().quantile()).isEmpty();
    }

    @Test
    void theStatus_hasBothSidesValues_ofAllTogetherAndOfEachGroup() {
        Rehearsal rehearsal = rehearsal(false, 0.1, 0.5);
        rehearsal.values("p95", "/slow", Side.CANDIDATE, durations(7, 3_000));
        tenSeconds(rehearsal, 100, 160);
        CutoverStatus status = rehearsal.desk.status("orders", rehearsal.now).orElseThrow();
        assertThat(status.quantiles()).hasSize(1);
        assertThat(status.quantiles().getFirst().metric()).isEqualTo("p95");
        assertThat(status.quantiles().getFirst().baseline().count()).isEqualTo(450);
        assertThat(status.quantiles().getFirst().candidate().count()).isEqualTo(57);
        assertThat(status.groups()).containsExactly("/orders", "/slow");
        CutoverStatus.SideValues slow =
                rehearsal.desk.values("orders", "p95", "/slow", rehearsal.now).orElseThrow();
        assertThat(slow.baseline().count()).isZero();
        assertThat(slow.candidate().count()).isEqualTo(7);
        assertThat(rehearsal.desk.values("orders", "p96", "/slow", rehearsal.now)).isEmpty();
    }

    @Test
    void aSlowerCandidate_isToldNoGo_alsoWhereTheQuantileIsNotRequired() {
        Rehearsal rehearsal = rehearsal(false, 0.1, 0.5);
        for (int i = 0; i < 100 && rehearsal.decision().verdict() != Verdict.NO_GO; i++) {
            tenSeconds(rehearsal, 100, 160);
        }
        Decision decision = rehearsal.decision();
        assertThat(decision.verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(decision.reasons().getFirst().code()).isEqualTo(Code.REGRESSION);
        assertThat(decision.reasons().getFirst().text())
                .contains("P95", "at share 10 %; over x1.1 is proven at 1 % risk");
        assertThat(decision.metrics().getLast().noGoProven()).isTrue();
    }

    @Test
    void aRestart_changesNothing_andValuesAreInTheEvidence() {
        Rehearsal rehearsal = rehearsal(true, 0.1, 0.5);
        for (int i = 0; i < 12; i++) {
            tenSeconds(rehearsal, 100, 105);
        }
        Decision before = rehearsal.decision();
        rehearsal.restart();
        rehearsal.pass(1);
        assertThat(rehearsal.decision().metrics()).isEqualTo(before.metrics());
        assertThat(before.metrics().getLast().logEGo()).isNotZero();
        String newest = rehearsal.store.decisions("orders", 1).getFirst().evidence();
        StoredStratum sealed =
                rehearsal.store.strata("orders", 1).stream()
                        .filter(stratum -> stratum.values().isPresent())
                        .toList()
                        .getLast();
        assertThat(newest)
                .contains(
                        Base64.getEncoder()
                                .encodeToString(sealed.values().get().baseline().encode()));
    }

    @Test
    void whereNothingOfTheBaselineIsLeft_whatTheRunSawOfItStandsIn() {
        for (double median : new double[] {100, 180}) {
            Rehearsal rehearsal = rehearsal(true, 0.5, 1);
            for (int i = 0; i < 60 && rehearsal.decision().verdict() == Verdict.HOLD; i++) {
                rehearsal.values("p95", "/orders", Side.BASELINE, durations(500, 100));
                rehearsal.values("p95", "/orders", Side.CANDIDATE, durations(500, 100));
                rehearsal.tenSeconds(5, 500, 5, 500);
            }
            assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
            rehearsal.step(1, 1, 1);
            for (int i = 0; i < 100 && rehearsal.decision().verdict() == Verdict.HOLD; i++) {
                rehearsal.values("p95", "/orders", Side.CANDIDATE, durations(1_000, median));
                rehearsal.tenSeconds(0, 0, 10, 1_000);
            }
            assertThat(rehearsal.decision().verdict())
                    .isEqualTo(median == 100 ? Verdict.GO : Verdict.NO_GO);
            assertThat(rehearsal.decision().reasons())
                    .anySatisfy(
                            reason ->
                                    assertThat(reason.text())
                                            .contains("P95", "sealed in this run's earlier steps"));
        }
    }

    /**
     * Identical code on two routes, one four times as slow, and the candidate has more of that.
     * Pooled, its quantile is higher beyond doubt.
     */
    @Test
    void anotherMixOfRoutes_isNoRegression() {
        CutoverPlan plan =
                Fixtures.cutover()
                        .quantile("p95", "0.95", true, 1.5, 1.0001)
                        .step(0.5, 1.5, 1.2)
                        .plan();
        RunEvidence evidence = new RunEvidence(plan);
        evidence.open(0, Map.of(), Map.of());
        Sketch allOfBaseline = new Sketch();
        Sketch allOfCandidate = new Sketch();
        for (int i = 0; i < 100; i++) {
            StoredStratum.Values fast =
                    new StoredStratum.Values(durations(160, 100), durations(100, 100));
            StoredStratum.Values slow =
                    new StoredStratum.Values(durations(40, 400), durations(100, 400));
            evidence.add(
                    0,
                    List.of(
                            new StoredStratum("orders", 1, 0, "p95", i, "/fast", fast),
                            new StoredStratum("orders", 1, 0, "p95", i, "/slow", slow)));
            for (StoredStratum.Values values : List.of(fast, slow)) {
                allOfBaseline.merge(values.baseline());
                allOfCandidate.merge(values.candidate());
            }
        }
        assertThat(PooledQuantile.thatItIsOver(allOfBaseline, allOfCandidate, 0.05, 1.0001, 1))
                .isGreaterThan(Math.log(1 / 0.01));
        assertThat(evidence.proven()).isEmpty();
    }

    /**
     * A bound is taken from what was before: from the stratum itself it would follow its values.
     */
    @Test
    void aBoundNeedsEnoughValues_andIsABucketsEnd() {
        assertThat(StepQuantile.bound(durations(199, 100), 0.05)).isEmpty();
        Sketch values = durations(2_000, 100);
        double bound = StepQuantile.bound(values, 0.05).orElseThrow();
        Sketch.Range atMost = values.countAtMost(bound);
        assertThat(atMost.low()).isEqualTo(atMost.high()).isGreaterThanOrEqualTo(1_900);
    }
}
