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
 * @param quantiles what is compared beside the metrics; names are unique among both
 * @param steps in the order in which exposure grows; shares rise strictly
 * @param snapshot what stands in for the baseline when nothing of it is left
 * @param capacity the name of an SLO with proven capacity: no step brings more load than that
 * @param objectives names of SLOs whose pages hold the cutover
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
        List<QuantileMetric> quantiles,
        List<Step> steps,
        ErrorAllowance errorAllowance,
        DataGate data,
        Optional<Snapshot> snapshot,
        Optional<String> capacity,
        List<String> objectives) {
    public Cutover {
        baseline = List.copyOf(baseline);
        candidate = List.copyOf(candidate);
        metrics = List.copyOf(metrics);
        quantiles = List.copyOf(quantiles);
        steps = List.copyOf(steps);
        objectives = List.copyOf(objectives);
    }

    /** The cutover's unique name. */
    public String name() {
        return metadata.name();
    }

    /** The same cutover, sealed otherwise. */
    public Cutover withSealing(Sealing other) {
        return new Cutover(
                metadata,
                description,
                service,
                baseline,
                candidate,
                stratifyBy,
                other,
                metrics,
                quantiles,
                steps,
                errorAllowance,
                data,
                snapshot,
                capacity,
                objectives);
    }

    /**
     * The same cutover without what only people or the present can say: approvals, deadlines and
     * proven capacity.
     */
    public Cutover unattended() {
        return new Cutover(
                metadata,
                description,
                service,
                baseline,
                candidate,
                stratifyBy,
                sealing,
                metrics,
                quantiles,
                steps.stream()
                        .map(
                                step ->
                                        new Step(
                                                step.share(),
                                                step.goMargin(),
                                                step.noGoMargin(),
                                                step.minimumDuration(),
                                                Optional.empty(),
                                                List.of(),
                                                step.budget()))
                        .toList(),
                errorAllowance,
                data,
                snapshot,
                Optional.empty(),
                objectives);
    }

    /** The weights of all that share the NO_GO error allowance, together. */
    public double sharedWeight() {
        return metrics.stream()
                        .filter(metric -> metric.ownNoGo().isEmpty())
                        .mapToDouble(Metric::weight)
                        .sum()
                + quantiles.stream().mapToDouble(QuantileMetric::weight).sum();
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
     * @param floor a bad ratio that harms nobody: at or under it there is no NO_GO by comparison;
     *     in [0, 1)
     * @param ownNoGo a critical metric's own error probability of NO_GO, beside the allowance that
     *     the others share by weight
     * @param limit in place of a comparison: GO needs proof that the candidate's bad ratio is under
     *     it, NO_GO that it is over; in (0, 1), and without a floor
     */
    public record Metric(
            String name,
            String sli,
            Indicator indicator,
            Optional<Objective.Threshold> threshold,
            boolean required,
            double weight,
            Optional<BigDecimal> target,
            Optional<BigDecimal> floor,
            Optional<Double> ownNoGo,
            Optional<BigDecimal> limit) {
        public Metric {
            if (limit.isPresent() && floor.isPresent()) {
                throw new IllegalArgumentException("metric " + name + " has a limit and a floor");
            }
        }

        /** One that is compared with the baseline. */
        public Metric(
                String name,
                String sli,
                Indicator indicator,
                Optional<Objective.Threshold> threshold,
                boolean required,
                double weight,
                Optional<BigDecimal> target,
                Optional<BigDecimal> floor,
                Optional<Double> ownNoGo) {
            this(
                    name,
                    sli,
                    indicator,
                    threshold,
                    required,
                    weight,
                    target,
                    floor,
                    ownNoGo,
                    Optional.empty());
        }

        /** One that shares the allowance by its weight. */
        public Metric(
                String name,
                String sli,
                Indicator indicator,
                Optional<Objective.Threshold> threshold,
                boolean required,
                double weight,
                Optional<BigDecimal> target,
                Optional<BigDecimal> floor) {
            this(
                    name,
                    sli,
                    indicator,
                    threshold,
                    required,
                    weight,
                    target,
                    floor,
                    Optional.empty());
        }
    }

    /**
     * A quantile of a value, compared from side to side: evidence, and a second gate. What is first
     * gated is better a share of slow requests, a {@link Metric}, which needs fewer of them.
     *
     * @param sli the referred or inline SLI's name
     * @param indicator of which each event has a value
     * @param quantile in (0, 1), for example 0.99
     * @param required whether GO needs its proof; otherwise it can only say NO_GO
     * @param weight share of the NO_GO error allowance, over 0, beside those of the metrics
     * @param goMargin GO needs proof that the candidate's quantile is under the baseline's times
     *     this; over 1
     * @param noGoMargin NO_GO needs proof that it is over the baseline's times this; at least 1,
     *     under goMargin
     */
    public record QuantileMetric(
            String name,
            String sli,
            Indicator.Threshold indicator,
            BigDecimal quantile,
            boolean required,
            double weight,
            double goMargin,
            double noGoMargin) {
        public QuantileMetric {
            if (!indicator.countsEvents()) {
                throw new IllegalArgumentException("metric " + name + " has no value per event");
            }
            if (quantile.signum() <= 0 || quantile.compareTo(BigDecimal.ONE) >= 0) {
                throw new IllegalArgumentException("quantile must be in (0, 1), is " + quantile);
            }
            if (weight <= 0 || noGoMargin < 1 || noGoMargin >= goMargin) {
                throw new IllegalArgumentException(
                        "weight " + weight + ", margins " + noGoMargin + " and " + goMargin);
            }
        }
    }

    /**
     * A recorded baseline.
     *
     * @param baseline its name
     * @param exclusions names of {@link Exclusion}s whose time it leaves out, such as an outage
     * @param driftMargin the factor by which margins widen while it stands in, at least 1; absent
     *     where it is measured on the baseline's own history
     */
    public record Snapshot(
            Optional<String> baseline, List<String> exclusions, Optional<Double> driftMargin) {
        public Snapshot {
            exclusions = List.copyOf(exclusions);
            if (driftMargin.isPresent() && !(driftMargin.get() >= 1)) {
                throw new IllegalArgumentException("drift margin " + driftMargin.get());
            }
        }
    }

    /**
     * A part of an SLO's error budget, from which a step's margins follow once the baseline's ratio
     * is known.
     *
     * @param slo its name; its budget counts single events
     * @param allowedBadRatio one less its target; over 0
     * @param window over which the budget is counted
     * @param slice the part that the candidate's errors may be while the step lasts, in (0, 1]
     */
    public record BudgetSlice(
            String slo, BigDecimal allowedBadRatio, Duration window, double slice) {}

    /**
     * One traffic step.
     *
     * @param share the candidate's share of traffic, in (0, 1]
     * @param goMargin GO needs proof that the candidate's bad ratio is under the baseline's times
     *     this; over 1
     * @param noGoMargin NO_GO needs proof that it is over the baseline's times this; at least 1,
     *     under goMargin
     * @param minimumDuration no GO before the step has lasted so long
     * @param deadline from which on only a person may decide; not under minimumDuration
     * @param approvals the roles that must each have approved before a GO of this step
     * @param budget in place of {@code goMargin}, which stands only until the baseline's ratio is
     *     known
     */
    public record Step(
            double share,
            double goMargin,
            double noGoMargin,
            Duration minimumDuration,
            Optional<Duration> deadline,
            List<String> approvals,
            Optional<BudgetSlice> budget) {

        /** A step with a margin of its own. */
        public Step(
                double share,
                double goMargin,
                double noGoMargin,
                Duration minimumDuration,
                Optional<Duration> deadline,
                List<String> approvals) {
            this(
                    share,
                    goMargin,
                    noGoMargin,
                    minimumDuration,
                    deadline,
                    approvals,
                    Optional.empty());
        }

        public Step {
            approvals = List.copyOf(approvals);
            if (deadline.isPresent() && deadline.get().compareTo(minimumDuration) < 0) {
                throw new IllegalArgumentException(
                        "deadline " + deadline.get() + " before " + minimumDuration);
            }
        }
    }

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
