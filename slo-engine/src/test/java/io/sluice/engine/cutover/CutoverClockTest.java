package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredStratum;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** A desk whose clock is set during a run, together with that of all senders. */
class CutoverClockTest {
    private static final Duration FRESH = Duration.ofSeconds(60);

    private final List<Rehearsal> rehearsals = new ArrayList<>();

    private static Fixtures twoSteps() {
        return Fixtures.cutover().metric("errors").step(0.1, 2, 1.2).step(0.5, 1.5, 1.2);
    }

    private Rehearsal rehearse(Fixtures cutover) {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        rehearsals.add(rehearsal);
        return rehearsal;
    }

    private Rehearsal withGo() {
        Rehearsal rehearsal = rehearse(twoSteps());
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        return rehearsal;
    }

    private static void healthy(Rehearsal rehearsal, int times) {
        rehearsal.tenSecondsTimes(times, 9, 900, 0, 100);
    }

    private static List<Code> codes(Decision decision) {
        return decision.reasons().stream().map(Decision.Reason::code).toList();
    }

    @AfterEach
    void everyStoredDecision_isTheSameWhenItIsDecidedAgain() {
        rehearsals.forEach(rehearsal -> assertThat(rehearsal.secondOpinion()).isEmpty());
    }

    @Test
    void whileTheClockIsBehindWhatIsSealed_aGoIsHeld_alsoAfterARestart() {
        Rehearsal rehearsal = withGo();
        Instant sealed = rehearsal.decision().dataThrough().orElseThrow();
        int strata = rehearsal.store.strata("orders", 1).size();
        rehearsal.now = rehearsal.now.minus(Duration.ofHours(1));
        rehearsal.pass(0);
        assertThat(codes(rehearsal.decision()))
                .containsExactly(Code.STALE_DATA, Code.STALE_DATA, Code.NEED_MORE_TIME);
        assertThat(rehearsal.decision().reasons().getFirst().text())
                .contains("the candidate's events are sealed up to " + sealed);
        Decision held = rehearsal.decision();
        rehearsal.restart();
        rehearsal.pass(0);
        assertThat(rehearsal.decision()).isEqualTo(held);
        healthy(rehearsal, 350);
        assertThat(rehearsal.store.strata("orders", 1)).hasSize(strata);
        assertThat(codes(rehearsal.decision())).contains(Code.STALE_DATA);
    }

    @Test
    void whatIsCountedASecondTime_isLate_andANewRunIsNot() {
        Rehearsal rehearsal = withGo();
        rehearsal.now = rehearsal.now.minusSeconds(120);
        healthy(rehearsal, 30);
        assertThat(codes(rehearsal.decision())).contains(Code.LATE_DATA);
        rehearsal.startRun();
        rehearsal.step(2, 0, 0.1);
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void aDeskThatNoLongerTicks_whenTheClockIsSetBack_isStale() {
        Rehearsal rehearsal = withGo();
        rehearsal.now = rehearsal.now.minus(FRESH);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.now = rehearsal.now.minusSeconds(1);
        assertThat(codes(rehearsal.decision())).containsExactly(Code.STALE_DATA);
    }

    @Test
    void aStepThatIsReportedBeforeItsRunBegan_beginsWithIt() {
        Rehearsal rehearsal = rehearse(twoSteps());
        healthy(rehearsal, 60);
        Run run = rehearsal.startRun();
        rehearsal.now = rehearsal.now.minusSeconds(300);
        assertThat(rehearsal.step(1, 0, 0.1).startedAt()).isEqualTo(run.startedAt());
        healthy(rehearsal, 30);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        healthy(rehearsal, 15);
        // Nothing of before the run is taken for late.
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void stepsStayInTheOrderOfTheirReports() {
        Rehearsal rehearsal = rehearse(twoSteps());
        rehearsal.startRun();
        rehearsal.now = rehearsal.now.plusSeconds(60);
        rehearsal.step(1, 1, 0.5);
        rehearsal.now = rehearsal.now.minusSeconds(30);
        Run.StepReport last = rehearsal.step(1, 0, 0.1);
        rehearsal.pass(0);
        assertThat(rehearsal.decision().step()).contains(last);
        rehearsal.restart();
        rehearsal.pass(0);
        assertThat(rehearsal.decision().step()).contains(last);
    }

    @Test
    void aNewRun_isNotJudgedByTheEventsOfTheOneBefore() {
        Rehearsal rehearsal = rehearse(twoSteps());
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.tenSecondsTimes(20, 9, 900, 20, 100);
        Decision noGo = rehearsal.decision();
        assertThat(noGo.verdict()).isEqualTo(Verdict.NO_GO);
        rehearsal.now = rehearsal.now.minusSeconds(180);
        rehearsal.pass(0);
        assertThat(rehearsal.decision()).isEqualTo(noGo);
        Run hotfix = rehearsal.startRun();
        assertThat(hotfix.startedAt()).isEqualTo(Rehearsal.START.plusSeconds(200));
        rehearsal.step(2, 0, 0.1);
        while (rehearsal.now.isBefore(hotfix.startedAt())) {
            healthy(rehearsal, 1);
            assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.HOLD);
        }
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void whatLoadWasProven_isAskedAgain() {
        Rehearsal rehearsal = rehearse(twoSteps().capacity("orders-capacity"));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        rehearsal.proven = OptionalLong.of(1_000_000);
        healthy(rehearsal, 15);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.proven = OptionalLong.empty();
        rehearsal.now = rehearsal.now.minusSeconds(200);
        rehearsal.pass(0);
        assertThat(codes(rehearsal.decision())).contains(Code.CAPACITY_UNPROVEN);
    }

    /** Seconds by which the clock is set; in between, traffic. */
    @Provide
    Arbitrary<List<Integer>> moves() {
        return Arbitraries.integers().between(-400, 400).list().ofMinSize(1).ofMaxSize(12);
    }

    @Property(tries = 60)
    void howeverTheClockIsSet_nothingIsSealedTwice_orDecidedTwice_orForgotten(
            @ForAll("moves") List<Integer> moves) {
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(twoSteps().build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        for (int move : moves) {
            rehearsal.now = rehearsal.now.plusSeconds(move);
            rehearsal.pass(0);
            for (int i = 0; i < 8; i++) {
                healthy(rehearsal, 1);
                goIsOfNow(rehearsal);
            }
            Decision before = rehearsal.decision();
            rehearsal.restart();
            rehearsal.pass(0);
            Decision after = rehearsal.decision();
            assertThat(after.metrics()).isEqualTo(before.metrics());
            // A start counts at once what came late, and a running desk when it seals next.
            if (!codes(after).contains(Code.LATE_DATA)) {
                assertThat(after).isEqualTo(before);
            }
        }
        List<StoredStratum> strata = rehearsal.store.strata("orders", 1);
        assertThat(strata.stream().map(StoredStratum::start)).doesNotHaveDuplicates();
        List<StoredDecision> decisions = rehearsal.store.decisionsAfter("orders", 1, "", 1_000);
        for (int i = 1; i < decisions.size(); i++) {
            assertThat(
                            EvidenceRecord.saysTheSame(
                                    EvidenceRecord.decision(decisions.get(i - 1)),
                                    EvidenceRecord.decision(decisions.get(i))))
                    .isFalse();
        }
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    private static void goIsOfNow(Rehearsal rehearsal) {
        Decision decision = rehearsal.decision();
        if (decision.verdict() == Verdict.GO) {
            Instant data = decision.dataThrough().orElseThrow();
            assertThat(Duration.between(data, rehearsal.now).abs()).isLessThanOrEqualTo(FRESH);
        }
    }
}
