package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.series.Sketch;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A cutover as a person sees it: both sides, side by side.
 *
 * @param run the current or last run
 * @param decision the latest
 * @param unsided events of neither side since the run began
 * @param bothSided events that match both sides, which no event should
 */
public record CutoverStatus(
        Cutover cutover,
        Instant at,
        Optional<Run> run,
        Optional<Decision> decision,
        List<SideBySide> metrics,
        long unsided,
        long bothSided) {
    public CutoverStatus {
        metrics = List.copyOf(metrics);
    }

    /**
     * One metric on both sides since the run began (or over the last hour without a run).
     *
     * @param perMinute time series for the chart, oldest first
     * @param baselineValues the judged values where the metric has values
     */
    public record SideBySide(
            String metric,
            long baselineBad,
            long baselineTotal,
            long candidateBad,
            long candidateTotal,
            List<Minute> perMinute,
            Optional<Sketch> baselineValues,
            Optional<Sketch> candidateValues) {
        public SideBySide {
            perMinute = List.copyOf(perMinute);
        }
    }

    /** One interval of the chart. */
    public record Minute(
            Instant at,
            long baselineBad,
            long baselineTotal,
            long candidateBad,
            long candidateTotal) {}
}
