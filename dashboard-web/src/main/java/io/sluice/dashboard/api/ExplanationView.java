package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.cutover.Explanation;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The gate's answer, and how sure its ratios are.
 *
 * @param confidence that every metric's ratio is within its bounds, at all looks together
 */
record ExplanationView(DecisionView decision, double confidence, List<MetricBoundsView> metrics) {

    static ExplanationView of(Explanation explanation) {
        return new ExplanationView(
                DecisionView.of(explanation.decision()),
                explanation.confidence(),
                explanation.metrics().stream().map(MetricBoundsView::of).toList());
    }

    /** A metric of the current step. */
    record MetricBoundsView(
            String name,
            @Described("0 while nothing can be said.") double ratioLow,
            @Described("Null while nothing can be said.") @Nullable Double ratioHigh,
            @Described(
                            "LIVE, EARLIER_STEPS, BEFORE_RUN, RECORDED or LIMIT: what stands on its side.")
                    String baseline,
            @Described("The same for people.") String baselineText,
            @Described("By which evidence is divided, because errors come in bursts.")
                    double dispersion,
            @Described(
                            "Of a quantile, between which values each side's lies, each with the same"
                                    + " confidence; else null.")
                    @Nullable QuantileBoundsView quantile) {
        static MetricBoundsView of(Explanation.Metric metric) {
            return new MetricBoundsView(
                    metric.name(),
                    metric.ratioLow(),
                    Views.orNull(metric.ratioHigh()),
                    metric.baseline().name(),
                    metric.baseline().words(),
                    metric.dispersion(),
                    metric.quantile().map(QuantileBoundsView::of).orElse(null));
        }
    }

    /** In the metric's unit; an end is null while nothing can be said of it. */
    record QuantileBoundsView(
            @Nullable Double baselineLow,
            @Nullable Double baselineHigh,
            @Nullable Double candidateLow,
            @Nullable Double candidateHigh) {
        static QuantileBoundsView of(Explanation.Quantile quantile) {
            return new QuantileBoundsView(
                    Views.orNull(quantile.baseline().low()),
                    Views.orNull(quantile.baseline().high()),
                    Views.orNull(quantile.candidate().low()),
                    Views.orNull(quantile.candidate().high()));
        }
    }
}
