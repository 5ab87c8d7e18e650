package io.sluice.dashboard.api;

import io.sluice.dashboard.http.Moment;
import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.slo.SliInterval;
import io.sluice.engine.slo.SloStatus;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** An SLO and how it stands. */
record SloView(
        String name,
        String displayName,
        String service,
        @OneOf(Tier.class) String tier,
        @OneOf(BudgetingMethod.class) String method,
        Window window,
        @Moment Instant evaluatedAt,
        Counted counted,
        List<ObjectiveView> objectives,
        @Described("Only of composite SLOs.") @Nullable CompositeView composite,
        @Described("Those that are or were active.") List<AlertView> alerts,
        @Described("Only of SLOs that promise a capacity.") @Nullable CapacityView capacity) {

    /**
     * @param alerts of this SLO alone
     */
    static SloView of(SloStatus status, List<Alert> alerts) {
        var slo = status.slo();
        return new SloView(
                slo.name(),
                slo.metadata().displayName(),
                slo.service(),
                slo.tier().name(),
                slo.method().name(),
                Window.of(slo.window(), status.from()),
                status.at(),
                Counted.of(status.counted()),
                status.objectives().stream().map(ObjectiveView::of).toList(),
                Views.orNull(status.composite().map(CompositeView::of)),
                AlertView.of(alerts),
                Views.orNull(status.capacity().map(CapacityView::of)));
    }

    /** {@code GET /api/v1/slos}. */
    @Described(name = "Slos")
    record Page(
            List<SloView> slos,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}

    /**
     * The window that the budget is counted over; a calendar window's length is that of the current
     * period.
     */
    @Described(
            "What the budget is counted over; a calendar window's length is"
                    + " that of the current period.")
    record Window(long durationSeconds, boolean rolling) {
        static Window of(TimeWindow window, Instant from) {
            return switch (window) {
                case TimeWindow.Rolling rolling -> new Window(rolling.length().toSeconds(), true);
                case TimeWindow.Calendar calendar ->
                        new Window(Views.calendarSeconds(from, calendar), false);
            };
        }
    }

    /**
     * Since when events are counted, and how much of the log has been read for older ones while
     * that goes on.
     */
    @Described(
            "Since when the SLO's events are counted. What shows from"
                    + " before is what backfill sources sent, or late.")
    record Counted(
            Instant since,
            @Described(
                            "The share of the ingest log that has been read for older"
                                    + " events, while that goes on; until it is done none of them"
                                    + " shows. Null when nothing is left to read.")
                    @Nullable Double olderLogRead) {
        static Counted of(SloStatus.Counted counted) {
            return new Counted(counted.since(), Views.orNull(counted.olderLogRead()));
        }
    }

    /** One target, with whole counts beside every ratio. */
    @Described("Whole counts over the window.")
    record ObjectiveView(
            String displayName,
            BigDecimal target,
            long good,
            long total,
            @Described("Null when nothing was measured: no data is never 100 %.")
                    @Nullable Double sli,
            @Nullable IntervalView sliInterval,
            @OneOf(SloStatus.State.class) String state,
            @Described("The share of the window in which something was measured.") double coverage,
            BudgetView budget,
            List<BurnRateView> burnRates,
            @Described("Null unless the threshold changed.") @Nullable OlderView olderEstimate) {

        static ObjectiveView of(SloStatus.ObjectiveStatus status) {
            return new ObjectiveView(
                    status.objective().displayName(),
                    status.objective().target(),
                    status.good(),
                    status.total(),
                    Views.orNull(status.sli()),
                    Views.orNull(status.interval().map(IntervalView::of)),
                    status.state().name(),
                    status.coverage(),
                    new BudgetView(
                            status.budget().allowed(),
                            status.budget().consumed(),
                            Views.orNull(status.budget().remainingRatio()),
                            Views.orNull(status.budget().failuresLeft())),
                    status.burnRates().stream().map(BurnRateView::of).toList(),
                    Views.orNull(status.older().map(OlderView::of)));
        }
    }

    @Described(
            name = "OlderEstimate",
            value =
                    "Time of the window before the objective was counted by its threshold: by the"
                            + " values' sketches, hour by hour, between so many and so many were"
                            + " good. It is in none of the other figures.")
    record OlderView(
            Instant from,
            Instant to,
            long total,
            long goodLow,
            long goodHigh,
            @Described("What is left of the whole window's budget, at least.")
                    @Nullable Double remainingRatioLow,
            @Nullable Double remainingRatioHigh) {
        static OlderView of(SloStatus.Older older) {
            return new OlderView(
                    older.estimate().from(),
                    older.estimate().to(),
                    older.estimate().total(),
                    older.estimate().goodLow(),
                    older.estimate().goodHigh(),
                    Views.finite(older.remaining().low()),
                    Views.finite(older.remaining().high()));
        }
    }

    /** The one budget of a composite SLO, whose objectives are its parts. */
    @Described(
            "The one budget of a composite SLO, whose objectives are its"
                    + " parts. It is unmeasured while nothing is known about one of"
                    + " them, unless the others have spent the budget without it.")
    record CompositeView(
            @OneOf(SloStatus.State.class) String state,
            @Nullable Double remainingRatio,
            double coverage,
            List<CompositeBurnView> burnRates) {
        static CompositeView of(SloStatus.Composite composite) {
            return new CompositeView(
                    composite.state().name(),
                    Views.orNull(composite.remainingRatio()),
                    composite.coverage(),
                    composite.burnRates().stream()
                            .map(
                                    burn ->
                                            new CompositeBurnView(
                                                    burn.window().toSeconds(),
                                                    Views.orNull(burn.rate()),
                                                    burn.coverage()))
                            .toList());
        }
    }

    record CompositeBurnView(long windowSeconds, @Nullable Double rate, double coverage) {}

    /** What the SLI may be, by so many events. */
    @Described(
            name = "SliInterval",
            value =
                    "Which shares of good events are likely behind those that were"
                            + " counted: Wilson's 95 % score interval, taking events as"
                            + " independent. Null without events, and where slices are"
                            + " counted.")
    record IntervalView(double low, double high) {
        static IntervalView of(SliInterval interval) {
            return new IntervalView(interval.low(), interval.high());
        }
    }

    @Described("In events, or in slices.")
    record BudgetView(
            double allowed,
            double consumed,
            @Described("1 untouched, 0 spent, less than 0 overspent; null unmeasured.")
                    @Nullable Double remainingRatio,
            @Described(
                            "How many more whole events or slices may be bad while the"
                                    + " total stays what it is; 0 when the next one spends the"
                                    + " budget.")
                    @Nullable Long failuresLeft) {}

    @Described("1 spends the budget exactly at the end of the window.")
    record BurnRateView(
            long windowSeconds,
            @Described("Null where nothing was measured.") @Nullable Double rate,
            long bad,
            long total,
            double coverage) {
        static BurnRateView of(SloStatus.BurnRate rate) {
            return new BurnRateView(
                    rate.window().toSeconds(),
                    Views.orNull(rate.rate()),
                    rate.bad(),
                    rate.total(),
                    rate.coverage());
        }
    }

    record CapacityView(
            @OneOf(SloStatus.CapacityState.class) String status,
            @Described("Events a minute.") double target,
            long highestPerMinute) {
        static CapacityView of(SloStatus.Capacity capacity) {
            return new CapacityView(
                    capacity.state().name(), capacity.target(), capacity.highestProvenPerMinute());
        }
    }
}
