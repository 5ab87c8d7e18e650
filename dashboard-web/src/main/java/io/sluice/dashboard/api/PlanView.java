package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.cutover.PlanReport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** {@code GET /api/v1/cutovers/{name}/plan}. */
@Described(
        name = "Plan",
        value = "What a run that began now would have to expect, from the baseline's last days.")
record PlanView(
        String cutover,
        Instant at,
        List<Baseline> baselines,
        List<Step> steps,
        @Described("Why a run is not begun unless somebody overrides them, in words.")
                List<String> refusals) {

    static PlanView of(PlanReport plan) {
        return new PlanView(
                plan.cutover(),
                plan.at(),
                plan.baselines().stream().map(Baseline::of).toList(),
                plan.steps().stream().map(Step::of).toList(),
                plan.refusals());
    }

    @Described(name = "PlannedBaseline")
    record Baseline(
            String metric,
            @Described("In minutes that had any; null without bad events.")
                    @Nullable Double eventsPerMinute,
            @Described("Null without bad events.") @Nullable Double badRatio,
            @Described("What evidence is divided by.") double dispersion,
            @Described("How far hours go by themselves; null with too little history.")
                    @Nullable Double drift) {
        static Baseline of(PlanReport.Baseline baseline) {
            return new Baseline(
                    baseline.metric(),
                    Views.orNull(baseline.eventsPerMinute()),
                    Views.orNull(baseline.badRatio()),
                    baseline.dispersion(),
                    Views.orNull(baseline.drift()));
        }
    }

    @Described(name = "PlanStep")
    record Step(int index, double share, @Nullable Long deadlineSeconds, List<Expected> metrics) {
        static Step of(PlanReport.Step step) {
            return new Step(
                    step.index(),
                    step.share(),
                    Views.orNull(step.deadline().map(Duration::toSeconds)),
                    step.metrics().stream().map(Expected::of).toList());
        }
    }

    @Described(
            name = "ExpectedProof",
            value = "What a GO takes for a candidate that is as good as the baseline.")
    record Expected(
            String metric,
            boolean required,
            double goMargin,
            double noGoMargin,
            @Described("Null where it cannot be said, or no number is enough.")
                    @Nullable Long candidateEvents,
            @Described("At the baseline's traffic and the step's share.") @Nullable Long seconds) {
        static Expected of(PlanReport.Expected expected) {
            return new Expected(
                    expected.metric(),
                    expected.required(),
                    expected.goMargin(),
                    expected.noGoMargin(),
                    Views.orNull(expected.candidateEvents()),
                    Views.orNull(expected.seconds()));
        }
    }
}
