package io.sluice.engine.slo;

import io.sluice.definitions.model.TimeWindow;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * A window of event time at an instant, {@code [from, to)} in seconds since the epoch.
 *
 * <p>A rolling window ends with the open bucket, which counts; it moves by 10 s up to 6 h, by a
 * minute up to 3 d, and by 5 min beyond, so its length is the defined one less at most that step. A
 * calendar window begins where the calendar says in its zone, and has run only so far.
 */
record Span(long from, long to) {
    static final long BUCKET = 10;
    private static final long SIX_HOURS = Duration.ofHours(6).toSeconds();
    private static final long THREE_DAYS = Duration.ofDays(3).toSeconds();

    static Span of(TimeWindow window, Instant at) {
        return switch (window) {
            case TimeWindow.Rolling(var length) -> rolling(length, at);
            case TimeWindow.Calendar calendar ->
                    new Span(
                            floor(startOf(calendar, at).getEpochSecond(), BUCKET), endOfBucket(at));
        };
    }

    static Span rolling(Duration length, Instant at) {
        long seconds = length.toSeconds();
        long step = step(seconds);
        return new Span(floor(at.getEpochSecond(), step) + step - seconds, endOfBucket(at));
    }

    /** By how much a window of this length moves; also the grain in which its coverage is told. */
    static long step(long seconds) {
        return seconds <= SIX_HOURS ? BUCKET : seconds <= THREE_DAYS ? 60 : 300;
    }

    long seconds() {
        return to - from;
    }

    /**
     * The same in whole slices, which lie on multiples of their length since the epoch. An open
     * slice cannot be judged, so the window ends with the newest closed one and moves by whole
     * slices.
     */
    static Span ofSlices(TimeWindow window, long slice, Instant closedUntil) {
        return switch (window) {
            case TimeWindow.Rolling(var length) -> rollingSlices(length, slice, closedUntil);
            case TimeWindow.Calendar calendar ->
                    new Span(
                            floor(startOf(calendar, closedUntil).getEpochSecond(), slice),
                            floor(closedUntil.getEpochSecond(), slice));
        };
    }

    static Span rollingSlices(Duration length, long slice, Instant closedUntil) {
        long end = floor(closedUntil.getEpochSecond(), slice);
        return new Span(end - Math.max(slice, floor(length.toSeconds(), slice)), end);
    }

    /** When the calendar window that contains an instant began. */
    static Instant startOf(TimeWindow.Calendar calendar, Instant at) {
        LocalDateTime local = LocalDateTime.ofInstant(at, calendar.zone());
        ChronoUnit unit = unit(calendar.unit());
        int units = calendar.count() * (calendar.unit() == TimeWindow.Period.QUARTER ? 3 : 1);
        long n = Math.floorDiv(unit.between(calendar.start(), local), units);
        // Counted from the one start, so that a 31st does not wander; between() may be one off
        // around month ends and
        // changes of the clock.
        while (beginning(calendar, unit, units * (n + 1)).compareTo(at) <= 0) {
            n++;
        }
        while (beginning(calendar, unit, units * n).compareTo(at) > 0) {
            n--;
        }
        return beginning(calendar, unit, units * n);
    }

    private static Instant beginning(TimeWindow.Calendar calendar, ChronoUnit unit, long amount) {
        // A local time that the clock skips begins when the clock has gone on, one that it repeats
        // begins the first time.
        return ZonedDateTime.of(calendar.start().plus(amount, unit), calendar.zone()).toInstant();
    }

    private static ChronoUnit unit(TimeWindow.Period period) {
        return switch (period) {
            case MINUTE -> ChronoUnit.MINUTES;
            case HOUR -> ChronoUnit.HOURS;
            case DAY -> ChronoUnit.DAYS;
            case WEEK -> ChronoUnit.WEEKS;
            case MONTH, QUARTER -> ChronoUnit.MONTHS;
            case YEAR -> ChronoUnit.YEARS;
        };
    }

    private static long endOfBucket(Instant at) {
        return floor(at.getEpochSecond(), BUCKET) + BUCKET;
    }

    static long floor(long second, long grid) {
        return Math.floorDiv(second, grid) * grid;
    }

    static long ceil(long second, long grid) {
        return Math.ceilDiv(second, grid) * grid;
    }

    static long leastCommonMultiple(long a, long b) {
        return a / greatestCommonDivisor(a, b) * b;
    }

    static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
