package io.sluice.engine.cutover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Says which steps cannot prove a GO before their deadline at the traffic there is. */
final class PlanCheck {
    private PlanCheck() {}

    /**
     * Every required metric in every step with a deadline, for a candidate that is as good as the
     * baseline.
     *
     * @param levels of the baseline, by metric; what is missing was not counted
     */
    static List<String> of(
            CutoverPlan plan,
            Map<String, BaselineHistory.Level> levels,
            Map<String, Dispersion> dispersions) {
        List<String> refusals = new ArrayList<>();
        for (int step = 0; step < plan.cutover().steps().size(); step++) {
            Duration deadline = plan.step(step).deadline().orElse(null);
            for (CutoverPlan.Tested tested : plan.tests()) {
                String name = tested.metric().name();
                BaselineHistory.Level level = levels.get(name);
                if (deadline == null || level == null || !tested.metric().required()) {
                    continue;
                }
                Dispersion dispersion = dispersions.getOrDefault(name, Dispersion.UNMEASURED);
                OptionalDouble events = eventsToGo(plan, step, level.badRatio(), dispersion);
                double perSecond = level.eventsPerSecond() * plan.step(step).share();
                if (events.isEmpty() || events.getAsDouble() > perSecond * deadline.toSeconds()) {
                    refusals.add(
                            refusal(plan, step, name, level, perSecond, events)
                                    + "; the deadline is "
                                    + Words.time(deadline));
                }
            }
        }
        return refusals;
    }

    private static String refusal(
            CutoverPlan plan,
            int step,
            String metric,
            BaselineHistory.Level level,
            double perSecond,
            OptionalDouble events) {
        String time =
                events.isEmpty()
                        ? "no time is enough"
                        : "it takes about "
                                + Words.count(
                                        (long) Math.ceil(events.getAsDouble() / perSecond / 60))
                                + " min";
        return ("step %d (share %s): at %s events a minute, of which %s are bad, %s to rule out that"
                        + " %s is worse than %s for a candidate as good as the baseline")
                .formatted(
                        step,
                        Words.percent(plan.step(step).share()),
                        Words.count(Math.round(60 * level.eventsPerSecond())),
                        Words.percent(level.badRatio()),
                        time,
                        metric,
                        Words.margin(plan.goMargin(step)));
    }

    /** The candidate's; empty where no number of them is enough. */
    static OptionalDouble eventsToGo(
            CutoverPlan plan, int step, double badRatio, Dispersion dispersion) {
        double needed = -Math.log(plan.sequentialGoRisk(step));
        double margin = plan.goMargin(step);
        EvidenceProcess fresh = EvidenceProcess.thatItIsLess(dispersion.factor());
        if (plan.needsSnapshot(step)) {
            return fresh.timeUntil(needed, badRatio, 1, margin * badRatio);
        }
        double perCandidate = (1 - plan.step(step).share()) / plan.step(step).share();
        return fresh.timeUntil(
                needed,
                badRatio,
                badRatio * (1 + perCandidate),
                EvidenceProcess.candidateShareOfErrors(margin, perCandidate, 1));
    }
}
