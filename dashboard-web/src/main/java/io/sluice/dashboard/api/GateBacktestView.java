package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.GateBacktest;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** {@code POST /api/v1/cutovers/{name}/backtest}. */
record GateBacktestView(
        String cutover,
        Instant from,
        Instant to,
        @Described(
                        "The run whose steps were taken; null where they were read off"
                                + " the traffic.")
                @Nullable String run,
        List<Said> verdicts,
        List<Replay> replays,
        List<Drift> drifts,
        @Described(
                        "Margins that the baseline itself does not keep, and steps that"
                                + " cannot decide before their deadline, in words.")
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

    @Described(name = "GateVerdict")
    record Said(
            Instant at,
            DecisionView.StepView step,
            long secondsAfterStep,
            @OneOf(Decision.Verdict.class) String decision,
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

    @Described(
            name = "SelfReplay",
            value = "The baseline against itself, hour by hour: every NO_GO is wrong.")
    record Replay(
            int step,
            double share,
            double goMargin,
            double noGoMargin,
            int hours,
            int noGo,
            int go,
            @Described("Of hours with a NO_GO.") double rate,
            @Described("Lower 95 % bound of the rate.") double low95,
            @Described("Upper 95 % bound of the rate.") double high95) {
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

    @Described(
            "How far a bad ratio goes from one hour to the next by itself," + " in 19 of 20 hours.")
    record Drift(String metric, double factor, int hours) {}
}
