package io.sluice.engine.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

class SteadyClockTest {

    private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private Instant wall = T;
    private long nanos = 17;
    private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);
    private final AtomicInteger moves = new AtomicInteger();

    SteadyClockTest() {
        clock.onMove(moves::incrementAndGet);
    }

    private void passes(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    /** Some seconds, looked at now and then, as a server does. */
    private Instant after(int seconds) {
        for (int i = 0; i < seconds; i++) {
            passes(Duration.ofSeconds(1));
            var _ = clock.instant();
        }
        return clock.instant();
    }

    private void heard(Instant event, int times) {
        for (int i = 0; i < times; i++) {
            clock.heard(event);
        }
    }

    @Test
    void withoutSteps_isTheWallClock_driftAndSmallStepsIncluded() {
        assertThat(after(100)).isEqualTo(T.plusSeconds(100));
        wall = wall.plusSeconds(20);
        assertThat(after(1)).isEqualTo(T.plusSeconds(121));
        wall = wall.minusSeconds(20);
        assertThat(after(1)).isEqualTo(T.plusSeconds(102));
        assertThat(clock.steps()).isZero();
        assertThat(moves).hasValue(0);
    }

    @Test
    void setBackByMistake_changesNothing_howeverLongItLasts() {
        wall = wall.minus(HOUR);
        assertThat(clock.instant()).isEqualTo(T);
        for (int i = 0; i < 100; i++) {
            heard(after(10), 10);
        }
        assertThat(clock.instant()).isEqualTo(T.plusSeconds(1000));
        assertThat(clock.steps()).isEqualTo(1);
        assertThat(clock.aheadSeconds()).isEqualTo(-3600);
        assertThat(moves).hasValue(0);

        wall = wall.plus(HOUR);
        assertThat(after(1)).isEqualTo(T.plusSeconds(1001));
        assertThat(clock.aheadSeconds()).isZero();
    }

    @Test
    void untilItIsKnown_noEventIsAheadOfItsReceipt_byEitherClock() {
        wall = wall.plus(HOUR);
        assertThat(clock.latest()).isEqualTo(T.plus(HOUR));
        assertThat(clock.instant()).isEqualTo(T);
        wall = wall.minus(HOUR.multipliedBy(2));
        assertThat(clock.latest()).isEqualTo(T);
        assertThat(clock.instant()).isEqualTo(T);
    }

    @Test
    void setBackTogetherWithItsSenders_isBelieved() {
        wall = wall.minus(HOUR);
        heard(after(1).minus(HOUR), SteadyClock.VOTES - 1);
        assertThat(clock.instant()).isEqualTo(T.plusSeconds(1));
        heard(clock.instant().minus(HOUR), 1);

        assertThat(clock.instant()).isEqualTo(T.minus(HOUR).plusSeconds(1));
        assertThat(moves).hasValue(1);
        assertThat(after(10)).isEqualTo(wall);
    }

    @Test
    void setBackWhileNobodySends_isNotBelieved() {
        wall = wall.minus(HOUR);

        assertThat(after(1000)).isEqualTo(T.plusSeconds(1000));
    }

    @Test
    void setForwardByMistake_changesNothing_whileSendersAreHeard() {
        wall = wall.plus(HOUR);
        for (int i = 0; i < 100; i++) {
            heard(after(10).minusSeconds(3), 10);
        }

        assertThat(clock.instant()).isEqualTo(T.plusSeconds(1000));
        assertThat(moves).hasValue(0);
    }

    @Test
    void aMachineThatSlept_isBelieved_afterAMinute_orAsSoonAsItsSendersAgree() {
        wall = wall.plus(HOUR);
        assertThat(after(59)).isEqualTo(T.plusSeconds(59));
        assertThat(after(3)).isEqualTo(T.plus(HOUR).plusSeconds(62));
        assertThat(moves).hasValue(1);

        wall = wall.plus(HOUR);
        heard(after(1).plus(HOUR), SteadyClock.VOTES);
        assertThat(clock.instant()).isEqualTo(wall);
        assertThat(moves).hasValue(2);
    }

    @Test
    void aSecondStepBeforeTheFirstIsDecided_beginsTheCountAnew() {
        wall = wall.minus(HOUR);
        heard(after(1).minus(HOUR), SteadyClock.VOTES - 1);
        wall = wall.minus(HOUR);
        heard(after(1).minus(HOUR.multipliedBy(2)), SteadyClock.VOTES - 1);
        assertThat(clock.instant()).isEqualTo(T.plusSeconds(2));
        assertThat(clock.steps()).isEqualTo(2);

        heard(clock.instant().minus(HOUR.multipliedBy(2)), 1);
        assertThat(clock.instant()).isEqualTo(wall);
    }
}
