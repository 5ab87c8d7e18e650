package io.sluice.engine.cutover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a run that began now would have to expect, from the baseline's last three days.
 *
 * @param baselines one per metric
 * @param steps as planned
 * @param refusals why a run is not begun unless somebody overrides them, in words; empty if nothing
 *     speaks against it
 */
public record PlanReport(
        String cutover,
        Instant at,
        List<Baseline> baselines,
        List<Step> steps,
        List<String> refusals) {
    public PlanReport {
        baselines = List.copyOf(baselines);
        steps = List.copyOf(steps);
        refusals = List.copyOf(refusals);
    }

    /**
     * How a metric's baseline was.
     *
     * @param eventsPerMinute in minutes that had any; empty without bad events
     * @param badRatio empty without bad events
     * @param dispersion what evidence is divided by; 1 if errors are independent, or not measured
     * @param drift the factor that hours stay within by themselves, 19 of 20; empty where there are
     *     too few hours to say
     */
    public record Baseline(
            String metric,
            OptionalDouble eventsPerMinute,
            OptionalDouble badRatio,
            double dispersion,
            OptionalDouble drift) {}

    /**
     * A planned step.
     *
     * @param metrics one per metric
     */
    public record Step(
            int index, double share, Optional<Duration> deadline, List<Expected> metrics) {
        public Step {
            metrics = List.copyOf(metrics);
        }
    }

    /**
     * What a metric's GO takes for a candidate that is as good as the baseline.
     *
     * @param candidateEvents empty where that cannot be said, or no number is enough
     * @param seconds at the baseline's traffic and the step's share
     */
    public record Expected(
            String metric,
            boolean required,
            double goMargin,
            double noGoMargin,
            OptionalLong candidateEvents,
            OptionalLong seconds) {}
}
