package io.sluice.engine.outlook;

import io.sluice.definitions.model.Journey;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.outlook.TrafficLint.Kind;
import io.sluice.engine.slo.JourneyEvaluator;
import io.sluice.engine.slo.JourneyStatus;
import io.sluice.engine.slo.JourneyStatus.StepStatus;
import io.sluice.engine.slo.SliInterval;
import io.sluice.engine.slo.WindowCounts;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds steps of journeys that say nothing at the traffic there is. */
public final class JourneyLints {
    private static final Duration LOOKED_AT = Duration.ofDays(1);

    /** A drop-off that may be anywhere in a fifth of all that it could be says nothing. */
    private static final double TOO_WIDE = 0.2;

    /** Whatever the drop-off, of so many the interval is narrower than {@link #TOO_WIDE}. */
    private static final int NEVER_TOO_FEW = 93;

    private final JourneyEvaluator journeys;

    /**
     * @param journeys of complete history: since when a step is counted that is not yet in force
     *     nobody knows
     */
    public JourneyLints(JourneyEvaluator journeys) {
        this.journeys = journeys;
    }

    void judge(MeasurePlan plan, Journey journey, Instant at, List<TrafficLint> into) {
        JourneyStatus status = journeys.evaluate(plan, journey, LOOKED_AT, at);
        long busiest = status.steps().stream().mapToLong(StepStatus::entered).max().orElseThrow();
        if (busiest == 0) {
            return;
        }
        judge(journey, "", status.steps(), busiest, into);
        for (JourneyStatus.SideStatus side : status.sides()) {
            // A side that nothing has come to yet is none that somebody waits for.
            if (side.steps().stream().anyMatch(step -> step.entered() > 0)) {
                judge(journey, side.side().name() + "/", side.steps(), busiest, into);
            }
        }
    }

    private static void judge(
            Journey journey,
            String side,
            List<StepStatus> steps,
            long busiest,
            List<TrafficLint> into) {
        for (StepStatus step : steps) {
            String place = side + step.step().name();
            if (step.entered() == 0 && (side.isEmpty() || step.measured())) {
                into.add(
                        lint(
                                Kind.STEP_UNMEASURED,
                                journey,
                                place,
                                busiest,
                                0,
                                "nothing entered it in the last day, while another step had "
                                        + busiest));
            } else if (step.droppedOff().isPresent()) {
                tooFew(step).ifPresent(says -> into.add(few(journey, place, step, says)));
            }
        }
    }

    private static TrafficLint few(Journey journey, String place, StepStatus step, String says) {
        return lint(Kind.STEP_TOO_FEW, journey, place, step.completed(), NEVER_TOO_FEW, says);
    }

    private static Optional<String> tooFew(StepStatus step) {
        long dropped = step.droppedOff().orElseThrow();
        if (step.completed() == 0 || dropped < 0) {
            return Optional.empty();
        }
        WindowCounts stayed =
                new WindowCounts(
                        1000 * (step.completed() - dropped), 1000 * step.completed(), 0, 0);
        return SliInterval.of(stayed, step.completed())
                .filter(interval -> interval.high() - interval.low() > TOO_WIDE)
                .map(
                        interval ->
                                String.format(
                                        Locale.ROOT,
                                        "of %d that completed it in the last day %d dropped off:"
                                                + " 95 %% likely between %.0f and %.0f %%",
                                        step.completed(),
                                        dropped,
                                        100 * (1 - interval.high()),
                                        100 * (1 - interval.low())));
    }

    private static TrafficLint lint(
            Kind kind, Journey journey, String place, long events, long needed, String says) {
        return new TrafficLint(
                kind,
                journey.name(),
                OptionalInt.empty(),
                Optional.of(place),
                events,
                needed,
                says);
    }
}
