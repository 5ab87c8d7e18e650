package io.sluice.dashboard.pages;

import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Run;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a cutover's track.
 *
 * @param state {@code passed}, {@code current}, {@code stopped} or {@code planned}; also its style
 * @param word the state, as the page says it
 * @param when since when, or how long it took; empty if it has not begun
 * @param margins what its proofs are measured by
 */
public record StepTrack(String share, String state, String word, Text when, String margins) {

    static List<StepTrack> of(CutoverStatus status) {
        List<Run.StepReport> reports = status.run().map(Run::steps).orElse(List.of());
        int current = status.run().flatMap(Run::currentStep).map(Run.StepReport::index).orElse(-1);
        List<Cutover.Step> plan = status.cutover().steps();
        List<StepTrack> track = new ArrayList<>();
        for (int i = 0; i < plan.size(); i++) {
            String state = i < current ? "passed" : i > current ? "planned" : currentState(status);
            track.add(
                    new StepTrack(
                            Format.exactPercent(plan.get(i).share()),
                            state,
                            word(state),
                            when(reports, i, status),
                            margins(plan.get(i))));
        }
        return track;
    }

    private static String margins(Cutover.Step step) {
        return step.budget()
                .map(
                        budget ->
                                "go within "
                                        + Format.percent(budget.slice())
                                        + " of the budget of "
                                        + budget.slo())
                .orElse(
                        "go under "
                                + Format.exactTimes(step.goMargin())
                                + ", no go over "
                                + Format.exactTimes(step.noGoMargin()));
    }

    private static String currentState(CutoverStatus status) {
        return switch (Verdict.of(status)) {
            case NO_GO -> "stopped";
            case DONE -> "passed";
            case GO, HOLD, NOT_BEGUN -> "current";
        };
    }

    private static String word(String state) {
        return switch (state) {
            case "passed" -> "passed";
            case "current" -> "now";
            case "stopped" -> "stopped here";
            default -> "planned";
        };
    }

    private static Text when(List<Run.StepReport> reports, int index, CutoverStatus status) {
        for (int i = 0; i < reports.size(); i++) {
            if (reports.get(i).index() == index) {
                Instant from = reports.get(i).startedAt();
                Instant to = i + 1 < reports.size() ? reports.get(i + 1).startedAt() : end(status);
                return Text.of(Format.duration(Duration.between(from, to)) + " from ")
                        .andAt(from, status.at());
            }
        }
        return Text.NONE;
    }

    private static Instant end(CutoverStatus status) {
        return status.run().flatMap(Run::endedAt).orElse(status.at());
    }
}
