package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.Forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Says how long a GO will take if traffic and error ratios stay as they are. */
final class Forecaster {
    private Forecaster() {}

    /** The slowest required metric's events, and the time they take. */
    static Forecast forecast(
            RunState state, Run.StepReport step, List<StepMetric> metrics, Instant now) {
        List<StepMetric> required =
                metrics.stream().filter(metric -> metric.tested().metric().required()).toList();
        Duration minimum = state.plan().step(step.index()).minimumDuration();
        long seconds =
                Math.max(0, Duration.between(now, step.startedAt().plus(minimum)).toSeconds());
        long events = 0;
        boolean flowing = true;
        for (StepMetric metric : required) {
            OptionalLong proof = metric.candidateEventsToGo();
            if (proof.isEmpty()) {
                return Forecast.UNKNOWN;
            }
            long minimumEvents = state.plan().cutover().data().minimumEvents();
            long missing = Math.max(proof.getAsLong(), minimumEvents - metric.candidateTotal());
            if (missing > 0) {
                double perSecond = state.window().candidatePerSecond(metric.tested());
                flowing &= perSecond > 0;
                events = Math.max(events, missing);
                seconds = Math.max(seconds, (long) Math.ceil(missing / perSecond));
            }
        }
        for (StepQuantile quantile : state.evidence().quantiles(step.index())) {
            if (quantile.tested().metric().required()) {
                OptionalLong proof = quantile.candidateEventsToGo();
                double perSecond = state.window().candidatePerSecond(quantile.tested());
                if (proof.isEmpty()) {
                    return Forecast.UNKNOWN;
                }
                events = Math.max(events, proof.getAsLong());
                flowing &= proof.getAsLong() == 0 || perSecond > 0;
                seconds =
                        perSecond > 0
                                ? Math.max(seconds, (long) Math.ceil(proof.getAsLong() / perSecond))
                                : seconds;
            }
        }
        return required.isEmpty()
                ? Forecast.UNKNOWN
                : new Forecast(
                        OptionalLong.of(events),
                        flowing ? OptionalLong.of(seconds) : OptionalLong.empty());
    }
}
