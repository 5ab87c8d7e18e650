package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredStratum;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run's sealed strata prove: per step that the candidate is not much worse (GO), over the
 * whole run that it is worse (NO_GO). A function of the strata in order of time and of nothing
 * else, so that a restart which adds them again comes to the same proofs. Not thread-safe.
 *
 * <p>The tests for NO_GO begin anew in each step, because healthy evidence that piled up in earlier
 * steps would hide a regression that only exposure brings out; a test's e-value over the run is the
 * mean over all planned steps, where a step that was not opened counts 1. The tests of all metrics,
 * and of their own objectives, merge by weighted mean. Means of e-values are e-values whatever
 * depends on what (Vovk and Wang 2021), so one error probability holds for the whole run. A
 * critical metric has a probability of its own, which adds to it.
 */
final class RunEvidence {

    /** Something that speaks against the candidate beyond the risk allowed. */
    record Finding(CutoverPlan.Compared compared, Kind kind) {
        enum Kind {
            REGRESSION,
            OBJECTIVE
        }
    }

    private final CutoverPlan plan;
    private final Map<String, Dispersion> dispersions;
    private final TreeMap<Integer, List<StepMetric>> steps = new TreeMap<>();
    private final TreeMap<Integer, List<StepQuantile>> quantiles = new TreeMap<>();

    /** All that was sealed of each quantile's live baseline. */
    private final List<Sketch> baselineValues;

    private List<Finding> findings = List.of();

    /** Takes errors as independent. */
    RunEvidence(CutoverPlan plan) {
        this(plan, Map.of());
    }

    /**
     * @param dispersions of the baseline's errors before the run, by metric
     */
    RunEvidence(CutoverPlan plan, Map<String, Dispersion> dispersions) {
        this.plan = plan;
        this.dispersions = Map.copyOf(dispersions);
        this.baselineValues = plan.quantiles().stream().map(_ -> new Sketch()).toList();
    }

    /** Whether anything was sealed in this step. */
    boolean isOpen(int step) {
        return steps.containsKey(step);
    }

    /**
     * Opens a step.
     *
     * @param beforeRun the baseline's counts from before the run, by metric, for a step without
     *     live baseline where the run's earlier steps are not to stand in
     */
    void open(int step, Map<String, Snapshot> beforeRun) {
        open(step, beforeRun, Map.of());
    }

    /**
     * Opens a step.
     *
     * @param valuesBeforeRun the same for quantiles
     */
    void open(
            int step,
            Map<String, Snapshot> beforeRun,
            Map<String, QuantileSnapshot> valuesBeforeRun) {
        quantiles.put(
                step,
                plan.quantiles().stream()
                        .map(
                                tested ->
                                        new StepQuantile(
                                                plan,
                                                step,
                                                tested,
                                                dispersion(tested),
                                                snapshot(step, tested, valuesBeforeRun)))
                        .toList());
        List<StepMetric> metrics =
                plan.tests().stream()
                        .map(
                                tested -> {
                                    Optional<Snapshot> snapshot =
                                            plan.needsSnapshot(step)
                                                    ? Optional.of(snapshot(tested, beforeRun))
                                                    : Optional.empty();
                                    return new StepMetric(
                                            plan, step, tested, dispersion(tested), snapshot);
                                })
                        .toList();
        steps.put(step, metrics);
    }

    /** Of the baseline's errors before the run, by metric. */
    Map<String, Dispersion> dispersions() {
        return dispersions;
    }

    /** What the metric's evidence is divided by. */
    Dispersion dispersion(CutoverPlan.Compared compared) {
        return dispersions.getOrDefault(compared.name(), Dispersion.UNMEASURED);
    }

    private Optional<QuantileSnapshot> snapshot(
            int step, CutoverPlan.TestedQuantile tested, Map<String, QuantileSnapshot> beforeRun) {
        if (!plan.needsSnapshot(step)) {
            return Optional.empty();
        }
        QuantileSnapshot instead = beforeRun.get(tested.name());
        if (instead != null) {
            return Optional.of(instead);
        }
        Sketch values = new Sketch();
        values.merge(baselineValues(tested));
        return Optional.of(new QuantileSnapshot(values, Snapshot.Origin.EARLIER_STEPS));
    }

    /** All that was sealed of a quantile's live baseline; not the caller's own. */
    Sketch baselineValues(CutoverPlan.TestedQuantile tested) {
        return baselineValues.get(tested.index());
    }

    private Snapshot snapshot(CutoverPlan.Tested tested, Map<String, Snapshot> beforeRun) {
        Snapshot instead = beforeRun.get(tested.metric().name());
        return instead != null ? instead : earlierSteps(tested);
    }

    /** All that was sealed of a metric's live baseline. */
    Snapshot earlierSteps(CutoverPlan.Tested tested) {
        long bad = 0;
        long total = 0;
        Map<String, BadOfTotal> groups = new TreeMap<>();
        for (StepMetric metric : inAllSteps(tested)) {
            if (metric.snapshot().isEmpty()) {
                bad += metric.baselineBad();
                total += metric.baselineTotal();
                metric.baselineGroups()
                        .forEach((name, counts) -> groups.merge(name, counts, BadOfTotal::plus));
            }
        }
        groups.values().removeIf(counts -> counts.total() == 0);
        return new Snapshot(bad, total, Snapshot.Origin.EARLIER_STEPS, groups);
    }

    /** Adds the strata of one interval of one open step, then looks at what is proven. */
    void add(int step, List<StoredStratum> interval) {
        Map<String, StepMetric> byName =
                step(step).stream()
                        .collect(Collectors.toMap(m -> m.tested().metric().name(), m -> m));
        List<StoredStratum> ofValues =
                interval.stream().filter(stratum -> stratum.values().isPresent()).toList();
        quantiles.getOrDefault(step, List.of()).forEach(quantile -> add(quantile, ofValues));
        for (StoredStratum stratum : interval) {
            if (stratum.values().isPresent()) {
                continue;
            }
            StepMetric metric = byName.get(stratum.metric());
            if (metric == null) {
                throw new IllegalArgumentException("no metric " + stratum.metric());
            }
            metric.add(stratum);
        }
        long end = interval.isEmpty() ? Long.MIN_VALUE : endOf(interval.getFirst());
        step(step).forEach(metric -> metric.look(end));
        if (findings.isEmpty()) {
            findings = findings();
        }
    }

    /** Bounds are taken from what was sealed before, never from the stratum that they judge. */
    private void add(StepQuantile quantile, List<StoredStratum> interval) {
        CutoverPlan.TestedQuantile tested = quantile.tested();
        Sketch before = baselineValues(tested);
        List<StoredStratum> strata =
                interval.stream().filter(s -> s.metric().equals(tested.name())).toList();
        if (strata.isEmpty()) {
            return;
        }
        OptionalDouble bound = StepQuantile.bound(before, tested.tail());
        strata.forEach(stratum -> quantile.add(stratum, bound));
        if (quantile.snapshot().isEmpty()) {
            strata.forEach(stratum -> before.merge(stratum.values().orElseThrow().baseline()));
        }
        quantile.look(endOf(strata.getFirst()));
    }

    private long endOf(StoredStratum stratum) {
        return stratum.start() + plan.stratumSeconds();
    }

    /** The quantiles of a step, in the definition's order; empty before it is open. */
    List<StepQuantile> quantiles(int step) {
        return quantiles.getOrDefault(step, List.of());
    }

    /** All that a step compares, metrics first; empty before it is open. */
    Stream<StepProof> proofs(int step) {
        return Stream.concat(step(step).stream(), quantiles(step).stream());
    }

    /** What is compared, in every step that was opened. */
    List<? extends StepProof> inAllSteps(CutoverPlan.Compared compared) {
        return switch (compared) {
            case CutoverPlan.Tested tested -> inAllSteps(tested);
            case CutoverPlan.TestedQuantile tested ->
                    quantiles.values().stream().map(step -> step.get(tested.index())).toList();
        };
    }

    /** The metrics of a step, in the definition's order; empty before anything was sealed in it. */
    List<StepMetric> step(int step) {
        return steps.getOrDefault(step, List.of());
    }

    /** Why the answer is NO_GO; once there is something, it stays. Empty while there is nothing. */
    List<Finding> proven() {
        return findings;
    }

    private List<Finding> findings() {
        double needed = -Math.log(plan.sequentialNoGoRisk());
        List<Finding> alone = new ArrayList<>();
        Optional<Finding> strongest = Optional.empty();
        double strongestLog = Double.NEGATIVE_INFINITY;
        List<CutoverPlan.Compared> compared = plan.compared();
        double[] all = new double[2 * compared.size()];
        int n = 0;
        for (CutoverPlan.Compared tested : compared) {
            for (Finding.Kind kind : Finding.Kind.values()) {
                Finding finding = new Finding(tested, kind);
                if (weight(finding) == 0) {
                    continue;
                }
                double weighted = Math.log(weight(finding)) + logE(finding);
                if (weighted >= needed) {
                    alone.add(finding);
                }
                if (!tested.isShared()) {
                    continue;
                }
                all[n++] = weighted;
                if (weighted > strongestLog) {
                    strongest = Optional.of(finding);
                    strongestLog = weighted;
                }
            }
        }
        if (!alone.isEmpty()) {
            return List.copyOf(alone);
        }
        return logSum(Arrays.copyOf(all, n)) < needed ? List.of() : strongest.stream().toList();
    }

    private static double weight(Finding finding) {
        return switch (finding.kind()) {
            case REGRESSION -> finding.compared().regressionWeight();
            case OBJECTIVE -> finding.compared().objectiveWeight();
        };
    }

    /** What a test's log e-value must reach to say NO_GO by itself. */
    double needed(Finding finding) {
        return -Math.log(plan.sequentialNoGoRisk() * weight(finding));
    }

    /** The natural log of a test's e-value over the run: the mean over all planned steps. */
    double logE(Finding finding) {
        double[] opened = logEInSteps(finding);
        double[] all = Arrays.copyOf(opened, opened.length + 1);
        int planned = plan.cutover().steps().size();
        all[opened.length] = Math.log(planned - opened.length);
        return logSum(all) - Math.log(planned);
    }

    /**
     * What a metric's evidence in this step must reach to say NO_GO by itself, with what the other
     * steps have proven.
     */
    double neededInStep(Finding finding, int step) {
        double planned = plan.cutover().steps().size();
        double others = planned - steps.size();
        int i = 0;
        double[] logs = logEInSteps(finding);
        for (int opened : steps.keySet()) {
            others += opened == step ? 0 : Math.exp(logs[i]);
            i++;
        }
        return Math.log(Math.max(1, planned * Math.exp(needed(finding)) - others));
    }

    private double[] logEInSteps(Finding finding) {
        return inAllSteps(finding.compared()).stream()
                .mapToDouble(
                        proof ->
                                switch (finding.kind()) {
                                    case REGRESSION -> proof.worseLogE();
                                    case OBJECTIVE -> proof.objectiveMissedLogE();
                                })
                .toArray();
    }

    /** One step's proof as a decision shows it. */
    MetricEvidence describe(StepProof proof) {
        Finding regression = new Finding(proof.tested(), Finding.Kind.REGRESSION);
        return proof.describe(logE(regression), needed(regression), findings.contains(regression));
    }

    /** The candidate's events of a metric since the run began. */
    long candidateTotal(CutoverPlan.Tested tested) {
        return inAllSteps(tested).stream().mapToLong(StepMetric::candidateTotal).sum();
    }

    /** The candidate's bad events of a metric since the run began. */
    long candidateBad(CutoverPlan.Tested tested) {
        return inAllSteps(tested).stream().mapToLong(StepMetric::candidateBad).sum();
    }

    /**
     * Whether the candidate has more bad events since the run began than its own objective allows.
     */
    boolean missesObjective(CutoverPlan.Tested tested) {
        return tested.metric().target().isPresent()
                && BigDecimal.valueOf(candidateBad(tested))
                                .compareTo(
                                        tested.allowedBadRatio()
                                                .multiply(
                                                        BigDecimal.valueOf(candidateTotal(tested))))
                        > 0;
    }

    /** A metric in every step that was opened. */
    List<StepMetric> inAllSteps(CutoverPlan.Tested tested) {
        return steps.values().stream().map(step -> step.get(tested.index())).toList();
    }

    /** {@code ln Σ exp(x)}, where minus infinity is an e-value of 0. */
    private static double logSum(double[] logs) {
        double highest = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            highest = Math.max(highest, log);
        }
        if (highest == Double.NEGATIVE_INFINITY) {
            return highest;
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - highest);
        }
        return highest + Math.log(sum);
    }
}
