package io.sluice.engine.cutover;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A decision, with what a person asks next: how sure is that ratio, and against what was it
 * compared?
 *
 * @param confidence of every metric's bounds, at all looks together
 * @param metrics those of good and bad events, then the quantiles, in the decision's order
 */
public record Explanation(Decision decision, double confidence, List<Metric> metrics) {
    public Explanation {
        metrics = List.copyOf(metrics);
    }

    /**
     * One metric in the current step.
     *
     * @param ratioLow what the candidate's bad ratio (or quantile) over the baseline's is at least;
     *     0 while nothing can be said
     * @param ratioHigh what it is at most; empty while nothing can be said
     * @param dispersion by which its evidence is divided, because errors come in bursts; 1 if not
     * @param quantile of a quantile, between which values each side's lies
     */
    public record Metric(
            String name,
            double ratioLow,
            OptionalDouble ratioHigh,
            Baseline baseline,
            double dispersion,
            Optional<Quantile> quantile) {}

    /**
     * Between which values a quantile lies, on each side by itself, with the same confidence, if
     * the side's values were distributed alike for the whole of the step.
     */
    public record Quantile(Bounds baseline, Bounds candidate) {}

    /** Values in the metric's unit; an end is empty while nothing can be said of it. */
    public record Bounds(OptionalDouble low, OptionalDouble high) {}

    /** What stands on the baseline's side. */
    public enum Baseline {
        LIVE("live, compared stratum by stratum"),
        EARLIER_STEPS("a snapshot, " + Snapshot.Origin.EARLIER_STEPS.words()),
        BEFORE_RUN("a snapshot, " + Snapshot.Origin.BEFORE_RUN.words()),
        RECORDED("a snapshot, " + Snapshot.Origin.RECORDED.words()),
        LIMIT("nothing, but a limit that its ratio is to");

        private final String words;

        Baseline(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }

        static Baseline of(StepMetric metric) {
            if (metric.limit().isPresent()) {
                return LIMIT;
            }
            return of(metric.snapshot().map(Snapshot::origin));
        }

        static Baseline of(Optional<Snapshot.Origin> snapshot) {
            return snapshot.map(
                            origin ->
                                    switch (origin) {
                                        case EARLIER_STEPS -> EARLIER_STEPS;
                                        case BEFORE_RUN -> BEFORE_RUN;
                                        case RECORDED -> RECORDED;
                                    })
                    .orElse(LIVE);
        }
    }
}
