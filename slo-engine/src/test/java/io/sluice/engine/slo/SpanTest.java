package io.sluice.engine.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.TimeWindow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

class SpanTest {
    @ParameterizedTest
    @CsvSource({
        // unit, count, start, zone, at, begins
        "MONTH, 1, 2024-01-31T00:00:00, UTC, 2024-02-28T12:00:00Z, 2024-01-31T00:00:00Z",
        "MONTH, 1, 2024-01-31T00:00:00, UTC, 2024-02-29T00:00:00Z, 2024-02-29T00:00:00Z",
        "MONTH, 1, 2024-01-31T00:00:00, UTC, 2024-04-29T00:00:00Z, 2024-03-31T00:00:00Z",
        "QUARTER, 1, 2024-01-01T00:00:00, UTC, 2024-06-30T23:59:59Z, 2024-04-01T00:00:00Z",
        "WEEK, 2, 2024-01-01T00:00:00, UTC, 2024-01-20T00:00:00Z, 2024-01-15T00:00:00Z",
        "YEAR, 1, 2024-02-29T00:00:00, UTC, 2025-02-28T10:00:00Z, 2025-02-28T00:00:00Z",
        "MINUTE, 5, 2024-01-01T00:01:00, UTC, 2024-01-01T00:10:59Z, 2024-01-01T00:06:00Z",
        "HOUR, 2, 2024-01-01T01:00:00, Europe/Berlin, 2024-07-10T11:59:59Z, 2024-07-10T11:00:00Z",
        // The hour that the clock repeats is one window.
        "HOUR, 1, 2024-01-01T00:00:00, Europe/Berlin, 2024-10-27T01:30:00Z, 2024-10-27T00:00:00Z",
        "DAY, 1, 2024-01-01T00:00:00, Europe/Berlin, 2024-07-10T21:59:59Z, 2024-07-09T22:00:00Z",
        "DAY, 1, 2024-01-01T00:00:00, Europe/Berlin, 2024-07-10T22:00:00Z, 2024-07-10T22:00:00Z",
        // 02:30 does not exist on this day: the day begins when the clock has gone on.
        "DAY, 1, 2024-01-01T02:30:00, Europe/Berlin, 2024-03-31T01:29:59Z, 2024-03-30T01:30:00Z",
        "DAY, 1, 2024-01-01T02:30:00, Europe/Berlin, 2024-03-31T01:30:00Z, 2024-03-31T01:30:00Z",
        // 02:30 exists twice: the first one begins the day.
        "DAY, 1, 2024-01-01T02:30:00, Europe/Berlin, 2024-10-27T00:30:00Z, 2024-10-27T00:30:00Z",
        // Before the start the same grid goes on backwards.
        "MONTH, 1, 2024-03-15T00:00:00, UTC, 2024-01-20T00:00:00Z, 2024-01-15T00:00:00Z",
    })
    void calendarWindow_beginsWhereItsCalendarSays(
            TimeWindow.Period unit,
            int count,
            LocalDateTime start,
            String zone,
            Instant at,
            Instant begins) {
        TimeWindow.Calendar calendar = new TimeWindow.Calendar(count, unit, start, ZoneId.of(zone));

        assertThat(Span.startOf(calendar, at)).isEqualTo(begins);
    }

    @ParameterizedTest
    @CsvSource({
        "PT1H, 1800000007, 1799996410, 1800000010",
        "PT6H, 1800000007, 1799978410, 1800000010",
        "P1D, 1800000007, 1799913660, 1800000010",
        "P3D, 1800000059, 1799740860, 1800000060",
        "P28D, 1800000060, 1797581100, 1800000070",
    })
    void rollingWindow_movesByItsStepAndEndsWithTheOpenBucket(
            Duration length, long at, long from, long to) {
        assertThat(Span.rolling(length, Instant.ofEpochSecond(at))).isEqualTo(new Span(from, to));
    }

    @Test
    void windowInSlices_endsWithTheNewestClosedOne() {
        assertThat(
                        Span.rollingSlices(
                                Duration.ofHours(1), 60, Instant.ofEpochSecond(1_800_000_119)))
                .isEqualTo(new Span(1_799_996_460, 1_800_000_060));
    }
}
