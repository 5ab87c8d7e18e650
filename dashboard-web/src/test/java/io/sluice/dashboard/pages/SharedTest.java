package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What many readers ask at once is made once. */
final class SharedTest {
    private static final Instant NOW = Instant.parse("2026-02-14T10:40:00.100Z");

    private final AtomicLong changes = new AtomicLong();
    private final AtomicInteger made = new AtomicInteger();
    private final Shared<Integer> shared = new Shared<>(changes::get, made::incrementAndGet);

    @Test
    void sameSecond_isMadeOnce() {
        assertThat(shared.at(NOW)).isEqualTo(1);
        assertThat(shared.at(NOW.plusMillis(800))).isEqualTo(1);
    }

    @Test
    void nextSecond_andEveryChange_makeItAnew() {
        shared.at(NOW);
        assertThat(shared.at(NOW.plusSeconds(1))).isEqualTo(2);

        changes.incrementAndGet();
        assertThat(shared.at(NOW.plusSeconds(1))).isEqualTo(3);
    }
}
