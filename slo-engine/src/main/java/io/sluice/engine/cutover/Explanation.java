package io.sluice.engine.cutover;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A decision, with what a person asks next: how sure is that ratio, and against what was it
 * compared?
 *
 * @param confidence of every metric's bounds, at all looks together
 * @param metrics those of good and bad events, in the decision's order
 */
public record Explanation(Decision decision, double confidence, List<Metric> metrics) {
    public Explanation {
        metrics = List.copyOf(metrics);
    }

    /**
     * One metric in the current step.
     *
     * @param ratioLow what the candidate's bad ratio over the baseline's is at least; 0 while
     *     nothing can be said
     * @param ratioHigh what it is at most; empty while nothing can be said
     * @param dispersion by which its evidence is divided, because errors come in bursts; 1 if not
     */
    public record Metric(
            String name,
            double ratioLow,
            OptionalDouble ratioHigh,
            Baseline baseline,
            double dispersion) {}

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
            return metric.snapshot()
                    .map(
                            snapshot ->
                                    switch (snapshot.origin()) {
                                        case EARLIER_STEPS -> EARLIER_STEPS;
                                        case BEFORE_RUN -> BEFORE_RUN;
                                        case RECORDED -> RECORDED;
                                    })
                    .orElse(LIVE);
        }
    }
}
