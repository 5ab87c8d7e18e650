package io.sluice.definitions.model;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;

/** Over which time a budget is counted. */
public sealed interface TimeWindow {
    /** The last {@code length} before the instant of evaluation. */
    record Rolling(Duration length) implements TimeWindow {}

    /**
     * A calendar period that began at {@code start} and repeats.
     *
     * @param count how many units are one period
     */
    record Calendar(int count, Period unit, LocalDateTime start, ZoneId zone)
            implements TimeWindow {}

    /** A calendar unit; its length follows the calendar and the zone. */
    enum Period {
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH,
        QUARTER,
        YEAR
    }
}
