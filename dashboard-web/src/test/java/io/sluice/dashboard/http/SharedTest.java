package io.sluice.dashboard.http;

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
    private final Shared<Integer> shared = new Shared<>(changes::get);

    @Test
    void sameSecond_isMadeOnce() {
        assertThat(at(NOW)).isEqualTo(1);
        assertThat(at(NOW.plusMillis(800))).isEqualTo(1);
    }

    @Test
    void nextSecond_andEveryChange_makeItAnew() {
        at(NOW);
        assertThat(at(NOW.plusSeconds(1))).isEqualTo(2);

        changes.incrementAndGet();
        assertThat(at(NOW.plusSeconds(1))).isEqualTo(3);
    }

    private int at(Instant now) {
        return shared.at(now, made::incrementAndGet);
    }
}
