package io.sluice.engine;

import io.sluice.definitions.model.Slo;
import io.sluice.engine.alert.AlertEngine;
import io.sluice.engine.backtest.Backtest;
import io.sluice.engine.baseline.Baselines;
import io.sluice.engine.cutover.CutoverDesk;
import io.sluice.engine.fold.Fold;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.migration.Attestations;
import io.sluice.engine.migration.MigrationEvaluator;
import io.sluice.engine.outlook.JourneyLints;
import io.sluice.engine.outlook.TrafficLints;
import io.sluice.engine.results.ResultsCalculator;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.JourneyEvaluator;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.store.Store;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What judges counts: one object of each feature, in the order in which they build on each other.
 * Each is thread-safe; {@link #alerts} and {@link #cutovers} have state, which the apply thread
 * moves on at each tick and stores with each checkpoint.
 */
record Features(
        Fold fold,
        SeriesTable series,
        SloEvaluator slos,
        JourneyEvaluator journeys,
        Backtest backtest,
        TrafficLints lints,
        AlertEngine alerts,
        Baselines baselines,
        CutoverDesk cutovers,
        ResultsCalculator results,
        Attestations attestations,
        MigrationEvaluator migrations) {

    /**
     * Over what was counted, with what the store has of alerts and cutovers.
     *
     * @param now since when the engine listens
     */
    static Features of(
            Fold fold, SeriesTable series, Store store, EngineSettings settings, Instant now) {
        History history = new FoldHistory(fold);
        SloEvaluator slos = new SloEvaluator(series, history);
        AlertEngine alerts =
                new AlertEngine(
                        slos,
                        series,
                        fold.exemplars(),
                        store,
                        settings.receivers(),
                        settings.baseUrl(),
                        now);
        Baselines baselines = new Baselines(store, series);
        ResultsCalculator results = new ResultsCalculator(series, store);
        Attestations attestations = new Attestations(store);
        return new Features(
                fold,
                series,
                slos,
                new JourneyEvaluator(series, history),
                new Backtest(series, slos),
                new TrafficLints(
                        slos,
                        series,
                        history,
                        new JourneyLints(new JourneyEvaluator(series, History.COMPLETE))),
                alerts,
                baselines,
                new CutoverDesk(
                        store,
                        series,
                        fold::plan,
                        alerts::pageFiring,
                        (slo, at) -> provenPerMinute(slos, fold.plan(), slo, at),
                        baselines::counts),
                results,
                attestations,
                new MigrationEvaluator(series, slos, results, history, attestations));
    }

    private static OptionalLong provenPerMinute(
            SloEvaluator slos, MeasurePlan plan, String slo, Instant at) {
        return find(plan, slo)
                .flatMap(found -> slos.capacity(plan, found, at))
                .map(capacity -> OptionalLong.of(capacity.highestProvenPerMinute()))
                .orElse(OptionalLong.empty());
    }

    /** What is in force at present. */
    MeasurePlan plan() {
        return fold.plan();
    }

    /** The SLO of a name. */
    static Optional<Slo> find(MeasurePlan plan, String slo) {
        return Optional.ofNullable(plan.definitions().slos().get(slo));
    }
}
