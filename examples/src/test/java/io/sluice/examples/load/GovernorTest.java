package io.sluice.examples.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class GovernorTest {
    private static final long LATE = Duration.ofMillis(50).toNanos();
    private static final long IN_TIME = Duration.ofMillis(1).toNanos();

    @Test
    void lateness_stretchesThePeriod_upToALimit() {
        double stretch = 1;
        for (int i = 0; i < 100; i++) {
            double next = Governor.next(stretch, LATE);
            assertThat(next).isGreaterThanOrEqualTo(stretch);
            stretch = next;
        }
        assertThat(stretch).isEqualTo(16);
    }

    @Test
    void recovery_isSlowerThanBackingOff_andEndsAtThePlan() {
        double busy = Governor.next(4, LATE);
        double free = Governor.next(4, IN_TIME);
        assertThat(busy - 4).isGreaterThan(4 - free);
        assertThat(Governor.next(1, IN_TIME)).isEqualTo(1);
    }
}
