package io.sluice.engine.cutover;

import io.sluice.engine.cutover.GateBacktest.Drift;
import io.sluice.engine.cutover.GateBacktest.Replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Says which margins the baseline itself does not keep, and which it would. */
final class MarginRefusals {
    private MarginRefusals() {}

    static List<String> of(CutoverPlan plan, List<Replay> replays, List<Drift> drifts) {
        List<String> refusals = new ArrayList<>();
        double allowed = plan.noGoRisk();
        for (Replay replay : replays) {
            if (replay.low95() > allowed) {
                refusals.add(
                        step(plan, replay.step())
                                + ": the baseline against itself is told NO_GO in "
                                + replay.noGo()
                                + " of "
                                + replay.hours()
                                + " hours ("
                                + Words.percent(replay.rate())
                                + ", at least "
                                + Words.percent(replay.low95())
                                + "); allowed are "
                                + Words.percent(allowed));
            }
        }
        refusals.addAll(ofDrift(plan, Map.of(), drifts));
        return refusals;
    }

    /**
     * Steps that compare with a snapshot and whose margins are narrower than the baseline drifts.
     *
     * @param variations what margins are widened by
     */
    static List<String> ofDrift(
            CutoverPlan plan, Map<String, Dispersion> variations, List<Drift> drifts) {
        List<String> refusals = new ArrayList<>();
        for (int step = 0; step < plan.cutover().steps().size(); step++) {
            for (Drift drift : drifts) {
                double margin =
                        plan.noGoMargin(
                                step,
                                variations.getOrDefault(drift.metric(), Dispersion.UNMEASURED));
                if (plan.needsSnapshot(step) && drift.factor() > margin) {
                    refusals.add(
                            step(plan, step)
                                    + ": it compares with a snapshot, and "
                                    + drift.metric()
                                    + " drifts by x"
                                    + Words.factor(drift.factor())
                                    + " from hour to hour by itself; the NO_GO margin times"
                                    + " spec.snapshot.driftMargin must be at least that, and is "
                                    + Words.margin(margin));
                }
            }
        }
        return refusals;
    }

    private static String step(CutoverPlan plan, int step) {
        return "step " + step + " (share " + Words.percent(plan.step(step).share()) + ")";
    }
}
