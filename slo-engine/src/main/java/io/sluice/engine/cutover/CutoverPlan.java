package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * A cutover's definition as the gate uses it: which measures, which hypotheses, at which risks.
 * Immutable.
 *
 * @param tests one per metric, in the definition's order
 * @param quantiles one per quantile metric, in the definition's order
 * @param json everything that a verdict depends on besides counts, canonical
 * @param sha256 of {@code json}; a run is pinned to it
 */
record CutoverPlan(
        Cutover cutover,
        List<Tested> tests,
        List<TestedQuantile> quantiles,
        String json,
        String sha256) {

    /**
     * Names the arithmetic. A change of it changes every plan's digest, so that no run mixes two
     * methods.
     */
    static final String METHOD = "grid-mixture-1";

    /** Names the arithmetic of quantiles. */
    static final String QUANTILE_METHOD = "rounded-outward-1";

    /** Names the arithmetic of groups where a snapshot stands in. */
    private static final String GROUP_METHOD = "snapshot-by-group-1";

    /** Which part of a risk pays for the bound on a snapshot; the rest is the sequential test's. */
    static final double SNAPSHOT_PART = 0.2;

    /** What a budget leaves is no margin above this: a candidate so much worse is broken. */
    private static final double HIGHEST_BUDGET_MARGIN = 10;

    /** A margin of 1 cannot be proven; who has no more room than this is refused before. */
    static final double LOWEST_BUDGET_MARGIN = 1.05;

    /** Margins are products of decimals, and said to people. */
    private static final double MARGIN_DIGITS = 1e6;

    CutoverPlan {
        tests = List.copyOf(tests);
        quantiles = List.copyOf(quantiles);
    }

    /** What both sides are compared by. */
    sealed interface Compared {
        String name();

        /** The measure's id. */
        String baseline();

        /** The measure's id. */
        String candidate();

        /** Whether GO needs its proof. */
        boolean required();

        /** The part of the NO_GO allowance that the comparison may spend. */
        double regressionWeight();

        /** The part of the NO_GO allowance that the metric's own objective may spend. */
        double objectiveWeight();

        /** Whether it shares the NO_GO allowance; a critical metric has its own. */
        boolean isShared();
    }

    /**
     * One metric.
     *
     * @param index the place in {@link #tests}
     * @param baseline the measure's id
     * @param candidate the measure's id
     * @param weight of the NO_GO allowance, normalised: all metrics and quantiles together have 1;
     *     a critical metric's own allowance as a multiple of the shared one
     */
    record Tested(
            int index,
            Cutover.Metric metric,
            String baseline,
            String candidate,
            String all,
            String both,
            double weight)
            implements Compared {

        @Override
        public String name() {
            return metric.name();
        }

        @Override
        public boolean required() {
            return metric.required();
        }

        @Override
        public double regressionWeight() {
            return metric.target().isPresent() ? weight / 2 : weight;
        }

        @Override
        public double objectiveWeight() {
            return weight - regressionWeight();
        }

        @Override
        public boolean isShared() {
            return metric.ownNoGo().isEmpty();
        }

        /** Whether the candidate is held to a limit of its own, and not to a baseline. */
        boolean hasLimit() {
            return metric.limit().isPresent();
        }

        /** The highest bad ratio that keeps the objective; only for metrics with a target. */
        BigDecimal allowedBadRatio() {
            return BigDecimal.ONE.subtract(metric.target().orElseThrow());
        }
    }

    /**
     * One quantile.
     *
     * @param index the place in {@link #quantiles}
     * @param baseline the measure's id
     * @param candidate the measure's id
     * @param weight of the NO_GO allowance, normalised
     */
    record TestedQuantile(
            int index,
            Cutover.QuantileMetric metric,
            String baseline,
            String candidate,
            double weight)
            implements Compared {
        @Override
        public String name() {
            return metric.name();
        }

        @Override
        public boolean required() {
            return metric.required();
        }

        @Override
        public double regressionWeight() {
            return weight;
        }

        @Override
        public double objectiveWeight() {
            return 0;
        }

        @Override
        public boolean isShared() {
            return true;
        }

        /** The probability that a value exceeds the quantile. */
        double tail() {
            return BigDecimal.ONE.subtract(metric.quantile()).doubleValue();
        }
    }

    /** Compiles a cutover of the plan's definition set. */
    static CutoverPlan of(Cutover cutover, MeasurePlan measures) {
        double weights = cutover.sharedWeight();
        List<Tested> tests = new ArrayList<>();
        for (Cutover.Metric metric : cutover.metrics()) {
            tests.add(
                    new Tested(
                            tests.size(),
                            metric,
                            measures.forCutover(cutover.name(), metric.name(), Side.BASELINE).id(),
                            measures.forCutover(cutover.name(), metric.name(), Side.CANDIDATE).id(),
                            measures.forCutover(cutover.name(), metric.name(), Side.ALL).id(),
                            measures.forCutover(cutover.name(), metric.name(), Side.BOTH).id(),
                            metric.ownNoGo()
                                    .map(own -> own / cutover.errorAllowance().noGo())
                                    .orElse(metric.weight() / weights)));
        }
        List<TestedQuantile> quantiles = new ArrayList<>();
        for (Cutover.QuantileMetric metric : cutover.quantiles()) {
            quantiles.add(
                    new TestedQuantile(
                            quantiles.size(),
                            metric,
                            measures.forCutover(cutover.name(), metric.name(), Side.BASELINE).id(),
                            measures.forCutover(cutover.name(), metric.name(), Side.CANDIDATE).id(),
                            metric.weight() / weights));
        }
        String json = CanonicalJson.write(describe(cutover, tests, quantiles));
        return new CutoverPlan(cutover, tests, quantiles, json, CanonicalJson.sha256(json));
    }

    String name() {
        return cutover.name();
    }

    /** Names the arithmetic that decides a run of this plan. */
    String method() {
        return method(CanonicalJson.read(json));
    }

    /** The same of a plan as some version has described it. */
    static String method(JsonNode described) {
        String method = described.path("method").asText(METHOD);
        return described.has("groupMethod")
                ? method + "+" + described.path("groupMethod").asText()
                : method;
    }

    /** All metrics, then all quantiles. */
    List<Compared> compared() {
        return Stream.<Compared>concat(tests.stream(), quantiles.stream()).toList();
    }

    /** The metrics that are compared with the baseline; one with a limit is not. */
    List<Tested> testsWithBaseline() {
        return tests.stream().filter(tested -> !tested.hasLimit()).toList();
    }

    /**
     * The metrics whose events tell how traffic is split: those of both sides. One with a limit may
     * count one side's only, and is asked where there is no other.
     */
    List<Tested> testsOfTraffic() {
        List<Tested> both = testsWithBaseline();
        return both.isEmpty() ? tests : both;
    }

    /** The same plan on longer strata, for history that is not kept as finely any more. */
    CutoverPlan withStratumOfAtLeast(Duration length) {
        Cutover.Sealing sealing = cutover.sealing();
        return sealing.stratum().compareTo(length) >= 0
                ? this
                : new CutoverPlan(
                        cutover.withSealing(new Cutover.Sealing(length, sealing.after())),
                        tests,
                        quantiles,
                        json,
                        sha256);
    }

    /** The same plan without quantiles, for history that has no values by the stratum any more. */
    CutoverPlan withoutQuantiles() {
        return new CutoverPlan(cutover, tests, List.of(), json, sha256);
    }

    /** The same plan without what only people or the present can say, for history. */
    CutoverPlan unattended() {
        return new CutoverPlan(cutover.unattended(), tests, quantiles, json, sha256);
    }

    /** The name of the baseline that stands in where nothing of the live one is left. */
    Optional<String> recordedBaseline() {
        return cutover.snapshot().flatMap(Cutover.Snapshot::baseline);
    }

    /** Whether each group of the strata is judged by itself, too. */
    boolean judgesGroups() {
        return cutover.stratifyBy().isPresent();
    }

    /** Whether each group is judged by itself, too, once a snapshot stands in. */
    boolean judgesGroupsOfSnapshot() {
        return judgesGroups() && endsWithSnapshot();
    }

    /** Whether some step compares with a snapshot. */
    boolean endsWithSnapshot() {
        return needsSnapshot(cutover.steps().size() - 1);
    }

    long stratumSeconds() {
        return cutover.sealing().stratum().toSeconds();
    }

    Cutover.Step step(int index) {
        return cutover.steps().get(index);
    }

    /**
     * The step that somebody names.
     *
     * @throws IllegalArgumentException if there is no such step
     */
    Cutover.Step requireStep(int index) {
        int steps = cutover.steps().size();
        if (index < 0 || index >= steps) {
            throw new IllegalArgumentException(
                    name() + " has no step " + index + ", expected 0 to " + (steps - 1));
        }
        return step(index);
    }

    /** Whether nothing of the baseline is left in this step, so that a snapshot has to stand in. */
    boolean needsSnapshot(int step) {
        return step(step).share() >= 1;
    }

    /** The factor that GO has to rule out in this step, if the baseline did not drift. */
    double goMargin(int step) {
        return goMargin(step, Dispersion.UNMEASURED);
    }

    /** The factor that NO_GO has to prove in this step, if the baseline did not drift. */
    double noGoMargin(int step) {
        return noGoMargin(step, Dispersion.UNMEASURED);
    }

    /** The factor that GO has to rule out in this step. */
    double goMargin(int step, Dispersion measured) {
        return widened(step, budgetMargin(step, measured).orElse(step(step).goMargin()), measured);
    }

    /** The factor that NO_GO has to prove in this step; no higher than what GO has to rule out. */
    double noGoMargin(int step, Dispersion measured) {
        double own = step(step).noGoMargin();
        OptionalDouble budget = budgetMargin(step, measured);
        return widened(
                step, budget.isPresent() ? Math.min(own, budget.getAsDouble()) : own, measured);
    }

    /**
     * The factor that NO_GO has to prove in one group of a snapshot. It leaves room for how far the
     * group drifts by itself, which may be further than all of them together, and than the
     * definition says of those.
     */
    double groupNoGoMargin(int step, Dispersion measured, String group) {
        double beyond = Math.max(1, measured.drift(group) / snapshotDrift(measured));
        return Math.rint(noGoMargin(step, measured) * beyond * MARGIN_DIGITS) / MARGIN_DIGITS;
    }

    /** Whether some step's margins follow from an error budget. */
    boolean spendsBudget() {
        return cutover.steps().stream().anyMatch(step -> step.budget().isPresent());
    }

    /**
     * What a step's slice of an error budget leaves: with this many times the baseline's bad ratio,
     * the candidate's share of the traffic spends the slice in the time that the step may take.
     * Traffic is on both sides of that and cancels. From {@value #LOWEST_BUDGET_MARGIN} to {@value
     * #HIGHEST_BUDGET_MARGIN}; empty where the step names no budget, or the baseline's ratio is not
     * known.
     */
    private OptionalDouble budgetMargin(int step, Dispersion measured) {
        OptionalDouble room = budgetRoom(step, measured);
        return room.isPresent()
                ? OptionalDouble.of(
                        Math.clamp(room.getAsDouble(), LOWEST_BUDGET_MARGIN, HIGHEST_BUDGET_MARGIN))
                : room;
    }

    /** The same without bounds: under 1 not even an equal candidate keeps to the slice. */
    OptionalDouble budgetRoom(int step, Dispersion measured) {
        Cutover.Step planned = step(step);
        if (planned.budget().isEmpty() || measured.badRatio() <= 0) {
            return OptionalDouble.empty();
        }
        Cutover.BudgetSlice budget = planned.budget().get();
        double seconds =
                Math.max(1, planned.deadline().orElse(planned.minimumDuration()).toSeconds());
        return OptionalDouble.of(
                budget.slice()
                        * budget.allowedBadRatio().doubleValue()
                        * budget.window().toSeconds()
                        / (planned.share() * seconds * measured.badRatio()));
    }

    /** The factor that GO has to rule out for a quantile in this step. */
    double goMargin(int step, TestedQuantile quantile) {
        return widened(step, quantile.metric().goMargin(), Dispersion.UNMEASURED);
    }

    /** The factor that NO_GO has to prove for a quantile in this step. */
    double noGoMargin(int step, TestedQuantile quantile) {
        return widened(step, quantile.metric().noGoMargin(), Dispersion.UNMEASURED);
    }

    /**
     * A snapshot is of another time: margins leave room for how the level drifts, as the definition
     * says, or, where it names a snapshot and no factor, as was measured before the run.
     */
    private double widened(int step, double margin, Dispersion measured) {
        double drift = needsSnapshot(step) ? snapshotDrift(measured) : 1;
        return Math.rint(margin * drift * MARGIN_DIGITS) / MARGIN_DIGITS;
    }

    private double snapshotDrift(Dispersion measured) {
        return cutover.snapshot().map(s -> s.driftMargin().orElse(measured.drift())).orElse(1.0);
    }

    /** The probability of a wrong NO_GO in all: the shared allowance and critical metrics' own. */
    double noGoRisk() {
        return cutover.errorAllowance().noGo()
                + cutover.metrics().stream()
                        .flatMap(metric -> metric.ownNoGo().stream())
                        .mapToDouble(Double::doubleValue)
                        .sum();
    }

    /** The probability of a wrong NO_GO that the sequential tests have of the shared allowance. */
    double sequentialNoGoRisk() {
        return cutover.errorAllowance().noGo() * (endsWithSnapshot() ? 1 - SNAPSHOT_PART : 1);
    }

    /**
     * The probability of a wrong proof that each metric's sequential test has for GO in this step.
     */
    double sequentialGoRisk(int step) {
        return cutover.errorAllowance().go() * (needsSnapshot(step) ? 1 - SNAPSHOT_PART : 1);
    }

    /**
     * How old the newest data may be. A stratum is sealed some time after its end, and the one
     * before may have been cut by a step change: what is asked beyond that cannot be had.
     */
    Duration oldestFresh() {
        Cutover.Sealing sealing = cutover.sealing();
        Duration unavoidable = sealing.after().plus(sealing.stratum().multipliedBy(2));
        Duration asked = cutover.data().freshness();
        return asked.compareTo(unavoidable) > 0 ? asked : unavoidable;
    }

    private static Map<String, Object> describe(
            Cutover cutover, List<Tested> tests, List<TestedQuantile> quantiles) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cutover", cutover.name());
        all.put("method", METHOD);
        all.put("stratumSeconds", cutover.sealing().stratum().toSeconds());
        all.put("sealedAfterSeconds", cutover.sealing().after().toSeconds());
        all.put("metrics", tests.stream().map(CutoverPlan::describe).toList());
        if (!quantiles.isEmpty()) {
            all.put("quantileMethod", QUANTILE_METHOD);
            all.put("quantiles", quantiles.stream().map(CutoverPlan::describe).toList());
        }
        all.put("steps", cutover.steps().stream().map(CutoverPlan::describe).toList());
        all.put(
                "errorAllowance",
                Map.of(
                        "go", cutover.errorAllowance().go(),
                        "noGo", cutover.errorAllowance().noGo()));
        all.put(
                "data",
                Map.of(
                        "freshnessSeconds", cutover.data().freshness().toSeconds(),
                        "minimumEvents", cutover.data().minimumEvents(),
                        "lateShare", cutover.data().lateShare()));
        all.put("objectives", cutover.objectives());
        cutover.capacity().ifPresent(slo -> all.put("capacity", slo));
        cutover.snapshot()
                .flatMap(Cutover.Snapshot::driftMargin)
                .ifPresent(drift -> all.put("driftMargin", drift));
        cutover.snapshot()
                .flatMap(Cutover.Snapshot::baseline)
                .ifPresent(name -> all.put("recordedBaseline", name));
        if (cutover.stratifyBy().isPresent()) {
            all.put("groupPlaces", GroupEvidence.PLACES);
            if (cutover.steps().stream().anyMatch(step -> step.share() >= 1)) {
                all.put("groupMethod", GROUP_METHOD);
            }
        }
        return all;
    }

    private static Map<String, Object> describe(Tested tested) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", tested.metric().name());
        one.put("baselineMeasure", tested.baseline());
        one.put("candidateMeasure", tested.candidate());
        one.put("required", tested.metric().required());
        one.put("weight", tested.weight());
        one.put("target", tested.metric().target().map(BigDecimal::toPlainString).orElse(null));
        tested.metric().ownNoGo().ifPresent(risk -> one.put("ownNoGo", risk));
        tested.metric().floor().ifPresent(floor -> one.put("floor", floor.toPlainString()));
        tested.metric().limit().ifPresent(limit -> one.put("limit", limit.toPlainString()));
        return one;
    }

    private static Map<String, Object> describe(TestedQuantile tested) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("name", tested.name());
        one.put("baselineMeasure", tested.baseline());
        one.put("candidateMeasure", tested.candidate());
        one.put("quantile", tested.metric().quantile().toPlainString());
        one.put("required", tested.metric().required());
        one.put("weight", tested.weight());
        one.put("goMargin", tested.metric().goMargin());
        one.put("noGoMargin", tested.metric().noGoMargin());
        return one;
    }

    private static Map<String, Object> describe(Cutover.Step step) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("share", step.share());
        one.put("goMargin", step.goMargin());
        one.put("noGoMargin", step.noGoMargin());
        one.put("minimumSeconds", step.minimumDuration().toSeconds());
        step.deadline().ifPresent(deadline -> one.put("deadlineSeconds", deadline.toSeconds()));
        step.budget()
                .ifPresent(
                        budget ->
                                one.put(
                                        "budget",
                                        Map.of(
                                                "slo",
                                                budget.slo(),
                                                "allowedBadRatio",
                                                budget.allowedBadRatio().toPlainString(),
                                                "windowSeconds",
                                                budget.window().toSeconds(),
                                                "slice",
                                                budget.slice())));
        if (!step.approvals().isEmpty()) {
            one.put("approvals", step.approvals());
        }
        return one;
    }
}
