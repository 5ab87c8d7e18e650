package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.IngestStatus;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;

final class IngestRatesTest {
    private static final Instant START = Instant.parse("2026-02-14T10:00:00Z");

    private long accepted;
    private final IngestRates rates = new IngestRates(() -> List.of(row("spans")));

    private IngestStatus.Row row(String signal) {
        return new IngestStatus.Row("otlp-http", signal, 1, accepted, Map.of(), Map.of());
    }

    @Test
    void oneLook_isNoRate() {
        rates.look(START);

        assertThat(rates.perSecond(row("spans"), START)).isEmpty();
        assertThat(rates.perSecond(row("spans"), START.plusSeconds(9))).isEmpty();
    }

    @Test
    void rate_isOfTheLastMinute() {
        for (int second = 0; second <= 300; second++) {
            rates.look(START.plusSeconds(second));
            accepted += second < 200 ? 1_000 : 50;
        }

        assertThat(rates.perSecond(row("spans"), START.plusSeconds(301))).hasValue(50);
    }

    @Test
    void signalThatIsNew_beganAtZero() {
        rates.look(START);
        accepted = 600;

        assertThat(rates.perSecond(row("logs"), START.plusSeconds(60))).hasValue(10);
    }
}
