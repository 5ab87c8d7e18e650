package io.sluice.definitions.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A move of traffic from a baseline to a candidate, step by step ({@code sluice.dev/v1}, kind
 * {@code Cutover}).
 *
 * @param service the name of a {@link Service}
 * @param baseline which events are the baseline's; added to every metric's source
 * @param candidate which events are the candidate's
 * @param stratifyBy the attribute (usually the route) that strata are split by, beside time
 * @param metrics what is compared; names are unique
 * @param steps in the order in which exposure grows; shares rise strictly
 */
public record Cutover(
        Metadata metadata,
        String description,
        String service,
        List<Condition> baseline,
        List<Condition> candidate,
        Optional<String> stratifyBy,
        Sealing sealing,
        List<Metric> metrics,
        List<Step> steps,
        ErrorAllowance errorAllowance,
        DataGate data,
        List<String> objectives) {
    public Cutover {
        baseline = List.copyOf(baseline);
        candidate = List.copyOf(candidate);
        metrics = List.copyOf(metrics);
        steps = List.copyOf(steps);
        objectives = List.copyOf(objectives);
    }

    /** The cutover's unique name. */
    public String name() {
        return metadata.name();
    }

    /**
     * When a stratum's counts become final.
     *
     * @param stratum a stratum's length, 10 s or a multiple of it
     * @param after how long after its end it is sealed; later events change buckets only
     */
    public record Sealing(Duration stratum, Duration after) {}

    /**
     * A good-or-bad metric that both sides are compared by.
     *
     * @param sli the referred or inline SLI's name
     * @param required whether GO needs this metric's proof; otherwise it can only say NO_GO
     * @param weight share of the NO_GO error allowance, over 0; weights are normalised to a sum of
     *     1
     * @param target the candidate's own objective since the run began, where one is given
     */
    public record Metric(
            String name,
            String sli,
            Indicator indicator,
            Optional<Objective.Threshold> threshold,
            boolean required,
            double weight,
            Optional<BigDecimal> target) {}

    /**
     * One traffic step.
     *
     * @param share the candidate's share of traffic, in (0, 1]
     * @param goMargin GO needs proof that the candidate's bad ratio is under the baseline's times
     *     this; over 1
     * @param noGoMargin NO_GO needs proof that it is over the baseline's times this; at least 1,
     *     under goMargin
     * @param minimumDuration no GO before the step has lasted so long
     */
    public record Step(
            double share, double goMargin, double noGoMargin, Duration minimumDuration) {}

    /**
     * Error probabilities for the whole cutover: of a wrong GO per metric, of a wrong NO_GO in all.
     */
    public record ErrorAllowance(double go, double noGo) {}

    /**
     * What the data must be like for a GO.
     *
     * @param freshness the newest sealed stratum is at most this old
     * @param minimumEvents per side and step
     * @param lateShare at most this share of a side's events may come after their stratum was
     *     sealed
     */
    public record DataGate(Duration freshness, long minimumEvents, double lateShare) {}
}
