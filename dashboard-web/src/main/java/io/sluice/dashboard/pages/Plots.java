package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Estimate;
import io.sluice.engine.slo.SloStatus;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes plots of the engine's answers. */
final class Plots {
    /** A budget's whole window in steps of a pixel or two. */
    private static final int BUDGET_POINTS = 280;

    /** Burn rates of the last six hours, in intervals of five minutes, unless asked otherwise. */
    static final Duration BURN_SPAN = Duration.ofHours(6);

    static final int BURN_POINTS = 72;

    /** Against higher rates the pace of 1 lies on the axis. */
    private static final double PACE_VISIBLE = 10;

    /**
     * Columns per power of two: each 9 % wide, fine enough for a shape and coarse enough not to
     * flicker.
     */
    private static final int COLUMNS_PER_OCTAVE = 8;

    /** Rows of the heat map: each 19 % high. */
    private static final int ROWS_PER_OCTAVE = 4;

    private final SloEngine engine;
    private final DecisionHistory history;
    private final Happenings happenings;

    Plots(SloEngine engine, DecisionHistory history) {
        this.engine = engine;
        this.history = history;
        this.happenings = new Happenings(engine);
    }

    /**
     * The remaining budget over the SLO's window, or over the range; beside it, where a threshold
     * changed, between what it is by estimate.
     */
    Optional<Plot> budget(SloStatus status, int objective, TimeRange range) {
        Instant to = range.end(status.at());
        Instant from = to.minus(range.lengthOr(Duration.between(status.from(), status.at())));
        return engine.burnDown(status.slo().name(), objective, from, to, BUDGET_POINTS)
                .map(down -> budget(down, happenings.of(status, from, to)))
                .map(plot -> plot.withBands(happenings.bands(status.slo(), from, to)));
    }

    private static Plot budget(BurnDown down, List<Plot.Mark> marks) {
        List<@Nullable Double> left = new ArrayList<>();
        List<@Nullable Double> least = new ArrayList<>();
        List<@Nullable Double> most = new ArrayList<>();
        for (BurnDown.Point point : down.points()) {
            OptionalDouble remaining = point.remainingRatio();
            left.add(remaining.isPresent() ? (Double) remaining.getAsDouble() : null);
            least.add(point.estimated().map(Estimate.Band::low).orElse(null));
            most.add(point.estimated().map(Estimate.Band::high).orElse(null));
        }
        List<Plot.Series> series = new ArrayList<>();
        series.add(new Plot.Series("Budget left", "budget", left));
        if (least.stream().anyMatch(Objects::nonNull)) {
            series.add(new Plot.Series("By estimate at least", "estimate", least));
            series.add(new Plot.Series("By estimate at most", "estimate", most));
        }
        return new Plot(
                "time",
                "percent",
                times(down),
                series,
                List.of(new Plot.Line(0, "spent", "bad")),
                marks);
    }

    /** How fast the budget burned, interval by interval: over six hours, or over the range. */
    Optional<Plot> burn(SloStatus status, int objective, TimeRange range) {
        Instant to = range.end(status.at());
        Instant from = to.minus(range.lengthOr(BURN_SPAN));
        return engine.burnDown(status.slo().name(), objective, from, to, BURN_POINTS)
                .map(down -> burn(down, status.slo(), objective, happenings.of(status, from, to)))
                .map(plot -> plot.withBands(happenings.bands(status.slo(), from, to)));
    }

    private static Plot burn(BurnDown down, Slo slo, int objective, List<Plot.Mark> marks) {
        BigDecimal target = slo.objectives().get(objective).target();
        double allowedShare = BigDecimal.ONE.subtract(target).doubleValue();
        List<@Nullable Double> rates = new ArrayList<>();
        double highest = 0;
        for (BurnDown.Point point : down.points()) {
            Double rate = point.total() == 0 ? null : point.bad() / (allowedShare * point.total());
            rates.add(rate);
            highest = rate == null ? highest : Math.max(highest, rate);
        }
        return new Plot(
                "time",
                "times",
                times(down),
                List.of(new Plot.Series("Burn rate", "budget", rates)),
                thresholds(slo, highest),
                marks);
    }

    /**
     * What an objective's values were: how many of each size, and three quantiles; over six hours,
     * or over the range. Empty where nothing is judged by its value.
     */
    Optional<Plot> heat(SloStatus status, int objective, TimeRange range) {
        Instant to = range.end(status.at());
        Instant from = to.minus(range.lengthOr(BURN_SPAN));
        return engine.values(status.slo().name(), objective, from, to, BURN_POINTS)
                .map(
                        columns ->
                                heat(
                                        columns,
                                        status.slo().objectives().get(objective),
                                        happenings.of(status, from, to)))
                .map(plot -> plot.withBands(happenings.bands(status.slo(), from, to)));
    }

    private static Plot heat(
            List<SloEngine.Values> columns, Objective objective, List<Plot.Mark> marks) {
        List<Map<Integer, Long>> rows =
                columns.stream().map(one -> rows(one.sketch(), ROWS_PER_OCTAVE)).toList();
        SortedSet<Integer> used = new TreeSet<>();
        rows.forEach(row -> used.addAll(row.keySet()));
        List<Double> bounds = new ArrayList<>();
        if (!used.isEmpty()) {
            for (int row = used.first(); row <= used.last() + 1; row++) {
                bounds.add(Math.pow(2, (double) row / ROWS_PER_OCTAVE));
            }
        }
        List<List<Long>> cells = new ArrayList<>();
        for (Map<Integer, Long> row : rows) {
            List<Long> column = new ArrayList<>();
            row.forEach(
                    (index, count) -> {
                        column.add((long) index - used.first());
                        column.add(count);
                    });
            cells.add(column);
        }
        return new Plot(
                "time",
                "value",
                columns.stream().map(one -> seconds(one.to())).toList(),
                List.of(
                        quantile(columns, "P50", 0.5),
                        quantile(columns, "P95", 0.95),
                        quantile(columns, "P99", 0.99)),
                objective.threshold().stream()
                        .map(
                                bound ->
                                        new Plot.Line(
                                                bound.value(),
                                                ("limit "
                                                                + Format.value(bound.value())
                                                                + " "
                                                                + Sentences.unit(
                                                                        objective.indicator()))
                                                        .strip(),
                                                "bad"))
                        .toList(),
                marks,
                List.of(),
                null,
                Sentences.unit(objective.indicator()),
                new Plot.Cells(bounds, cells));
    }

    private static Plot.Series quantile(List<SloEngine.Values> columns, String label, double q) {
        List<@Nullable Double> values = new ArrayList<>();
        for (SloEngine.Values column : columns) {
            OptionalDouble value = column.sketch().quantile(q);
            values.add(value.isPresent() ? (Double) value.getAsDouble() : null);
        }
        return new Plot.Series(label, label.toLowerCase(Locale.ROOT), values);
    }

    /**
     * The pace that spends the budget exactly, and the alerts' thresholds as far as the rates come
     * near them.
     */
    private static List<Plot.Line> thresholds(Slo slo, double highest) {
        SortedSet<Double> pages = new TreeSet<>();
        for (AlertPolicy policy : slo.alertPolicies()) {
            for (AlertPolicy.AlertCondition condition : policy.conditions()) {
                if (condition.severity() == AlertPolicy.Severity.PAGE) {
                    pages.add(condition.threshold());
                }
            }
        }
        List<Plot.Line> lines = new ArrayList<>();
        if (highest < PACE_VISIBLE) {
            lines.add(new Plot.Line(1, "spends it exactly", "pace"));
        }
        for (double page : pages) {
            if (page <= 1.5 * highest) {
                lines.add(new Plot.Line(page, "pages at " + Format.exactTimes(page), "bad"));
            }
        }
        return lines;
    }

    /**
     * Both sides' share of bad events, interval by interval, and what the margins make of the
     * baseline's in this step.
     */
    Optional<Plot> rates(CutoverStatus status, String metric, TimeRange range) {
        return metric(status, metric)
                .map(
                        sides -> {
                            List<Double> at = new ArrayList<>();
                            List<@Nullable Double> baseline = new ArrayList<>();
                            List<@Nullable Double> candidate = new ArrayList<>();
                            for (CutoverStatus.Minute minute : sides.perMinute()) {
                                if (!range.shows(minute.at(), status.at())) {
                                    continue;
                                }
                                at.add(seconds(minute.at()));
                                baseline.add(share(minute.baselineBad(), minute.baselineTotal()));
                                candidate.add(
                                        share(minute.candidateBad(), minute.candidateTotal()));
                            }
                            return new Plot(
                                    "time",
                                    "percent",
                                    at,
                                    List.of(
                                            new Plot.Series("Legacy", "baseline", baseline),
                                            new Plot.Series("Platform", "candidate", candidate)),
                                    margins(status, metric),
                                    stepMarks(status));
                        });
    }

    private static List<Plot.Line> margins(CutoverStatus status, String metric) {
        Optional<BigDecimal> limit =
                status.cutover().metrics().stream()
                        .filter(one -> one.name().equals(metric))
                        .findFirst()
                        .flatMap(Cutover.Metric::limit);
        if (limit.isPresent()) {
            return List.of(new Plot.Line(limit.get().doubleValue(), "the limit", "bad"));
        }
        return status.decision().stream()
                .flatMap(decision -> decision.metrics().stream())
                .filter(one -> one.name().equals(metric) && one.quantile().isEmpty())
                .filter(one -> one.baselineBad() > 0)
                .flatMap(
                        one -> {
                            double share = (double) one.baselineBad() / one.baselineTotal();
                            return Stream.of(
                                    new Plot.Line(
                                            share * one.noGoMargin(),
                                            "no go over " + Format.exactTimes(one.noGoMargin()),
                                            "bad"),
                                    new Plot.Line(
                                            share * one.goMargin(),
                                            "go under " + Format.exactTimes(one.goMargin()),
                                            "pace"));
                        })
                .toList();
    }

    /**
     * How near each proof is: the log of its e-value over what it needs, so that 1 is proven
     * whichever it is.
     */
    Optional<Plot> evidence(CutoverStatus status, String metric, TimeRange range) {
        return Stream.concat(
                        status.metrics().stream().map(CutoverStatus.SideBySide::metric),
                        status.quantiles().stream().map(CutoverStatus.SideValues::metric))
                .filter(metric::equals)
                .findFirst()
                .map(
                        _ -> {
                            Map<Double, Decision.MetricEvidence> byTime = new TreeMap<>();
                            for (Decision decision :
                                    history.of(status.cutover().name(), status.decision())) {
                                if (range.shows(decision.evaluatedAt(), status.at())
                                        && status.run()
                                                .filter(run -> run.number() == decision.run())
                                                .isPresent()) {
                                    decision.metrics().stream()
                                            .filter(evidence -> evidence.name().equals(metric))
                                            .forEach(
                                                    evidence ->
                                                            byTime.put(
                                                                    seconds(decision.evaluatedAt()),
                                                                    evidence));
                                }
                            }
                            List<@Nullable Double> go = new ArrayList<>();
                            List<@Nullable Double> noGo = new ArrayList<>();
                            for (Decision.MetricEvidence evidence : byTime.values()) {
                                go.add(nearness(evidence.logEGo(), evidence.logEGoNeeded()));
                                noGo.add(nearness(evidence.logENoGo(), evidence.logENoGoNeeded()));
                            }
                            return new Plot(
                                    "time",
                                    "percent",
                                    List.copyOf(byTime.keySet()),
                                    List.of(
                                            new Plot.Series("Go", "go", go),
                                            new Plot.Series("No go", "no-go", noGo)),
                                    List.of(new Plot.Line(1, "proven", "pace")),
                                    stepMarks(status));
                        });
    }

    /**
     * Evidence far beyond its proof, or far against it, says no more than that; the middle is what
     * matters.
     */
    private static Double nearness(double logE, double needed) {
        return Math.clamp(logE / needed, -0.5, 1.5);
    }

    /**
     * Both sides' values as shares of their requests, on columns of equal width in the logarithm.
     *
     * @param group of the events; empty for all
     */
    Optional<Plot> values(CutoverStatus status, String name, Optional<String> group) {
        return sides(status, name, group)
                .filter(sides -> sides.baseline().count() + sides.candidate().count() > 0)
                .map(
                        sides -> {
                            Map<Integer, Long> baseline =
                                    rows(sides.baseline(), COLUMNS_PER_OCTAVE);
                            Map<Integer, Long> candidate =
                                    rows(sides.candidate(), COLUMNS_PER_OCTAVE);
                            SortedSet<Integer> used = new TreeSet<>(baseline.keySet());
                            used.addAll(candidate.keySet());
                            List<Double> at = new ArrayList<>();
                            List<@Nullable Double> left = new ArrayList<>();
                            List<@Nullable Double> right = new ArrayList<>();
                            if (!used.isEmpty()) {
                                // One empty column on either side lets both shapes come down to the
                                // ground.
                                for (int column = used.first() - 1;
                                        column <= used.last() + 1;
                                        column++) {
                                    at.add(Math.pow(2, (double) column / COLUMNS_PER_OCTAVE));
                                    left.add(
                                            share(
                                                    baseline.getOrDefault(column, 0L),
                                                    sides.baseline().count()));
                                    right.add(
                                            share(
                                                    candidate.getOrDefault(column, 0L),
                                                    sides.candidate().count()));
                                }
                            }
                            return new Plot(
                                    "log",
                                    "percent",
                                    at,
                                    List.of(
                                            new Plot.Series("Legacy", "baseline", left),
                                            new Plot.Series("Platform", "candidate", right)),
                                    List.of(),
                                    limit(status.cutover(), name));
                        });
    }

    private Optional<CutoverStatus.SideValues> sides(
            CutoverStatus status, String name, Optional<String> group) {
        if (group.isPresent()) {
            return engine.cutoverValues(status.cutover().name(), name, group.get());
        }
        return Stream.concat(
                        status.metrics().stream()
                                .map(
                                        one ->
                                                new CutoverStatus.SideValues(
                                                        one.metric(),
                                                        one.baselineValues().orElseGet(Sketch::new),
                                                        one.candidateValues()
                                                                .orElseGet(Sketch::new))),
                        status.quantiles().stream())
                .filter(one -> one.metric().equals(name))
                .findFirst();
    }

    /** How many values lie in {@code [2^(i/n), 2^((i+1)/n))}, by {@code i}. */
    private static Map<Integer, Long> rows(Sketch sketch, int perOctave) {
        Map<Integer, Long> rows = new TreeMap<>();
        for (Sketch.Bucket bucket : sketch.buckets()) {
            if (bucket.upper() > 0) {
                double middle =
                        Math.sqrt(Math.max(bucket.lower(), Double.MIN_NORMAL) * bucket.upper());
                int row = (int) Math.floor(perOctave * Math.log(middle) / Math.log(2));
                rows.merge(row, bucket.count(), Long::sum);
            }
        }
        return rows;
    }

    private static List<Plot.Mark> limit(Cutover cutover, String name) {
        return cutover.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .flatMap(
                        metric ->
                                metric.threshold().stream()
                                        .map(
                                                threshold ->
                                                        new Plot.Mark(
                                                                threshold.value(),
                                                                "limit "
                                                                        + (Format.value(
                                                                                                threshold
                                                                                                        .value())
                                                                                        + " "
                                                                                        + Sentences
                                                                                                .unit(
                                                                                                        metric
                                                                                                                .indicator()))
                                                                                .strip())))
                .toList();
    }

    private static Optional<CutoverStatus.SideBySide> metric(CutoverStatus status, String name) {
        return status.metrics().stream().filter(sides -> sides.metric().equals(name)).findFirst();
    }

    private static List<Plot.Mark> stepMarks(CutoverStatus status) {
        return status.run().stream()
                .map(Run::steps)
                .flatMap(List::stream)
                .map(
                        step ->
                                new Plot.Mark(
                                        seconds(step.startedAt()),
                                        Format.exactPercent(step.share())))
                .toList();
    }

    static List<Double> times(BurnDown down) {
        return down.points().stream().map(point -> seconds(point.at())).toList();
    }

    static Double seconds(Instant at) {
        return at.toEpochMilli() / 1e3;
    }

    private static @Nullable Double share(long part, long total) {
        return total == 0 ? null : (Double) ((double) part / total);
    }
}
