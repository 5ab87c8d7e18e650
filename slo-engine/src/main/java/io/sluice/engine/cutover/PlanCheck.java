package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.PlanReport.Baseline;
import io.sluice.engine.cutover.PlanReport.Expected;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Says what a plan takes at the traffic there is, and which steps cannot work. Immutable. */
final class PlanCheck {

    /** What may be tried instead of a share that is too small. */
    private static final double[] LARGER_SHARES = {0.02, 0.05, 0.1, 0.2, 0.25, 0.5};

    private final CutoverPlan plan;
    private final Map<String, BaselineHistory.Level> levels;
    private final Map<String, Dispersion> variations;

    /**
     * @param levels of the baseline, by metric; what is missing was not counted
     */
    PlanCheck(
            CutoverPlan plan,
            Map<String, BaselineHistory.Level> levels,
            Map<String, Dispersion> variations) {
        this.plan = plan;
        this.levels = levels;
        this.variations = variations;
    }

    /**
     * @param drifts that were measured, by metric
     * @param recorded of the baseline that the plan names, by measure
     */
    PlanReport report(
            Instant now,
            List<GateBacktest.Drift> drifts,
            Optional<Map<String, RecordedBaselines.Counts>> recorded) {
        List<String> refusals = new ArrayList<>(MarginRefusals.ofDrift(plan, variations, drifts));
        refusals.addAll(refusals());
        refusals.addAll(overBudget());
        plan.recordedBaseline().ifPresent(name -> refusals.addAll(unrecorded(name, recorded)));
        return new PlanReport(
                plan.name(),
                now,
                plan.tests().stream().map(tested -> baseline(tested, drifts)).toList(),
                IntStream.range(0, plan.cutover().steps().size()).mapToObj(this::step).toList(),
                refusals);
    }

    /** Steps in which an equal candidate spends its slice of the budget, or all but. */
    private List<String> overBudget() {
        List<String> refusals = new ArrayList<>();
        for (int step = 0; step < plan.cutover().steps().size(); step++) {
            for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
                OptionalDouble room = plan.budgetRoom(step, variation(tested));
                if (tested.required()
                        && room.isPresent()
                        && room.getAsDouble() < CutoverPlan.LOWEST_BUDGET_MARGIN) {
                    Cutover.BudgetSlice budget = plan.step(step).budget().orElseThrow();
                    refusals.add(
                            ("step %d (share %s): %s of %s's error budget is spent by x%s the bad"
                                            + " ratio that the baseline's %s has by itself; a"
                                            + " larger slice, a smaller share or less time leaves"
                                            + " a margin")
                                    .formatted(
                                            step,
                                            Words.percent(plan.step(step).share()),
                                            Words.percent(budget.slice()),
                                            budget.slo(),
                                            Words.factor(room.getAsDouble()),
                                            tested.name()));
                }
            }
        }
        return refusals;
    }

    private List<String> unrecorded(
            String name, Optional<Map<String, RecordedBaselines.Counts>> recorded) {
        if (recorded.isEmpty()) {
            return List.of(
                    "baseline "
                            + name
                            + " is to stand in where nothing of the live one is left, and is not"
                            + " recorded; record it first");
        }
        return plan.testsWithBaseline().stream()
                .filter(tested -> !recorded.get().containsKey(tested.baseline()))
                .map(
                        tested ->
                                "baseline "
                                        + name
                                        + " has no event of "
                                        + tested.name()
                                        + " as it is defined now")
                .toList();
    }

    private Baseline baseline(CutoverPlan.Tested tested, List<GateBacktest.Drift> drifts) {
        BaselineHistory.Level level = levels.get(tested.name());
        return new Baseline(
                tested.name(),
                level == null
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(Math.rint(60_000 * level.eventsPerSecond()) / 1_000),
                level == null ? OptionalDouble.empty() : OptionalDouble.of(level.badRatio()),
                variation(tested).factor(),
                drifts.stream()
                        .filter(drift -> drift.metric().equals(tested.name()))
                        .mapToDouble(GateBacktest.Drift::factor)
                        .findFirst());
    }

    private Dispersion variation(CutoverPlan.Tested tested) {
        return variations.getOrDefault(tested.name(), Dispersion.UNMEASURED);
    }

    private PlanReport.Step step(int index) {
        double share = plan.step(index).share();
        return new PlanReport.Step(
                index,
                share,
                plan.step(index).deadline(),
                plan.tests().stream().map(tested -> expected(index, share, tested)).toList());
    }

    private Expected expected(int step, double share, CutoverPlan.Tested tested) {
        Dispersion variation = variation(tested);
        BaselineHistory.Level level = levels.get(tested.name());
        OptionalDouble events =
                level == null || tested.hasLimit()
                        ? OptionalDouble.empty()
                        : eventsToGo(plan, step, share, level.badRatio(), variation);
        return new Expected(
                tested.name(),
                tested.metric().required(),
                plan.goMargin(step, variation),
                plan.noGoMargin(step, variation),
                rounded(events, 1),
                level == null
                        ? OptionalLong.empty()
                        : rounded(events, 1 / (level.eventsPerSecond() * share)));
    }

    private static OptionalLong rounded(OptionalDouble value, double times) {
        return value.isPresent()
                ? OptionalLong.of((long) Math.ceil(value.getAsDouble() * times))
                : OptionalLong.empty();
    }

    /**
     * Every required metric in every step with a deadline, for a candidate that is as good as the
     * baseline.
     */
    List<String> refusals() {
        List<String> refusals = new ArrayList<>();
        for (int step = 0; step < plan.cutover().steps().size(); step++) {
            Duration deadline = plan.step(step).deadline().orElse(null);
            for (CutoverPlan.Tested tested : plan.testsWithBaseline()) {
                if (deadline != null
                        && tested.required()
                        && levels.containsKey(tested.name())
                        && !isInTime(step, plan.step(step).share(), tested, deadline)) {
                    refusals.add(refusal(step, tested, deadline));
                }
            }
        }
        return refusals;
    }

    private boolean isInTime(int step, double share, CutoverPlan.Tested tested, Duration deadline) {
        OptionalLong seconds = expected(step, share, tested).seconds();
        return seconds.isPresent() && seconds.getAsLong() <= deadline.toSeconds();
    }

    private String refusal(int step, CutoverPlan.Tested tested, Duration deadline) {
        double share = plan.step(step).share();
        BaselineHistory.Level level =
                levels.getOrDefault(tested.name(), BaselineHistory.Level.NONE);
        OptionalLong seconds = expected(step, share, tested).seconds();
        String time =
                seconds.isEmpty()
                        ? "no time is enough"
                        : "it takes about " + minutes(seconds.getAsLong());
        return ("step %d (share %s): at %s events a minute, of which %s are bad, %s to rule out that"
                        + " %s is worse than %s for a candidate as good as the baseline%s; the"
                        + " deadline is %s")
                .formatted(
                        step,
                        Words.percent(share),
                        Words.count(Math.round(60 * level.eventsPerSecond())),
                        Words.percent(level.badRatio()),
                        time,
                        tested.name(),
                        Words.margin(plan.goMargin(step, variation(tested))),
                        instead(step, tested, deadline),
                        Words.time(deadline));
    }

    /** The smallest share that would do; nothing is said of a step without live baseline. */
    private String instead(int step, CutoverPlan.Tested tested, Duration deadline) {
        if (plan.needsSnapshot(step)) {
            return "";
        }
        OptionalDouble share =
                DoubleStream.of(LARGER_SHARES)
                        .filter(larger -> larger > plan.step(step).share())
                        .filter(larger -> isInTime(step, larger, tested, deadline))
                        .findFirst();
        return share.isEmpty()
                ? ""
                : ", at a share of "
                        + Words.percent(share.getAsDouble())
                        + " about "
                        + minutes(
                                expected(step, share.getAsDouble(), tested)
                                        .seconds()
                                        .orElseThrow());
    }

    private static String minutes(long seconds) {
        return Words.count(Math.ceilDiv(seconds, 60)) + " min";
    }

    /** The candidate's; empty where no number of them is enough. */
    static OptionalDouble eventsToGo(
            CutoverPlan plan, int step, double badRatio, Dispersion dispersion) {
        return eventsToGo(plan, step, plan.step(step).share(), badRatio, dispersion);
    }

    private static OptionalDouble eventsToGo(
            CutoverPlan plan, int step, double share, double badRatio, Dispersion dispersion) {
        double needed = -Math.log(plan.sequentialGoRisk(step));
        double margin = plan.goMargin(step, dispersion);
        EvidenceProcess fresh = EvidenceProcess.thatItIsLess(dispersion.factor());
        if (plan.needsSnapshot(step)) {
            return fresh.timeUntil(needed, badRatio, 1, margin * badRatio);
        }
        double perCandidate = (1 - share) / share;
        return fresh.timeUntil(
                needed,
                badRatio,
                badRatio * (1 + perCandidate),
                EvidenceProcess.candidateShareOfErrors(margin, perCandidate, 1));
    }
}
