package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.Decision.Forecast;
import io.sluice.engine.cutover.Decision.Verdict;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** What is told is what comes, if traffic goes on as it is. */
class ForecasterTest {

    private static Rehearsal rehearsal(double... shares) {
        Fixtures cutover =
                Fixtures.cutover().metric("errors").data(Duration.ofSeconds(60), 0, 0.01);
        for (double share : shares) {
            cutover.step(share, 2, 1.2);
        }
        Rehearsal rehearsal = new Rehearsal(Fixtures.measures(cutover.build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, shares[0]);
        return rehearsal;
    }

    private static long secondsUntilDecided(Rehearsal rehearsal, int candidateBad) {
        long seconds = 0;
        while (rehearsal.decision().verdict() == Verdict.HOLD && seconds < 100_000) {
            rehearsal.tenSeconds(9, 900, candidateBad, 100);
            seconds += 10;
        }
        return seconds;
    }

    @Test
    void theTimeToGo_isWhatItTakes() {
        Rehearsal rehearsal = rehearsal(0.1, 0.5);
        rehearsal.tenSecondsTimes(5, 9, 900, 1, 100);
        Forecast forecast = rehearsal.decision().forecast();
        long told = forecast.secondsAtCurrentTraffic().orElseThrow();
        assertThat(forecast.secondsToNoGo()).isEmpty();
        assertThat(told / (double) secondsUntilDecided(rehearsal, 1)).isBetween(0.8, 1.2);
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
    }

    @Test
    void theTimeToNoGo_isWhatItTakes_whileHarmGoesOn() {
        for (double[] shares : new double[][] {{0.1}, {0.1, 0.5}, {0.1, 0.25, 0.5, 0.75, 0.9}}) {
            Rehearsal rehearsal = rehearsal(shares);
            rehearsal.tenSecondsTimes(12, 9, 900, 2, 100);
            Forecast forecast = rehearsal.decision().forecast();
            long told = forecast.secondsToNoGo().orElseThrow();
            assertThat(forecast.candidateRequestsToNoGo().orElseThrow())
                    .isBetween(10 * told - 10, 10 * told + 10);
            long taken = secondsUntilDecided(rehearsal, 2);
            assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.NO_GO);
            assertThat(told / (double) taken).isBetween(0.7, 1.4);
        }
    }

    @Test
    void theNextShare_isToldWithTheTimeItWouldTake() {
        Rehearsal rehearsal = rehearsal(0.1, 0.5);
        rehearsal.tenSecondsTimes(5, 9, 900, 1, 100);
        Decision.NextShare next = rehearsal.decision().forecast().next().orElseThrow();
        assertThat(next.share()).isEqualTo(0.5);
        rehearsal.step(1, 1, 0.5);
        long taken = 0;
        while (rehearsal.decision().verdict() == Verdict.HOLD && taken < 100_000) {
            rehearsal.tenSeconds(5, 500, 5, 500);
            taken += 10;
        }
        assertThat(rehearsal.decision().verdict()).isEqualTo(Verdict.GO);
        assertThat(next.seconds() / (double) taken).isBetween(0.7, 1.3);
        assertThat(rehearsal.decision().forecast().next()).isEmpty();
    }

    @Test
    void whatIsForecast_isReadBackFromTheEvidence() {
        Rehearsal rehearsal = rehearsal(0.1, 0.5);
        rehearsal.tenSecondsTimes(6, 9, 900, 2, 100);
        Forecast before = rehearsal.decision().forecast();
        assertThat(before.secondsToNoGo()).isPresent();
        assertThat(
                        EvidenceRecord.decision(rehearsal.store.decisions("orders", 1).getFirst())
                                .forecast())
                .isEqualTo(before);
    }
}
