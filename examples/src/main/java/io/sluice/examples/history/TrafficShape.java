package io.sluice.examples.history;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** How much is going on in the shop at an instant, in proportion to an average hour. */
record TrafficShape(FlashFriday flashFriday) {
    private static final double SALE = 4;

    double weight(Instant at) {
        ZonedDateTime time = at.atZone(ZoneOffset.UTC);
        double hour = time.getHour() + time.getMinute() / 60.0;
        // The day's low is at 03:30, its high twelve hours later.
        double daily = 1 - 0.75 * Math.cos((hour - 3.5) / 24 * 2 * Math.PI);
        return daily * weekly(time.getDayOfWeek()) * (flashFriday.hasSale(at) ? SALE : 1);
    }

    private static double weekly(DayOfWeek day) {
        return switch (day) {
            case MONDAY, TUESDAY, WEDNESDAY -> 0.9;
            case THURSDAY -> 0.95;
            case FRIDAY -> 1.05;
            case SATURDAY -> 1.2;
            case SUNDAY -> 1.1;
        };
    }
}
