package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.definitions.model.Cutover;
import io.sluice.engine.baseline.Baseline;
import io.sluice.engine.baseline.BaselineComparison;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A recorded baseline, without what it holds. */
@Described(name = "Baseline")
record BaselineView(
        String name,
        Instant from,
        Instant to,
        List<LeftOutView> leftOut,
        Instant recordedAt,
        String principal,
        @Described("Of everything that it holds, in hex.") String sha256,
        @Described("How many things it holds counts of.") int subjects,
        @Described("Cutovers whose definition names it for their snapshot.") List<String> namedBy) {

    static BaselineView of(Baseline baseline, Collection<Cutover> cutovers) {
        return new BaselineView(
                baseline.name(),
                baseline.from(),
                baseline.to(),
                baseline.leftOut().stream().map(LeftOutView::of).toList(),
                baseline.recordedAt(),
                baseline.principal(),
                baseline.sha256(),
                baseline.entries().size(),
                cutovers.stream()
                        .filter(
                                cutover ->
                                        cutover.snapshot()
                                                .flatMap(Cutover.Snapshot::baseline)
                                                .equals(Optional.of(baseline.name())))
                        .map(Cutover::name)
                        .sorted()
                        .toList());
    }

    /** {@code GET /api/v1/baselines}. */
    @Described(name = "Baselines")
    record Page(
            List<BaselineView> baselines,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    /** {@code GET /api/v1/baselines/{name}}. */
    @Described(name = "BaselineDetail")
    record Detail(BaselineView baseline, List<SubjectView> subjects) {
        static Detail of(Baseline baseline, Collection<Cutover> cutovers) {
            return new Detail(
                    BaselineView.of(baseline, cutovers),
                    baseline.entries().stream().map(SubjectView::of).toList());
        }
    }

    @Described(name = "LeftOut")
    record LeftOutView(Instant from, Instant to, String reason) {
        static LeftOutView of(Baseline.LeftOut out) {
            return new LeftOutView(out.from(), out.to(), out.reason());
        }
    }

    @Described(name = "BaselineSubject")
    record SubjectView(
            @Described("What it is measured for, such as slo/checkout/0.") String subject,
            long bad,
            long total,
            @Described("In the indicator's unit; null without values.") @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99) {
        static SubjectView of(Baseline.Entry entry) {
            return new SubjectView(
                    entry.subject(),
                    entry.bad(),
                    entry.total(),
                    quantile(entry, 0.5),
                    quantile(entry, 0.95),
                    quantile(entry, 0.99));
        }

        private static @Nullable Double quantile(Baseline.Entry entry, double quantile) {
            @Nullable Sketch values = entry.values().orElse(null);
            return values == null ? null : Views.orNull(values.quantile(quantile));
        }
    }

    /** {@code GET /api/v1/baselines/{name}/comparison}. */
    @Described(name = "BaselineComparison")
    record Comparison(
            @Described("Of each ratio's bounds, for one look.") double confidence,
            List<RowView> subjects) {
        static Comparison of(BaselineComparison comparison) {
            return new Comparison(
                    comparison.confidence(), comparison.rows().stream().map(RowView::of).toList());
        }
    }

    @Described(name = "ComparedSubject")
    record RowView(
            String subject,
            DecisionView.SideView baseline,
            DecisionView.SideView other,
            @Described("The other's bad ratio over the baseline's; null where undefined.")
                    @Nullable Double ratio,
            double ratioLow,
            @Described("Null where nothing can be said.") @Nullable Double ratioHigh,
            List<QuantileView> values) {
        static RowView of(BaselineComparison.Row row) {
            return new RowView(
                    row.subject(),
                    new DecisionView.SideView(row.bad(), row.total()),
                    new DecisionView.SideView(row.otherBad(), row.otherTotal()),
                    Views.orNull(row.ratio()),
                    row.ratioLow(),
                    Views.orNull(row.ratioHigh()),
                    row.values().stream().map(QuantileView::of).toList());
        }
    }

    @Described(name = "BaselineQuantile")
    record QuantileView(double quantile, double baseline, double other) {
        static QuantileView of(BaselineComparison.Quantile value) {
            return new QuantileView(value.quantile(), value.value(), value.other());
        }
    }
}
