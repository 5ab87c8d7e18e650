package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.SloStatus;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Plots of what an objective counted, and of how near its alerts were to fire. */
final class SloPlots {
    /** Further beyond its threshold, how far says nothing more. */
    private static final double TOP = 3;

    /** More lines than these nobody tells apart. */
    private static final int PAIRS = 6;

    /** Each instant is a question about every window, so there are fewer than of other plots. */
    private static final int PAIR_POINTS = 60;

    private final SloEngine engine;
    private final Happenings happenings;

    SloPlots(SloEngine engine) {
        this.engine = engine;
        this.happenings = new Happenings(engine);
    }

    /** Good and bad events, or slices, interval by interval: over six hours, or over the range. */
    Optional<Plot> events(SloStatus status, int objective, TimeRange range) {
        Instant to = range.end(status.at());
        Instant from = to.minus(range.lengthOr(Plots.BURN_SPAN));
        return engine.burnDown(status.slo().name(), objective, from, to, Plots.BURN_POINTS)
                .map(SloPlots::events)
                .map(plot -> plot.withBands(happenings.bands(status.slo(), from, to)));
    }

    private static Plot events(BurnDown down) {
        List<@Nullable Double> good = new ArrayList<>();
        List<@Nullable Double> bad = new ArrayList<>();
        for (BurnDown.Point point : down.points()) {
            good.add(point.measured() ? (Double) (double) (point.total() - point.bad()) : null);
            bad.add(point.measured() ? (Double) (double) point.bad() : null);
        }
        return new Plot(
                "time",
                "count",
                Plots.times(down),
                List.of(
                        new Plot.Series("Good", "budget", good),
                        new Plot.Series("Bad", "no-go", bad)),
                List.of(),
                List.of());
    }

    /**
     * How near each condition was to fire: the slower of its two burn rates over its threshold, so
     * that all of them share an axis on which 1 fires.
     */
    Optional<Plot> pairs(SloStatus status, int objective, TimeRange range) {
        Instant to = range.end(status.at());
        Instant from = to.minus(range.lengthOr(Plots.BURN_SPAN));
        List<AlertPolicy.AlertCondition> conditions = conditions(status.slo());
        if (conditions.isEmpty()) {
            return Optional.empty();
        }
        return engine.burnRates(status.slo().name(), objective, from, to, PAIR_POINTS)
                .map(burns -> pairs(conditions, burns))
                .map(plot -> plot.withBands(happenings.bands(status.slo(), from, to)));
    }

    private static List<AlertPolicy.AlertCondition> conditions(Slo slo) {
        return slo.alertPolicies().stream()
                .flatMap(policy -> policy.conditions().stream())
                .distinct()
                .limit(PAIRS)
                .toList();
    }

    private static Plot pairs(
            List<AlertPolicy.AlertCondition> conditions, List<SloEngine.Burns> burns) {
        List<Plot.Series> series = new ArrayList<>();
        int pages = 0;
        int tickets = 0;
        for (AlertPolicy.AlertCondition condition : conditions) {
            boolean page = condition.severity() == AlertPolicy.Severity.PAGE;
            int nth = page ? ++pages : ++tickets;
            series.add(
                    new Plot.Series(
                            label(condition, page),
                            (page ? "page-" : "ticket-") + Math.min(nth, 2),
                            nearness(condition, burns)));
        }
        return new Plot(
                "time",
                "percent",
                burns.stream().map(burn -> Plots.seconds(burn.at())).toList(),
                series,
                List.of(new Plot.Line(1, "fires", "bad")),
                List.of(),
                List.of(),
                TOP,
                null,
                null);
    }

    private static String label(AlertPolicy.AlertCondition condition, boolean page) {
        return (page ? "Page " : "Ticket ")
                + Format.exactTimes(condition.threshold())
                + " over "
                + Format.duration(condition.longWindow())
                + " and "
                + Format.duration(condition.shortWindow());
    }

    private static List<@Nullable Double> nearness(
            AlertPolicy.AlertCondition condition, List<SloEngine.Burns> burns) {
        List<@Nullable Double> values = new ArrayList<>();
        burns.forEach(burn -> values.add(nearness(condition, burn)));
        return values;
    }

    private static @Nullable Double nearness(
            AlertPolicy.AlertCondition condition, SloEngine.Burns burns) {
        OptionalDouble longRate = rate(burns, condition.longWindow());
        OptionalDouble shortRate = rate(burns, condition.shortWindow());
        return longRate.isEmpty() || shortRate.isEmpty() || condition.threshold() <= 0
                ? null
                : (Double)
                        (Math.min(longRate.getAsDouble(), shortRate.getAsDouble())
                                / condition.threshold());
    }

    private static OptionalDouble rate(SloEngine.Burns burns, Duration window) {
        return burns.rates().stream()
                .filter(rate -> rate.window().equals(window))
                .findFirst()
                .map(SloStatus.BurnRate::rate)
                .orElse(OptionalDouble.empty());
    }
}
