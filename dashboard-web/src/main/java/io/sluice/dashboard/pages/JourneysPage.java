package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.Csv;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.JourneyStatus;
import io.sluice.engine.slo.JourneyStatus.StepStatus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Who goes how far on each journey, all together and side by side.
 *
 * @param choices of times
 */
public record JourneysPage(
        String window, List<SloPage.WindowChoice> choices, List<JourneyPart> journeys) {

    /** Unless a reader chose one. */
    static final String DEFAULT_WINDOW = "1d";

    /** Times that can be asked for. */
    static final Map<String, Duration> WINDOWS = TimeRange.LENGTHS;

    /**
     * One journey.
     *
     * @param lanes how many come to the end, all together and by side
     * @param note what the numbers do not say; empty for nothing
     * @param csv where the numbers are as a file
     */
    public record JourneyPart(
            String name,
            String title,
            String service,
            String description,
            List<LaneFigure> lanes,
            List<StepPart> steps,
            Text note,
            String csv) {}

    /**
     * How many of a lane's come to the end.
     *
     * @param style {@code all}, {@code baseline} for the first side and {@code candidate} for the
     *     others
     * @param value completed the last step over entered the first
     */
    public record LaneFigure(String name, String style, String value, String under) {}

    /** One step, in every lane. */
    public record StepPart(int number, String title, List<LaneStep> lanes) {}

    /**
     * A step in a lane.
     *
     * @param width from 0 to 100: entered, of those who entered the lane's first step
     * @param reached the same in words
     * @param dropped how many did not go on from here, and their share; empty after the last step
     * @param more how many more came into the next step from elsewhere; empty for none
     */
    public record LaneStep(
            String name,
            String style,
            boolean measured,
            double width,
            String reached,
            String entered,
            String failed,
            String dropped,
            String droppedShare,
            String more,
            String coverage) {}

    private record Lane(String name, String style, List<StepStatus> steps) {}

    /**
     * Reads {@code ?window}.
     *
     * @throws ProblemException with 400 if it is something else
     */
    static String window(Context ctx) {
        String window = Optional.ofNullable(ctx.queryParam("window")).orElse(DEFAULT_WINDOW);
        return Asked.requireOneOf(WINDOWS.keySet(), "window", window);
    }

    static JourneysPage of(SloEngine engine, String window) {
        Duration length = WINDOWS.getOrDefault(window, Duration.ofDays(1));
        return new JourneysPage(
                Format.duration(length),
                WINDOWS.entrySet().stream()
                        .map(
                                choice ->
                                        new SloPage.WindowChoice(
                                                Format.duration(choice.getValue()),
                                                "/journeys?window=" + choice.getKey(),
                                                choice.getKey().equals(window)))
                        .toList(),
                engine.journeys(length).stream().map(status -> journey(status, window)).toList());
    }

    private static JourneyPart journey(JourneyStatus status, String window) {
        List<Lane> lanes = lanes(status);
        List<StepPart> steps = new ArrayList<>();
        for (int i = 0; i < status.steps().size(); i++) {
            int at = i;
            steps.add(
                    new StepPart(
                            i + 1,
                            status.steps().get(i).step().displayName(),
                            lanes.stream().map(lane -> step(lane, at)).toList()));
        }
        var journey = status.journey();
        return new JourneyPart(
                journey.name(),
                journey.metadata().displayName(),
                journey.service(),
                journey.description(),
                lanes.stream().map(JourneysPage::figure).toList(),
                steps,
                note(status),
                "/journeys/" + Links.segment(journey.name()) + "/steps.csv?window=" + window);
    }

    private static List<Lane> lanes(JourneyStatus status) {
        List<Lane> lanes = new ArrayList<>();
        lanes.add(new Lane("All", "all", status.steps()));
        status.sides()
                .forEach(
                        side ->
                                lanes.add(
                                        new Lane(
                                                side.side().name(),
                                                lanes.size() == 1 ? "baseline" : "candidate",
                                                side.steps())));
        return lanes;
    }

    private static LaneFigure figure(Lane lane) {
        StepStatus first = lane.steps().getFirst();
        StepStatus last = lane.steps().getLast();
        boolean known = first.measured() && last.measured() && first.entered() > 0;
        return new LaneFigure(
                lane.name(),
                lane.style(),
                known ? Format.percent((double) last.completed() / first.entered()) : Format.NONE,
                known
                        ? Format.count(last.completed())
                                + " of "
                                + Format.count(first.entered())
                                + " came to the end"
                        : "unmeasured at its " + (first.measured() ? "end" : "beginning"));
    }

    private static LaneStep step(Lane lane, int index) {
        StepStatus step = lane.steps().get(index);
        StepStatus first = lane.steps().getFirst();
        OptionalDouble reached =
                step.measured() && first.measured() && first.entered() > 0
                        ? OptionalDouble.of((double) step.entered() / first.entered())
                        : OptionalDouble.empty();
        return new LaneStep(
                lane.name(),
                lane.style(),
                step.measured(),
                100 * Math.clamp(reached.orElse(0), 0, 1),
                Format.percent(reached),
                step.measured() ? Format.count(step.entered()) : "unmeasured",
                step.measured() ? Format.count(step.failed()) : Format.NONE,
                dropped(lane, index),
                index == lane.steps().size() - 1 || step.droppedOff().orElse(0) < 0
                        ? ""
                        : Format.percent(step.droppedOffRatio()),
                step.droppedOff().orElse(0) < 0
                        ? Format.count(-step.droppedOff().getAsLong()) + " more came in"
                        : "",
                step.measured() && step.coverage() < 0.995
                        ? Format.percent(step.coverage()) + " measured"
                        : "");
    }

    private static String dropped(Lane lane, int index) {
        if (index == lane.steps().size() - 1) {
            return "";
        }
        StepStatus step = lane.steps().get(index);
        if (step.droppedOff().isEmpty()) {
            return "unmeasured";
        }
        long dropped = step.droppedOff().getAsLong();
        return dropped >= 0 ? Format.count(dropped) : "none";
    }

    private static Text note(JourneyStatus status) {
        var counted = status.counted();
        if (counted.olderLogRead().isPresent()) {
            return Text.of(
                    "Older events are being counted, "
                            + Format.percent(counted.olderLogRead().getAsDouble())
                            + " of the log read.");
        }
        return counted.since().isAfter(status.from())
                ? Text.of("Counted since ").andAt(counted.since(), status.at()).and(".")
                : Text.NONE;
    }

    /** A row for each step of each lane, in the page's order. */
    static Csv csv(JourneyStatus status) {
        Csv csv =
                Csv.of(
                        "step",
                        "side",
                        "entered",
                        "completed",
                        "failed",
                        "droppedOff",
                        "droppedOffRatio",
                        "coverage");
        List<Lane> lanes = lanes(status);
        for (int i = 0; i < status.steps().size(); i++) {
            for (Lane lane : lanes) {
                StepStatus step = lane.steps().get(i);
                Optional<StepStatus> known = Optional.of(step).filter(StepStatus::measured);
                csv.row(
                        step.step().name(),
                        lane.name().equals("All") ? "" : lane.name(),
                        known.map(StepStatus::entered),
                        known.map(StepStatus::completed),
                        known.map(StepStatus::failed),
                        step.droppedOff().isPresent()
                                ? Optional.of(step.droppedOff().getAsLong())
                                : Optional.empty(),
                        step.droppedOffRatio().isPresent()
                                ? Optional.of(step.droppedOffRatio().getAsDouble())
                                : Optional.empty(),
                        step.coverage());
            }
        }
        return csv;
    }
}
