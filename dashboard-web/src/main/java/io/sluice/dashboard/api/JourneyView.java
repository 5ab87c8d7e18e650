package io.sluice.dashboard.api;

import io.sluice.dashboard.http.Moment;
import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.slo.JourneyStatus;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** A journey, and who went how far in a time. */
@Described(
        "Events are counted, not customers. steps has all events, those"
                + " of neither side included.")
record JourneyView(
        String name,
        String displayName,
        String service,
        @Moment Instant from,
        @Moment Instant to,
        SloView.Counted counted,
        List<StepView> steps,
        List<SideView> sides) {

    static JourneyView of(JourneyStatus status) {
        var journey = status.journey();
        return new JourneyView(
                journey.name(),
                journey.metadata().displayName(),
                journey.service(),
                status.from(),
                status.at(),
                SloView.Counted.of(status.counted()),
                steps(status.steps()),
                status.sides().stream()
                        .map(side -> new SideView(side.side().name(), steps(side.steps())))
                        .toList());
    }

    /** {@code GET /api/v1/journeys}. */
    @Described(name = "Journeys")
    record Page(
            List<JourneyView> journeys,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    @Described(name = "JourneySide")
    record SideView(String side, List<StepView> steps) {}

    private static List<StepView> steps(List<JourneyStatus.StepStatus> steps) {
        return steps.stream().map(StepView::of).toList();
    }

    /** Whole counts; all of them null where nothing was measured. */
    @Described(
            name = "JourneyStep",
            value = "Whole counts, null where nothing was measured: no data is not" + " nobody.")
    record StepView(
            String name,
            String displayName,
            boolean measured,
            @Nullable Long entered,
            @Nullable Long completed,
            @Nullable Long failed,
            @Described(
                            "How many completed this step and did not enter the next:"
                                    + " negative where more entered it, null for the last step and"
                                    + " where this one or the next is unmeasured.")
                    @Nullable Long droppedOff,
            @Described("Over completed; null where nobody completed it.")
                    @Nullable Double droppedOffRatio,
            double coverage) {

        static StepView of(JourneyStatus.StepStatus status) {
            return new StepView(
                    status.step().name(),
                    status.step().displayName(),
                    status.measured(),
                    ifMeasured(status, status.entered()),
                    ifMeasured(status, status.completed()),
                    ifMeasured(status, status.failed()),
                    Views.orNull(status.droppedOff()),
                    Views.orNull(status.droppedOffRatio()),
                    status.coverage());
        }

        private static @Nullable Long ifMeasured(JourneyStatus.StepStatus status, long count) {
            return status.measured() ? (Long) count : null;
        }
    }
}
