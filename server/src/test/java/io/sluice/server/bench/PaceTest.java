package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PaceTest {
    @Test
    void atARate_requestsAreDueAtTheirTimes_howeverLateTheyAreTaken() {
        Pace pace = Pace.atRate(1_000);
        long first = pace.take();
        long taken = System.nanoTime();
        while (System.nanoTime() - taken < 5_000_000) {
            Thread.onSpinWait(); // a slow answer
        }
        assertThat(pace.take() - first).isEqualTo(1_000_000);
        assertThat(pace.take() - first).isEqualTo(2_000_000);
    }

    @Test
    void inAClosedLoop_aRequestIsDueWhenItIsTaken() {
        Pace pace = Pace.closedLoop();
        long before = System.nanoTime();
        assertThat(pace.take()).isBetween(before, System.nanoTime());
    }

    @Test
    void nobodyGoesBeforeTheTime() {
        long due = System.nanoTime() + 2_000_000;
        Pace.await(due);
        assertThat(System.nanoTime() - due).isNotNegative();
    }
}
