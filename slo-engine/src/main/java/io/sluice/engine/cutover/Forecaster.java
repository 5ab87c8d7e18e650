package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.Forecast;
import io.sluice.engine.cutover.Decision.NextShare;
import io.sluice.engine.cutover.RunEvidence.Finding;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Says how long a verdict will take if traffic and error ratios stay as they are, and how long it
 * would take at the next planned share. Expectations, not promises: one proof in ten takes two and
 * a half times as long.
 */
final class Forecaster {
    private final RunState state;
    private final CutoverPlan plan;
    private final Run.StepReport step;
    private final List<StepMetric> metrics;
    private final Instant now;

    private Forecaster(RunState state, Run.StepReport step, List<StepMetric> metrics, Instant now) {
        this.state = state;
        this.plan = state.plan();
        this.step = step;
        this.metrics = metrics;
        this.now = now;
    }

    static Forecast forecast(
            RunState state, Run.StepReport step, List<StepMetric> metrics, Instant now) {
        return new Forecaster(state, step, metrics, now).forecast();
    }

    private Forecast forecast() {
        Proofs go = toGo();
        Proofs noGo = toNoGo();
        return new Forecast(go.events, go.seconds, noGo.events, noGo.seconds, next());
    }

    /** Events of the candidate, and the time in which they come. */
    private record Proofs(OptionalLong events, OptionalLong seconds) {
        static final Proofs NEVER = new Proofs(OptionalLong.empty(), OptionalLong.empty());
    }

    /** The slowest required metric's or quantile's. */
    private Proofs toGo() {
        Duration minimum = plan.step(step.index()).minimumDuration();
        long seconds =
                Math.max(0, Duration.between(now, step.startedAt().plus(minimum)).toSeconds());
        long events = 0;
        boolean flowing = true;
        boolean any = false;
        for (CutoverPlan.Compared compared : plan.compared()) {
            if (!isRequired(compared)) {
                continue;
            }
            OptionalLong missing = missing(compared);
            if (missing.isEmpty()) {
                return Proofs.NEVER;
            }
            any = true;
            if (missing.getAsLong() > 0) {
                double perSecond = state.window().candidatePerSecond(compared);
                flowing &= perSecond > 0;
                events = Math.max(events, missing.getAsLong());
                seconds = Math.max(seconds, (long) Math.ceil(missing.getAsLong() / perSecond));
            }
        }
        return any
                ? new Proofs(
                        OptionalLong.of(events),
                        flowing ? OptionalLong.of(seconds) : OptionalLong.empty())
                : Proofs.NEVER;
    }

    private static boolean isRequired(CutoverPlan.Compared compared) {
        return switch (compared) {
            case CutoverPlan.Tested tested -> tested.metric().required();
            case CutoverPlan.TestedQuantile tested -> tested.metric().required();
        };
    }

    /** How many of the candidate's events a required proof still takes. */
    private OptionalLong missing(CutoverPlan.Compared compared) {
        long minimum = plan.cutover().data().minimumEvents();
        return switch (compared) {
            case CutoverPlan.Tested tested -> {
                if (metrics.isEmpty()) {
                    yield OptionalLong.empty();
                }
                StepMetric metric = metrics.get(tested.index());
                yield atLeast(metric.candidateEventsToGo(), minimum - metric.candidateTotal());
            }
            case CutoverPlan.TestedQuantile tested -> {
                List<StepQuantile> quantiles = state.evidence().quantiles(step.index());
                if (quantiles.isEmpty()) {
                    yield OptionalLong.empty();
                }
                StepQuantile quantile = quantiles.get(tested.index());
                yield atLeast(quantile.candidateEventsToGo(), minimum - quantile.candidateTotal());
            }
        };
    }

    private static OptionalLong atLeast(OptionalLong events, long fewest) {
        return events.isPresent() ? OptionalLong.of(Math.max(events.getAsLong(), fewest)) : events;
    }

    /** The quickest metric's, whether or not it is required. */
    private Proofs toNoGo() {
        Proofs quickest = Proofs.NEVER;
        for (StepMetric metric : metrics) {
            Finding worse = new Finding(metric.tested(), Finding.Kind.REGRESSION);
            OptionalLong events =
                    metric.candidateEventsToNoGo(
                            state.evidence().neededInStep(worse, step.index()));
            double perSecond = state.window().candidatePerSecond(metric.tested());
            if (events.isPresent() && perSecond > 0) {
                long seconds = (long) Math.ceil(events.getAsLong() / perSecond);
                if (seconds < quickest.seconds.orElse(Long.MAX_VALUE)) {
                    quickest = new Proofs(events, OptionalLong.of(seconds));
                }
            }
        }
        return quickest;
    }

    private Optional<NextShare> next() {
        int next = step.index() + 1;
        if (next >= plan.cutover().steps().size() || metrics.isEmpty()) {
            return Optional.empty();
        }
        double share = plan.step(next).share();
        double seconds = plan.step(next).minimumDuration().toSeconds();
        for (StepMetric metric : metrics) {
            if (metric.tested().required() && !metric.tested().hasLimit()) {
                double perSecond = state.window().eventsPerSecond(metric.tested()) * share;
                OptionalDouble ratio = metric.baselineRatio();
                OptionalDouble events =
                        ratio.isPresent()
                                ? PlanCheck.eventsToGo(
                                        plan, next, ratio.getAsDouble(), metric.dispersion())
                                : ratio;
                if (events.isEmpty() || perSecond <= 0) {
                    return Optional.empty();
                }
                seconds = Math.max(seconds, events.getAsDouble() / perSecond);
            }
        }
        return Optional.of(new NextShare(share, (long) Math.ceil(seconds)));
    }
}
