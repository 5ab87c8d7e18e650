package io.sluice.dashboard.api;

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
        String tier,
        String method,
        Window window,
        Instant evaluatedAt,
        Counted counted,
        List<ObjectiveView> objectives,
        @Nullable CompositeView composite,
        List<AlertView> alerts,
        @Nullable CapacityView capacity) {

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
                AlertView.of(
                        alerts.stream().filter(alert -> alert.slo().equals(slo.name())).toList()),
                Views.orNull(status.capacity().map(CapacityView::of)));
    }

    /** {@code GET /api/v1/slos}. */
    record Page(List<SloView> slos) {}

    /**
     * The window that the budget is counted over; a calendar window's length is that of the current
     * period.
     */
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
    record Counted(Instant since, @Nullable Double olderLogRead) {
        static Counted of(SloStatus.Counted counted) {
            return new Counted(counted.since(), Views.orNull(counted.olderLogRead()));
        }
    }

    /** One target, with whole counts beside every ratio. */
    record ObjectiveView(
            String displayName,
            BigDecimal target,
            long good,
            long total,
            @Nullable Double sli,
            @Nullable IntervalView sliInterval,
            String state,
            double coverage,
            BudgetView budget,
            List<BurnRateView> burnRates) {

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
                    status.burnRates().stream().map(BurnRateView::of).toList());
        }
    }

    /** The one budget of a composite SLO, whose objectives are its parts. */
    record CompositeView(
            String state,
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
    record IntervalView(double low, double high) {
        static IntervalView of(SliInterval interval) {
            return new IntervalView(interval.low(), interval.high());
        }
    }

    record BudgetView(
            double allowed,
            double consumed,
            @Nullable Double remainingRatio,
            @Nullable Long failuresLeft) {}

    record BurnRateView(
            long windowSeconds, @Nullable Double rate, long bad, long total, double coverage) {
        static BurnRateView of(SloStatus.BurnRate rate) {
            return new BurnRateView(
                    rate.window().toSeconds(),
                    Views.orNull(rate.rate()),
                    rate.bad(),
                    rate.total(),
                    rate.coverage());
        }
    }

    record CapacityView(String status, double target, long highestPerMinute) {
        static CapacityView of(SloStatus.Capacity capacity) {
            return new CapacityView(
                    capacity.state().name(), capacity.target(), capacity.highestProvenPerMinute());
        }
    }
}
