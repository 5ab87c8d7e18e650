package io.sluice.engine.results;

import io.sluice.engine.time.Interval;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Before against after, from telemetry. A row that cannot be measured says so and what it needs.
 */
public record Results(String name, Period before, Period after, List<Row> rows) {
    public Results {
        rows = List.copyOf(rows);
    }

    /**
     * Which times are set against each other, where they are chosen by hand.
     *
     * @param before empty for the time up to the cutovers' first run
     * @param after empty for the time since the last of the cutovers moved all traffic
     * @param cutovers names, whose runs say where before ends and after begins; the table's own if
     *     empty
     */
    public record Windows(
            Optional<Interval> before, Optional<Interval> after, List<String> cutovers) {
        /** As the table says. */
        public static final Windows OF_TABLE =
                new Windows(Optional.empty(), Optional.empty(), List.of());

        public Windows {
            cutovers = List.copyOf(cutovers);
        }
    }

    /** Half-open; empty where it has not begun. */
    public record Period(Optional<Instant> from, Optional<Instant> to) {}

    /**
     * One row.
     *
     * @param improvement for people, for example {@code down 82 %}; empty where before or after is
     * @param note why something is missing, or why a mean is not exact
     */
    public record Row(
            String metric,
            String unit,
            OptionalDouble before,
            OptionalDouble after,
            Optional<String> improvement,
            Optional<String> note) {}
}
