package io.sluice.examples.history;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/**
 * The evening on which the monolith broke: a sale with four times the traffic, and an outage in the
 * middle of it.
 *
 * @param start when the sale began
 * @param end when it ended
 * @param outageStart when the monolith gave in
 * @param outageEnd when it came back
 */
record FlashFriday(Instant start, Instant end, Instant outageStart, Instant outageEnd) {
    private static final Duration SETTLED = Duration.ofDays(7);

    /** The last Friday that lies at least a week before the instant given. */
    static FlashFriday before(Instant now) {
        LocalDate friday =
                LocalDate.ofInstant(now.minus(SETTLED), ZoneOffset.UTC)
                        .with(TemporalAdjusters.previous(DayOfWeek.FRIDAY));
        Instant start = friday.atTime(18, 0).toInstant(ZoneOffset.UTC);
        return new FlashFriday(
                start,
                start.plus(Duration.ofHours(4)),
                start.plus(Duration.ofMinutes(70)),
                start.plus(Duration.ofMinutes(110)));
    }

    boolean hasSale(Instant at) {
        return !at.isBefore(start) && at.isBefore(end);
    }

    boolean hasOutage(Instant at) {
        return !at.isBefore(outageStart) && at.isBefore(outageEnd);
    }
}
