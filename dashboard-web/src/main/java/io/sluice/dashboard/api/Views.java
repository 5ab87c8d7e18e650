package io.sluice.dashboard.api;

import io.sluice.definitions.model.TimeWindow;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** JSON knows null where Java knows {@code Optional}, and no infinities. */
final class Views {
    private Views() {}

    static <T> @Nullable T orNull(Optional<T> value) {
        return value.orElse(null);
    }

    static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? finite(value.getAsDouble()) : null;
    }

    static @Nullable Long orNull(OptionalLong value) {
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }

    static @Nullable Integer orNull(OptionalInt value) {
        return value.isPresent() ? (Integer) value.getAsInt() : null;
    }

    /** Null for an infinity and NaN. */
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    /** Runs are numbers to us and names to everybody else; before the first there is none. */
    static @Nullable String run(int number) {
        return number > 0 ? Integer.toString(number) : null;
    }

    /** The length of a calendar period that begins at {@code start}. */
    static long calendarSeconds(Instant start, TimeWindow.Calendar calendar) {
        var from = start.atZone(calendar.zone()).toLocalDateTime();
        var to =
                switch (calendar.unit()) {
                    case MINUTE -> from.plusMinutes(calendar.count());
                    case HOUR -> from.plusHours(calendar.count());
                    case DAY -> from.plusDays(calendar.count());
                    case WEEK -> from.plusWeeks(calendar.count());
                    case MONTH -> from.plusMonths(calendar.count());
                    case QUARTER -> from.plusMonths(3L * calendar.count());
                    case YEAR -> from.plusYears(calendar.count());
                };
        return to.atZone(calendar.zone()).toEpochSecond() - start.getEpochSecond();
    }
}
