package io.sluice.dashboard.api;

import io.sluice.dashboard.http.Moment;
import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.definitions.model.Cutover;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.PlanOverride;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A cutover, as short as a list needs it. */
record CutoverView(
        String name,
        String displayName,
        String service,
        @OneOf(CutoverState.class) String state,
        @Nullable String run,
        @Nullable String revision,
        DecisionView.@Nullable StepView step,
        @OneOf(Decision.Verdict.class) @Nullable String decision) {

    static CutoverView of(CutoverStatus status) {
        Cutover cutover = status.cutover();
        Optional<Run> run = status.run();
        return new CutoverView(
                cutover.name(),
                cutover.metadata().displayName(),
                cutover.service(),
                CutoverState.of(status).name(),
                Views.orNull(run.map(r -> Integer.toString(r.number()))),
                Views.orNull(run.map(Run::revision)),
                Views.orNull(run.flatMap(Run::currentStep).map(DecisionView.StepView::of)),
                Views.orNull(status.decision().map(decision -> decision.verdict().name())));
    }

    /** {@code GET /api/v1/cutovers}. */
    @Described(name = "Cutovers")
    record Page(
            List<CutoverView> cutovers,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    /** {@code GET /api/v1/cutovers/{name}}. */
    @Described(name = "CutoverDetail")
    record Detail(
            String name,
            String displayName,
            String service,
            @OneOf(CutoverState.class) String state,
            @Moment Instant evaluatedAt,
            @Nullable RunView run,
            List<PlannedStep> steps,
            @Nullable DecisionView decision,
            List<MetricView> metrics,
            @Described("Events of neither side.") long unsided,
            @Described("Events of both sides, which a definition should not allow.")
                    long bothSided) {

        static Detail of(CutoverStatus status) {
            Cutover cutover = status.cutover();
            return new Detail(
                    cutover.name(),
                    cutover.metadata().displayName(),
                    cutover.service(),
                    CutoverState.of(status).name(),
                    status.at(),
                    Views.orNull(status.run().map(run -> RunView.of(run, status.override()))),
                    cutover.steps().stream().map(PlannedStep::of).toList(),
                    Views.orNull(status.decision().map(DecisionView::of)),
                    status.metrics().stream().map(MetricView::of).toList(),
                    status.unsided(),
                    status.bothSided());
        }
    }

    record RunView(
            String run,
            String revision,
            @Described("Who started it.") String principal,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Described("Of the definitions that the run is held to.") String definitionDigest,
            List<ReportedStep> steps,
            @Described("Who began it although its plan was refused; null if nobody had to.")
                    @Nullable OverrideView override) {
        static RunView of(Run run, Optional<PlanOverride> override) {
            return new RunView(
                    Integer.toString(run.number()),
                    run.revision(),
                    run.principal(),
                    run.startedAt(),
                    Views.orNull(run.endedAt()),
                    run.definitionDigest(),
                    run.steps().stream()
                            .map(
                                    step ->
                                            new ReportedStep(
                                                    step.index(), step.share(), step.startedAt()))
                            .toList(),
                    Views.orNull(override.map(OverrideView::of)));
        }
    }

    @Described(name = "RunOverride")
    record OverrideView(
            String principal,
            String reason,
            @Described("Why the run would not have been begun, in words.") List<String> refusals) {
        static OverrideView of(PlanOverride override) {
            return new OverrideView(override.principal(), override.reason(), override.refusals());
        }
    }

    @Described(name = "StartedStep")
    record ReportedStep(int index, double share, Instant startedAt) {}

    record PlannedStep(
            @Described("The candidate's share of traffic.") double share,
            @Described(
                            "GO proves that the candidate is not worse than the baseline"
                                    + " times this.")
                    double goMargin,
            @Described("NO_GO proves that it is worse than the baseline times this.")
                    double noGoMargin,
            long minimumSeconds) {
        static PlannedStep of(Cutover.Step step) {
            return new PlannedStep(
                    step.share(),
                    step.goMargin(),
                    step.noGoMargin(),
                    step.minimumDuration().toSeconds());
        }
    }

    /** Both sides of one metric, since the run began. */
    @Described(name = "SideBySide", value = "Both sides of one metric, since the run began.")
    record MetricView(
            String name,
            DecisionView.SideView baseline,
            DecisionView.SideView candidate,
            List<MinuteView> perMinute,
            @Nullable DistributionView baselineValues,
            @Nullable DistributionView candidateValues) {
        static MetricView of(CutoverStatus.SideBySide metric) {
            return new MetricView(
                    metric.metric(),
                    new DecisionView.SideView(metric.baselineBad(), metric.baselineTotal()),
                    new DecisionView.SideView(metric.candidateBad(), metric.candidateTotal()),
                    metric.perMinute().stream().map(MinuteView::of).toList(),
                    Views.orNull(metric.baselineValues().map(DistributionView::of)),
                    Views.orNull(metric.candidateValues().map(DistributionView::of)));
        }
    }

    record MinuteView(Instant at, DecisionView.SideView baseline, DecisionView.SideView candidate) {
        static MinuteView of(CutoverStatus.Minute minute) {
            return new MinuteView(
                    minute.at(),
                    new DecisionView.SideView(minute.baselineBad(), minute.baselineTotal()),
                    new DecisionView.SideView(minute.candidateBad(), minute.candidateTotal()));
        }
    }

    /** Judged values, in the metric's unit; bounds within 1.08 %. */
    @Described("Judged values, in the metric's unit; bounds within 1.08 %.")
    record DistributionView(
            long count,
            @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99,
            List<BucketView> buckets) {
        static DistributionView of(Sketch sketch) {
            return new DistributionView(
                    sketch.count(),
                    Views.orNull(sketch.quantile(0.50)),
                    Views.orNull(sketch.quantile(0.95)),
                    Views.orNull(sketch.quantile(0.99)),
                    sketch.buckets().stream()
                            .map(
                                    bucket ->
                                            new BucketView(
                                                    bucket.lower(), bucket.upper(), bucket.count()))
                            .toList());
        }
    }

    record BucketView(
            @Described("Exclusive.") double lower,
            @Described("Inclusive.") double upper,
            long count) {}
}
