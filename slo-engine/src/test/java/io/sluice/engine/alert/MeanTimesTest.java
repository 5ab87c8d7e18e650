package io.sluice.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.AlertPolicy.Severity;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

final class MeanTimesTest {
    private static final Instant BEGAN = Instant.parse("2026-02-14T09:30:00Z");

    @Test
    void eachMean_isOfThoseThatHaveTheTime() {
        MeanTimes means =
                MeanTimes.of(
                        List.of(
                                incident(after(40), after(300), after(3_600)),
                                incident(after(61), Optional.empty(), after(1_801)),
                                incident(after(20), after(101), Optional.empty()),
                                incident(Optional.empty(), Optional.empty(), after(900))));

        assertThat(means)
                .isEqualTo(
                        new MeanTimes(
                                3,
                                1,
                                Optional.of(Duration.ofMillis(40_333)),
                                Optional.of(Duration.ofMillis(200_500)),
                                Optional.of(Duration.ofMillis(2_700_500))));
    }

    @Test
    void withoutIncidents_thereAreNone() {
        assertThat(MeanTimes.of(List.of()))
                .isEqualTo(
                        new MeanTimes(0, 0, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    private static Optional<Instant> after(long seconds) {
        return Optional.of(BEGAN.plusSeconds(seconds));
    }

    private static Incident incident(
            Optional<Instant> detected,
            Optional<Instant> acknowledged,
            Optional<Instant> resolved) {
        return new Incident(
                "x",
                "cart",
                Severity.PAGE,
                BEGAN,
                detected,
                detected,
                acknowledged,
                Optional.of("ana"),
                resolved,
                List.of(),
                "");
    }
}
