package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.Decision.Verdict;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Cases in which users of other canary judges said that the answer was wrong, each named by its
 * issue. None of them may be wrong here.
 */
class KnownCanaryCasesTest {

    private static Rehearsal begun(Fixtures cutover, double share) {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, share);
        return rehearsal;
    }

    private static Rehearsal halfAndHalf() {
        return begun(
                Fixtures.cutover().metric("errors").step(0.5, 2, 1.2).step(0.9, 1.5, 1.2), 0.5);
    }

    private static List<Code> codes(Rehearsal rehearsal) {
        return rehearsal.decision().reasons().stream().map(Reason::code).toList();
    }

    /** Until NO_GO, or for so many intervals of ten seconds. */
    private static int intervalsToNoGo(
            Rehearsal rehearsal, int most, long baselineBad, long candidateBad, long each) {
        int intervals = 0;
        while (rehearsal.decision().verdict() != Verdict.NO_GO && intervals < most) {
            rehearsal.tenSeconds(baselineBad, each, candidateBad, each);
            intervals++;
        }
        return intervals;
    }

    /** A baseline without any errors made the ratio undefined, and the candidate passed. */
    @Test
    void kayenta377_baselineWithoutErrors_candidateWithErrors_isNoGo() {
        Rehearsal rehearsal = halfAndHalf();
        assertThat(intervalsToNoGo(rehearsal, 20, 0, 5, 500)).isLessThan(10);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .contains("baseline 0 % of")
                .contains("worse than x1.2");
    }

    /** Counts so sparse that most intervals are zero on both sides: Mann-Whitney passed them. */
    @Test
    void kayenta426_sparseCounts_areSummedUpAndNotRanked() {
        Rehearsal rehearsal = halfAndHalf();
        int intervals = 0;
        while (rehearsal.decision().verdict() != Verdict.NO_GO && intervals < 2_000) {
            // One error in 3,000 requests against one in 500; nine of ten intervals have none.
            rehearsal.tenSeconds(intervals % 60 == 0 ? 1 : 0, 50, intervals % 10 == 0 ? 1 : 0, 50);
            intervals++;
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(intervals).isLessThan(360);
    }

    /** 307s where there had been none: 0 against a few. */
    @Test
    void spinnaker5622_aFewOfWhatNeverWas_isNoGo() {
        Rehearsal rehearsal = halfAndHalf();
        int intervals = 0;
        while (rehearsal.decision().verdict() != Verdict.NO_GO && intervals < 500) {
            rehearsal.tenSeconds(0, 100, intervals % 6 == 0 ? 1 : 0, 100);
            intervals++;
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(intervals).isLessThan(120);
    }

    /** The control had no series at all, and the experiment's errors were not high. */
    @Test
    void kayenta799_withoutAnyBaseline_itIsNeverGo_andItsOwnObjectiveStillCounts() {
        Rehearsal rehearsal = halfAndHalf();
        rehearsal.tenSecondsTimes(60, 0, 0, 50, 500);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal)).contains(Code.NO_DATA);
        Rehearsal promised =
                begun(
                        Fixtures.cutover()
                                .metric("errors", true, 1, Optional.of(new BigDecimal("0.99")))
                                .step(0.5, 2, 1.2),
                        0.5);
        promised.tenSecondsTimes(60, 0, 0, 50, 500);
        assertThat(promised.decision().verdict()).isEqualTo(Verdict.NO_GO);
        assertThat(codes(promised)).contains(Code.OBJECTIVE_BREACHED);
    }

    /** A deviation of +650 % passed, since there were fewer than fifty data points. */
    @Test
    void kayenta633_aLargeDeviation_needsNoFiftyDataPoints() {
        Rehearsal rehearsal = halfAndHalf();
        assertThat(intervalsToNoGo(rehearsal, 50, 4, 30, 1_000)).isLessThanOrEqualTo(3);
    }

    /** Traffic stopped midway, and the canary advanced on what had been good. */
    @Test
    void flagger1011_whenTrafficStops_aGoIsTakenBack() {
        Rehearsal rehearsal = halfAndHalf();
        rehearsal.tenSecondsTimes(60, 5, 500, 2, 500);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.pass(120);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal)).contains(Code.STALE_DATA);
    }

    /** No traffic failed the canary, as if it were the candidate's fault. */
    @Test
    void flagger361And1035_withoutTraffic_itHoldsAndFailsNobody() {
        Rehearsal rehearsal = halfAndHalf();
        rehearsal.pass(3_600);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal)).containsExactly(Code.NO_DATA);
    }

    /** A breach while the increase waited for its approval did not roll back. */
    @Test
    void flagger1801_harmWhileAnApprovalIsAwaited_isNoGo() {
        Rehearsal rehearsal =
                begun(Fixtures.cutover().metric("errors").stepWithApprovals(0.5, 2, "sre"), 0.5);
        rehearsal.tenSecondsTimes(60, 5, 500, 2, 500);
        assertThat(codes(rehearsal)).containsExactly(Code.APPROVAL_MISSING);
        assertThat(intervalsToNoGo(rehearsal, 100, 5, 50, 500)).isLessThan(60);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
    }

    /** A run ended Successful although not one of its measurements had worked. */
    @Test
    void argo4479_aRunThatNeverMeasuredAnything_isNotSuccessful_alsoAtItsDeadline() {
        Rehearsal rehearsal =
                begun(
                        Fixtures.cutover()
                                .metric("errors")
                                .stepWithDeadline(1, 2, Duration.ofMinutes(30)),
                        1);
        rehearsal.pass(3_600);
        Decision decision = rehearsal.decision();
        assertThat(decision.verdict()).isEqualTo(Verdict.HOLD);
        assertThat(decision.isFinal()).isFalse();
        assertThat(codes(rehearsal)).containsExactly(Code.NO_DATA, Code.DEADLINE_PASSED);
    }

    /** The grey zone aborted; it should have paused. */
    @Test
    void argo2866_betweenBothMargins_itHolds() {
        Rehearsal rehearsal = begun(Fixtures.cutover().metric("errors").step(0.5, 1.5, 1.4), 0.5);
        rehearsal.tenSecondsTimes(500, 10, 1_000, 15, 1_000);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal)).containsExactly(Code.NEED_MORE_DATA);
    }

    /** A bad trend was told when the run was over. */
    @Test
    void argo222_aBadTrend_isForecastBeforeItIsProven() {
        Rehearsal rehearsal = halfAndHalf();
        rehearsal.tenSecondsTimes(3, 5, 500, 9, 500);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(rehearsal.decision().forecast().secondsToNoGo()).isPresent();
    }

    /** One failed request at low traffic aborted, and users counted requests themselves. */
    @Test
    void suna3403_oneFailureAmongFewRequests_provesNothing() {
        Rehearsal rehearsal = halfAndHalf();
        rehearsal.tenSeconds(0, 20, 1, 20);
        rehearsal.tenSeconds(0, 20, 0, 20);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        assertThat(codes(rehearsal)).containsExactly(Code.NEED_MORE_DATA);
    }

    /** Nobody could tell from the status why it had aborted. */
    @Test
    void argo404And1832_noGoSaysWhatWasSeenOfWhatAndWhereItStands() {
        Rehearsal rehearsal = halfAndHalf();
        intervalsToNoGo(rehearsal, 50, 4, 30, 1_000);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .matches(
                        "errors: candidate 3 % of [\\d,]+, baseline 0\\.4 % of [\\d,]+ at share 50 %;"
                                + " worse than x1\\.2 is proven at 1 % risk for the whole cutover");
    }
}
