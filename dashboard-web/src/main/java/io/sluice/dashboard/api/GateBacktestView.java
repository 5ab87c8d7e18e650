package io.sluice.dashboard.api;

import io.sluice.engine.cutover.GateBacktest;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** {@code POST /api/v1/cutovers/{name}/backtest}. */
record GateBacktestView(
        String cutover,
        Instant from,
        Instant to,
        @Nullable String run,
        List<Said> verdicts,
        List<Replay> replays,
        List<Drift> drifts,
        List<String> refusals) {

    static GateBacktestView of(GateBacktest backtest) {
        return new GateBacktestView(
                backtest.cutover(),
                backtest.from(),
                backtest.to(),
                Views.orNull(backtest.run().map(Views::run)),
                backtest.verdicts().stream().map(Said::of).toList(),
                backtest.replays().stream().map(Replay::of).toList(),
                backtest.drifts().stream()
                        .map(drift -> new Drift(drift.metric(), drift.factor(), drift.hours()))
                        .toList(),
                backtest.refusals());
    }

    record Said(
            Instant at,
            DecisionView.StepView step,
            long secondsAfterStep,
            String decision,
            List<DecisionView.ReasonView> reasons) {
        static Said of(GateBacktest.Said said) {
            return new Said(
                    said.at(),
                    DecisionView.StepView.of(said.step()),
                    said.afterStep().toSeconds(),
                    said.verdict().name(),
                    said.reasons().stream().map(DecisionView.ReasonView::of).toList());
        }
    }

    record Replay(
            int step,
            double share,
            double goMargin,
            double noGoMargin,
            int hours,
            int noGo,
            int go,
            double rate,
            double low95,
            double high95) {
        static Replay of(GateBacktest.Replay replay) {
            return new Replay(
                    replay.step(),
                    replay.share(),
                    replay.goMargin(),
                    replay.noGoMargin(),
                    replay.hours(),
                    replay.noGo(),
                    replay.go(),
                    replay.rate(),
                    replay.low95(),
                    replay.high95());
        }
    }

    record Drift(String metric, double factor, int hours) {}
}
