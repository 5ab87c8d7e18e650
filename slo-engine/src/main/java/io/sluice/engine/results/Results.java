package io.sluice.engine.results;

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

    /** Half-open; empty where it has not begun. */
    public record Period(Optional<Instant> from, Optional<Instant> to) {}

    /**
     * One row.
     *
     * @param improvement for people, for example {@code down 82 %}; empty where before or after is
     * @param note why something is missing, or how it was measured
     */
    public record Row(
            String metric,
            String unit,
            OptionalDouble before,
            OptionalDouble after,
            Optional<String> improvement,
            Optional<String> note) {}
}
