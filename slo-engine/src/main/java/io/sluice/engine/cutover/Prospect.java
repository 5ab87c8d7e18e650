package io.sluice.engine.cutover;

import io.sluice.engine.series.SeriesReader;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a run of a plan that began now would have to expect, by the baseline's last three days.
 *
 * @param dispersions of the baseline, by metric: the run's evidence would be tempered by them
 * @param report what the plan takes, and why it is refused if it is
 */
record Prospect(Map<String, Dispersion> dispersions, PlanReport report) {

    /** Takes processor time in proportion to three days of the baseline's series. */
    static Prospect of(
            CutoverPlan plan, SeriesReader series, RecordedBaselines recorded, Instant now) {
        BaselineHistory history = new BaselineHistory(series, plan, now);
        Map<String, Dispersion> dispersions = history.variations();
        return new Prospect(
                dispersions,
                new PlanCheck(plan, history.levels(), dispersions)
                        .report(
                                now,
                                plan.endsWithSnapshot() ? history.drifts(dispersions) : List.of(),
                                plan.recordedBaseline().flatMap(recorded::find)));
    }
}
