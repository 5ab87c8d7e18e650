package io.sluice.engine.cutover;

import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredRun;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries a cutover's gate on stored history: on both sides as they were ({@link GateReplay}), and on
 * the baseline alone ({@link SelfReplay}). It looks at no current run and changes nothing.
 * Immutable; as thread-safe as the series and the store, and it waits for both.
 */
final class GateBacktester {

    /** Hours that end later than this ago are kept as finely as they were counted. */
    private static final Duration FINELY_KEPT = Duration.ofHours(46);

    /** The same of hours of values. */
    private static final Duration VALUES_FINELY_KEPT = Duration.ofHours(5);

    private final Store store;
    private final SeriesReader series;
    private final RecordedBaselines recorded;

    GateBacktester(Store store, SeriesReader series, RecordedBaselines recorded) {
        this.store = store;
        this.series = series;
        this.recorded = recorded;
    }

    /**
     * @param inForce the plan as it is defined now
     * @param from before {@code to}
     */
    GateBacktest backtest(CutoverPlan inForce, Instant from, Instant to, Instant now) {
        CutoverPlan plan = asFinelyAsKept(inForce, from, now);
        Optional<StoredRun> stored =
                store.runs(plan.name()).stream()
                        .filter(run -> run.startedAtMillis() >= from.toEpochMilli())
                        .filter(run -> run.startedAtMillis() < to.toEpochMilli())
                        .findFirst();
        Instant begin = stored.map(run -> Instant.ofEpochMilli(run.startedAtMillis())).orElse(from);
        List<Run.StepReport> steps =
                stored.map(run -> store.steps(plan.name(), run.run())).orElse(List.of()).stream()
                        .map(RunState::stepOf)
                        .toList();
        BaselineHistory history = new BaselineHistory(series, plan, begin);
        Map<String, Dispersion> dispersions = history.variations();
        List<GateBacktest.Replay> replays =
                new SelfReplay(series, plan, dispersions)
                        .replays(from.getEpochSecond(), to.getEpochSecond());
        BaselineHistory lately = new BaselineHistory(series, plan, to);
        List<GateBacktest.Drift> drifts =
                plan.endsWithSnapshot() ? lately.drifts(dispersions) : List.of();
        return new GateBacktest(
                plan.name(),
                from,
                to,
                stored.map(StoredRun::run),
                new GateReplay(
                                series,
                                plan,
                                plan.recordedBaseline().flatMap(recorded::find).orElse(Map.of()))
                        .verdicts(begin, to, steps, dispersions),
                replays,
                drifts,
                Stream.concat(
                                MarginRefusals.of(plan, replays, drifts).stream(),
                                new PlanCheck(plan, lately.levels(), dispersions)
                                        .refusals().stream())
                        .toList());
    }

    /** Values by the stratum are there for a few hours, counts for two days. */
    private static CutoverPlan asFinelyAsKept(CutoverPlan plan, Instant from, Instant now) {
        CutoverPlan coarse =
                from.isBefore(now.minus(FINELY_KEPT))
                        ? plan.withStratumOfAtLeast(Duration.ofSeconds(Dispersion.MINUTE))
                        : plan;
        return from.isBefore(now.minus(VALUES_FINELY_KEPT)) ? coarse.withoutQuantiles() : coarse;
    }
}
