package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Enough series that an engine packs their hours while they grow. */
final class MemoryBenchTest {
    private static final int SERIES = 12_000;

    @Test
    void everySpanOfTheHours_isCounted() throws Exception {
        MemoryBench.Result result =
                new MemoryBench().run(new MemoryBench.Load(SERIES, 2, Duration.ofMinutes(20)));
        assertThat(result.sent()).isEqualTo(2 * 3 * SERIES);
        assertThat(result.accounted()).isTrue();
        assertThat(result.hourlyMegabytes()).hasSize(2);
        assertThat(result.megabytes()).isPositive();
        assertThat(result.anonymousMegabytes()).isPositive().isLessThan(result.megabytes());
        assertThat(result.storeMegabytes()).isPositive();
        assertThat(result.logMegabytes()).isPositive();
    }
}
