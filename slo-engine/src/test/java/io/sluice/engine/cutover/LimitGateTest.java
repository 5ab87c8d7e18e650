package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.store.StoredStratum;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/** A metric that has a limit of its own, as mismatches of mirrored answers have. */
class LimitGateTest {
    private static final BigDecimal LIMIT = new BigDecimal("0.001");

    private static Fixtures cutover() {
        return Fixtures.cutover()
                .metricWithLimit("parity", LIMIT)
                .step(0.5, 1.5, 1.2)
                .step(1, 1.5, 1.2);
    }

    /** The pairs until a verdict, a hundred at a time; what counts as one is up to the caller. */
    private static long pairsUntil(Verdict verdict, double ratio, long seed) {
        CutoverPlan plan =
                Fixtures.cutover().metricWithLimit("parity", LIMIT).step(0.5, 1.5, 1.2).plan();
        RunEvidence evidence = new RunEvidence(plan);
        evidence.open(0, Map.of());
        Traffic traffic = new Traffic(seed);
        for (long pairs = 100; pairs <= 100_000; pairs += 100) {
            long bad = ratio == 0 ? 0 : traffic.errors(100, ratio);
            evidence.add(
                    0,
                    List.of(
                            new StoredStratum(
                                    "orders", 1, 0, "parity", pairs, "", 0, 0, bad, 100)));
            boolean told =
                    verdict == Verdict.GO
                            ? evidence.step(0).getFirst().goProven()
                            : !evidence.proven().isEmpty();
            if (told) {
                return pairs;
            }
        }
        return Long.MAX_VALUE;
    }

    /**
     * The field's figures: about 3,000 clean pairs with a stake on "never", 1,700 at five times.
     */
    @Test
    void cleanPairs_goAfterSomeThousands_andFiveTimesTheLimitIsNoGo() {
        assertThat(pairsUntil(Verdict.GO, 0, 1)).isBetween(2_900L, 6_000L);
        long[] noGo =
                LongStream.range(0, 60)
                        .map(seed -> pairsUntil(Verdict.NO_GO, 0.005, seed))
                        .sorted()
                        .toArray();
        assertThat(noGo[30]).isBetween(1_000L, 2_600L);
    }

    /**
     * At the limit itself, either verdict is wrong with the risk allowed, at all looks together.
     */
    @Test
    void atTheLimit_neitherIsToldMoreOftenThanAllowed() {
        long runs = 200;
        long go =
                LongStream.range(0, runs)
                        .filter(seed -> pairsUntil(Verdict.GO, 0.001, seed) <= 100_000)
                        .count();
        long noGo =
                LongStream.range(0, runs)
                        .filter(seed -> pairsUntil(Verdict.NO_GO, 0.001, seed) <= 100_000)
                        .count();
        assertThat(BinomialBound.lower(go, runs, 0.001)).isLessThan(0.05);
        assertThat(BinomialBound.lower(noGo, runs, 0.001)).isLessThan(0.01);
    }

    @Test
    void aCutover_goesOnTheCandidateAlone_toTheEnd() {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover().build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.5);
        rehearsal.pass(10);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        for (int i = 0; i < 100 && rehearsal.decision().verdict() != Verdict.GO; i++) {
            rehearsal.count("parity", "/orders", 0, 0, 0, 200);
            rehearsal.pass(10);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .contains("parity: candidate 0 % of ")
                .contains("over the limit of 0.1 % is ruled out at 5 % risk");
        rehearsal.step(1, 1, 1);
        for (int i = 0; i < 200 && !rehearsal.decision().isFinal(); i++) {
            rehearsal.count("parity", "/orders", 0, 0, 0, 200);
            rehearsal.pass(10);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    @Test
    void overTheLimit_isNoGo_andSaysSo() {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover().build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.5);
        for (int i = 0; i < 100 && rehearsal.decision().verdict() != Verdict.NO_GO; i++) {
            rehearsal.count("parity", "/orders", 0, 0, 2, 200);
            rehearsal.pass(10);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .contains("parity: candidate 1 % of ")
                .contains("over the limit of 0.1 % is proven at 1 % risk");
        Explanation.Metric explained =
                rehearsal
                        .desk
                        .explain("orders", OptionalDouble.empty(), rehearsal.now)
                        .orElseThrow()
                        .metrics()
                        .getFirst();
        assertThat(explained.baseline()).isEqualTo(Explanation.Baseline.LIMIT);
        assertThat(explained.ratioLow()).isGreaterThan(1);
        assertThat(explained.ratioHigh().orElseThrow()).isGreaterThan(10);
        assertThat(rehearsal.decision().metrics().getFirst().ratio().orElseThrow())
                .isCloseTo(10, within(1e-9));
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    /** Mirrored answers are compared for each request, whatever the candidate's share is. */
    @Test
    void whatIsHeldToALimit_tellsNothingOfHowTrafficIsSplit() {
        Rehearsal rehearsal =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover()
                                        .metric("errors")
                                        .metricWithLimit("parity", LIMIT)
                                        .step(0.1, 1.5, 1.2)
                                        .build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.pass(10);
        for (int i = 0; i < 6; i++) {
            rehearsal.count("errors", "/orders", 1, 900, 0, 100);
            rehearsal.count("parity", "/orders", 0, 1, 0, 2_000);
            rehearsal.pass(10);
        }
        rehearsal.pass(60);
        assertThat(rehearsal.decision().metrics()).hasSize(2);
        assertThat(rehearsal.decision().reasons())
                .extracting(Decision.Reason::code)
                .doesNotContain(Decision.Code.SPLIT_MISMATCH);
    }
}
