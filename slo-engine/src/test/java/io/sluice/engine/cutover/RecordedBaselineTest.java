package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.measure.MeasurePlan.Side;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Optional;

/** A baseline that a definition names stands in where nothing of the live one is left. */
class RecordedBaselineTest {
    private final Rehearsal rehearsal =
            new Rehearsal(
                    Fixtures.measures(
                            Fixtures.cutover()
                                    .metric("errors")
                                    .step(0.5, 1.5, 1.2)
                                    .step(1, 1.5, 1.2)
                                    .recordedBaseline("before")
                                    .build()));

    private void record(long bad, long total) {
        rehearsal.recorded.put(
                "before",
                Map.of(
                        rehearsal.measures.forCutover("orders", "errors", Side.BASELINE).id(),
                        new RecordedBaselines.Counts(bad, total, Optional.empty(), Map.of())));
    }

    /** Half an hour at a half, then at most an hour with all traffic. */
    private Decision cutOver() {
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.5);
        for (int i = 0; i < 180; i++) {
            rehearsal.tenSeconds(10, 1_000, 10, 1_000);
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        rehearsal.step(1, 1, 1);
        for (int i = 0; i < 360 && !rehearsal.decision().isFinal(); i++) {
            rehearsal.tenSeconds(0, 0, 10, 1_000);
        }
        return rehearsal.decision();
    }

    @Test
    void whatIsNotRecorded_isRefusedBeforeARun() {
        assertThatThrownBy(rehearsal::startRun)
                .isInstanceOf(RefusedRunException.class)
                .hasMessageContaining("baseline before")
                .hasMessageContaining("is not recorded");
    }

    @Test
    void anotherMeasuresCounts_areRefused() {
        rehearsal.recorded.put(
                "before",
                Map.of("else", new RecordedBaselines.Counts(1, 100, Optional.empty(), Map.of())));
        assertThatThrownBy(rehearsal::startRun)
                .isInstanceOf(RefusedRunException.class)
                .hasMessageContaining("baseline before has no event of errors");
    }

    @Test
    void itsCountsDecide_andNotWhatTheRunSawBefore() {
        record(10_000, 1_000_000);
        Decision equal = cutOver();
        assertThat(equal.verdict()).isEqualTo(Verdict.GO);
        assertThat(equal.reasons().getFirst().text())
                .contains("baseline 1 % of 1,000,000")
                .contains("(recorded as a baseline)");
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }

    @Test
    void whereItWasBetter_theCandidateIsWorse() {
        record(5_000, 1_000_000);
        assertThat(cutOver().verdict()).isEqualTo(Verdict.NO_GO);
    }

    @Test
    void aRestart_changesNothing() {
        record(10_000, 1_000_000);
        Decision before = cutOver();
        rehearsal.recorded.clear();
        rehearsal.restart();
        rehearsal.pass(10);
        assertThat(rehearsal.decision().reasons()).isEqualTo(before.reasons());
        assertThat(rehearsal.secondOpinion()).isEmpty();
    }
}
