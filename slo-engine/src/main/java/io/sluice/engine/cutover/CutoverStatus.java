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
 * @param override who began that run although its plan was refused
 * @param decision the latest
 * @param quantiles what is compared beside the metrics, over the same time
 * @param groups that events are stratified by, of both sides, in alphabetical order
 * @param unsided events of neither side since the run began
 * @param bothSided events that match both sides, which no event should
 */
public record CutoverStatus(
        Cutover cutover,
        Instant at,
        Optional<Run> run,
        Optional<PlanOverride> override,
        Optional<Decision> decision,
        List<SideBySide> metrics,
        List<SideValues> quantiles,
        List<String> groups,
        long unsided,
        long bothSided) {
    public CutoverStatus {
        metrics = List.copyOf(metrics);
        quantiles = List.copyOf(quantiles);
        groups = List.copyOf(groups);
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

    /** Both sides' values of a metric or a quantile; a sketch is empty where there were none. */
    public record SideValues(String metric, Sketch baseline, Sketch candidate) {}

    /** One interval of the chart. */
    public record Minute(
            Instant at,
            long baselineBad,
            long baselineTotal,
            long candidateBad,
            long candidateTotal) {}
}
