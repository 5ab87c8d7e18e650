package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.cutover.GateBacktest.Said;
import io.sluice.engine.series.SeriesReader;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a cutover's gate over stored history: seals what was counted, interval by interval, and
 * decides after each, with the classes that do so for real ({@link Sealer}, {@link Gate}). On final
 * data: what came late is there. Pages, people and capacity are not looked at. Immutable; as
 * thread-safe as the series.
 */
final class GateReplay {
    private final SeriesReader series;
    private final Map<String, RecordedBaselines.Counts> recorded;
    private final CutoverPlan plan;

    /**
     * @param recorded what was counted of the baseline that the plan names, by measure
     */
    GateReplay(
            SeriesReader series, CutoverPlan plan, Map<String, RecordedBaselines.Counts> recorded) {
        this.series = series;
        this.recorded = recorded;
        this.plan = plan.unattended();
    }

    /**
     * What would have been said: the first GO of each step, and the NO_GO, which is the last.
     *
     * @param steps as they were reported, in order; read off the traffic where there are none
     */
    List<Said> verdicts(
            Instant from,
            Instant to,
            List<Run.StepReport> steps,
            Map<String, Dispersion> dispersions) {
        RunState state =
                RunState.started(
                        plan, GateBacktest.run(plan, 1, from), dispersions, Optional.empty());
        state.recorded(recorded);
        Sealer sealer = new Sealer(series);
        Duration after = plan.cutover().sealing().after();
        List<Said> said = new ArrayList<>();
        int entered = 0;
        Instant end = from;
        while (!end.isAfter(to)) {
            end = end.plus(plan.cutover().sealing().stratum());
            while (entered < steps.size() && !steps.get(entered).startedAt().isAfter(end)) {
                state.enter(steps.get(entered++), false);
            }
            Instant now = end.plus(after);
            sealer.seal(state, now);
            Decision decision = Gate.decide(state, now, Outside.QUIET);
            if (decision.verdict() == Verdict.HOLD || isSaid(said, decision)) {
                continue;
            }
            said.add(said(decision));
            if (decision.isFinal()) {
                break;
            }
        }
        return said;
    }

    private static boolean isSaid(List<Said> said, Decision decision) {
        Optional<Run.StepReport> step = decision.step();
        return decision.verdict() == Verdict.GO
                && said.stream().anyMatch(one -> Optional.of(one.step()).equals(step));
    }

    /** GO and NO_GO are about a step. */
    private static Said said(Decision decision) {
        Run.StepReport step = decision.step().orElseThrow();
        return new Said(
                decision.evaluatedAt(),
                step,
                Duration.between(step.startedAt(), decision.evaluatedAt()),
                decision.verdict(),
                decision.reasons());
    }
}
