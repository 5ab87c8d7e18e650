package io.sluice.engine.results;

import io.sluice.definitions.model.ResultsTable;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a row of a results table is made from, over time.
 *
 * @param definition what is measured, and how
 * @param row its two numbers
 * @param before what the first of them is of
 * @param after what the second is of
 * @param points both sides, interval by interval, oldest first; none for what deployments tell
 */
public record RowHistory(
        ResultsTable.Row definition, Results.Row row, Used before, Used after, List<Point> points) {
    public RowHistory {
        points = List.copyOf(points);
    }

    /**
     * The time that a number is of, and what was counted in it.
     *
     * @param period begins where the row's own data do; empty where there is no such time
     * @param events as they came, or deployments
     */
    public record Used(Results.Period period, long events) {}

    /**
     * An interval.
     *
     * @param at its end
     * @param before what the old system's events in it say; empty without any, as is {@code after}
     */
    public record Point(Instant at, OptionalDouble before, OptionalDouble after) {}
}
