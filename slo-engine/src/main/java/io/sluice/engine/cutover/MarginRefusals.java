package io.sluice.engine.cutover;

import io.sluice.engine.cutover.GateBacktest.Drift;
import io.sluice.engine.cutover.GateBacktest.Replay;

import java.util.ArrayList;
import java.util.List;

/** Says which margins the baseline itself does not keep, and which it would. */
final class MarginRefusals {
    private MarginRefusals() {}

    static List<String> of(CutoverPlan plan, List<Replay> replays, List<Drift> drifts) {
        List<String> refusals = new ArrayList<>();
        double allowed = plan.cutover().errorAllowance().noGo();
        for (Replay replay : replays) {
            if (replay.low95() > allowed) {
                refusals.add(
                        step(replay)
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
            if (plan.needsSnapshot(replay.step())) {
                for (Drift drift : drifts) {
                    if (drift.factor() > replay.noGoMargin()) {
                        refusals.add(
                                step(replay)
                                        + ": it compares with a snapshot, and "
                                        + drift.metric()
                                        + " drifts by x"
                                        + Words.factor(drift.factor())
                                        + " from hour to hour by itself; the NO_GO margin times"
                                        + " spec.snapshot.driftMargin must be at"
                                        + " least that, and is "
                                        + Words.margin(replay.noGoMargin()));
                    }
                }
            }
        }
        return refusals;
    }

    private static String step(Replay replay) {
        return "step " + replay.step() + " (share " + Words.percent(replay.share()) + ")";
    }
}
