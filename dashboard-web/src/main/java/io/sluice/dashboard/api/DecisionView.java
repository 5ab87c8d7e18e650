package io.sluice.dashboard.api;

import com.fasterxml.jackson.annotation.JsonProperty;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Run;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * The gate's answer. {@code decision} is said again as booleans, as 1, 0 or -1, and as a score,
 * because each caller's rule language reads another of them.
 *
 * @param status RUNNING until the decision is final, then SUCCEEDED or FAILED
 */
@Described("May this go on? Missing and stale data are HOLD with a reason," + " never an error.")
record DecisionView(
        String cutover,
        @Nullable String run,
        @Nullable String revision,
        @Nullable StepView step,
        @OneOf(Decision.Verdict.class) String decision,
        boolean go,
        boolean noGo,
        @Described("1 GO, 0 HOLD, -1 NO_GO.") int decisionCode,
        @Described("RUNNING until the decision is final.")
                @OneOf(words = {"RUNNING", "SUCCEEDED", "FAILED"})
                String status,
        @Described("100 GO, 50 HOLD, 0 NO_GO.") int score,
        @Described("Nothing will change it in this run.") @JsonProperty("final") boolean isFinal,
        List<ReasonView> reasons,
        List<MetricView> metrics,
        ForecastView forecast,
        @Described("When asking again makes sense.") int retryAfterSeconds,
        @Described("Null for an answer that depends on the question, which is not" + " stored.")
                @Nullable EvidenceView evidence,
        Instant evaluatedAt,
        @Described("The end of the newest data that it is made from.")
                @Nullable Instant dataThrough) {

    /** HOLD lies strictly between whatever thresholds a caller sets for pass and fail. */
    private static final int HOLD_SCORE = 50;

    static DecisionView of(Decision decision) {
        Decision.Verdict verdict = decision.verdict();
        return new DecisionView(
                decision.cutover(),
                Views.run(decision.run()),
                decision.revision().isEmpty() ? null : decision.revision(),
                Views.orNull(decision.step().map(StepView::of)),
                verdict.name(),
                verdict == Decision.Verdict.GO,
                verdict == Decision.Verdict.NO_GO,
                verdict.code(),
                status(decision),
                score(verdict),
                decision.isFinal(),
                decision.reasons().stream().map(ReasonView::of).toList(),
                decision.metrics().stream().map(MetricView::of).toList(),
                ForecastView.of(decision.forecast()),
                decision.retryAfterSeconds(),
                EvidenceView.of(decision),
                decision.evaluatedAt(),
                Views.orNull(decision.dataThrough()));
    }

    private static String status(Decision decision) {
        if (!decision.isFinal()) {
            return "RUNNING";
        }
        return switch (decision.verdict()) {
            case GO -> "SUCCEEDED";
            case NO_GO -> "FAILED";
            case HOLD -> "RUNNING";
        };
    }

    private static int score(Decision.Verdict verdict) {
        return switch (verdict) {
            case GO -> 100;
            case HOLD -> HOLD_SCORE;
            case NO_GO -> 0;
        };
    }

    /** {@code GET /api/v1/cutovers/{name}/decisions}. */
    @Described(name = "Decisions")
    record Page(
            List<DecisionView> decisions,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    record StepView(int index, double candidateShare) {
        static StepView of(Run.StepReport step) {
            return new StepView(step.index(), step.share());
        }
    }

    @Described("Codes are only ever added.")
    record ReasonView(
            String code,
            @Described("Null if the reason is of no one metric.") @Nullable String metric,
            String text) {
        static ReasonView of(Decision.Reason reason) {
            return new ReasonView(
                    reason.code().name(),
                    reason.metric().isEmpty() ? null : reason.metric(),
                    reason.text());
        }
    }

    @Described("Whole counts.")
    record SideView(long bad, long total) {}

    @Described(
            name = "MetricEvidence",
            value =
                    "Natural logs of e-values; a verdict is proven where the value"
                            + " reaches what is needed.")
    record MetricView(
            String name,
            @Described("Whether the decision waits for it.") boolean required,
            SideView baseline,
            SideView candidate,
            @Described("The candidate's bad share over the baseline's.") @Nullable Double ratio,
            double goMargin,
            double noGoMargin,
            @Nullable Double logEGo,
            @Nullable Double logEGoNeeded,
            @Nullable Double logENoGo,
            @Nullable Double logENoGoNeeded,
            boolean goProven,
            boolean noGoProven,
            @Nullable QuantileView quantile) {
        static MetricView of(Decision.MetricEvidence metric) {
            return new MetricView(
                    metric.name(),
                    metric.required(),
                    new SideView(metric.baselineBad(), metric.baselineTotal()),
                    new SideView(metric.candidateBad(), metric.candidateTotal()),
                    Views.orNull(metric.ratio()),
                    metric.goMargin(),
                    metric.noGoMargin(),
                    Views.finite(metric.logEGo()),
                    Views.finite(metric.logEGoNeeded()),
                    Views.finite(metric.logENoGo()),
                    Views.finite(metric.logENoGoNeeded()),
                    metric.goProven(),
                    metric.noGoProven(),
                    Views.orNull(metric.quantile().map(QuantileView::of)));
        }
    }

    @Described(
            name = "ComparedQuantile",
            value = "Both sides' values, in the indicator's unit; no event is bad then.")
    record QuantileView(double quantile, @Nullable Double baseline, @Nullable Double candidate) {
        static QuantileView of(Decision.Quantile quantile) {
            return new QuantileView(
                    quantile.quantile(),
                    Views.orNull(quantile.baseline()),
                    Views.orNull(quantile.candidate()));
        }
    }

    @Described("If both sides go on as they are. Null where it cannot be said, or never comes.")
    record ForecastView(
            @Nullable Long candidateRequestsToGo,
            @Described("Until GO.") @Nullable Long secondsAtCurrentTraffic,
            @Nullable Long candidateRequestsToNoGo,
            @Described("Until NO_GO.") @Nullable Long secondsToNoGo,
            @Nullable NextShareView next) {
        static ForecastView of(Decision.Forecast forecast) {
            return new ForecastView(
                    Views.orNull(forecast.candidateRequestsToGo()),
                    Views.orNull(forecast.secondsAtCurrentTraffic()),
                    Views.orNull(forecast.candidateRequestsToNoGo()),
                    Views.orNull(forecast.secondsToNoGo()),
                    Views.orNull(forecast.next().map(NextShareView::of)));
        }
    }

    @Described(
            name = "NextShare",
            value =
                    "How long the next planned step would take to its GO, for a candidate as good as"
                            + " the baseline.")
    record NextShareView(double share, long seconds) {
        static NextShareView of(Decision.NextShare next) {
            return new NextShareView(next.share(), next.seconds());
        }
    }

    @Described("Where everything is that the decision was made from.")
    record EvidenceView(String id, String sha256, String configSha256, String url) {
        /** Null for an answer that depends on the question and is therefore not stored. */
        static @Nullable EvidenceView of(Decision decision) {
            String id = decision.evidenceId();
            return id.isEmpty()
                    ? null
                    : new EvidenceView(
                            id,
                            decision.sha256(),
                            decision.configSha256(),
                            ApiRoutes.BASE + "/evidence/" + id);
        }
    }
}
