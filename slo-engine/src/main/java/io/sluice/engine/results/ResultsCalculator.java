package io.sluice.engine.results;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.definitions.model.ResultsTable.Statistic;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.results.Results.Period;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredDeployment;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Fills results tables from telemetry and from reported deployments. Thread-safe.
 *
 * <p>Before is the time from the oldest data to the start of the first run of the table's cutovers.
 * After is the time since the last of them moved all traffic. A side whose time is shorter than a
 * row needs is unmeasured in that row, and the note says what it needs.
 */
public final class ResultsCalculator {

    private static final double SECONDS_PER_MONTH = 365.2425 / 12 * 24 * 3600;
    private static final double MILLIS_PER_HOUR = 3_600_000;
    private static final long BUCKET = 10;

    private final SeriesReader series;
    private final Store store;

    /** Reads from these. */
    public ResultsCalculator(SeriesReader series, Store store) {
        this.series = series;
        this.store = store;
    }

    /**
     * Every results table of the plan's definitions, in name order.
     *
     * @param windows what is set against each other
     */
    public List<Results> results(MeasurePlan plan, Results.Windows windows, Instant now) {
        return plan.definitions().resultsTables().values().stream()
                .map(table -> results(plan, table, windows, now))
                .toList();
    }

    private Results results(
            MeasurePlan plan, ResultsTable table, Results.Windows windows, Instant now) {
        Side before = before(plan, table, windows, now);
        Side after = after(plan, table, windows, now);
        List<Results.Row> rows = new ArrayList<>();
        for (int i = 0; i < table.rows().size(); i++) {
            rows.add(row(plan, table, i, before, after));
        }
        return new Results(table.metadata().name(), before.period(), after.period(), rows);
    }

    private Results.Row row(
            MeasurePlan plan, ResultsTable table, int index, Side before, Side after) {
        ResultsTable.Row row = table.rows().get(index);
        return row(
                row,
                value(row, before, source(plan, table, index, false)),
                value(row, after, source(plan, table, index, true)));
    }

    /**
     * What one row is made from.
     *
     * @param row its place in the table
     * @param time what its points are of; where it is empty, from where before begins to where
     *     after ends
     * @param intervals of equal length, a multiple of 10 s each; at least one
     * @return empty if there is no such row
     */
    public Optional<RowHistory> history(
            MeasurePlan plan,
            String name,
            int row,
            Results.Windows windows,
            Optional<Interval> time,
            int intervals,
            Instant now) {
        ResultsTable table = plan.definitions().resultsTables().get(name);
        if (table == null || row < 0 || row >= table.rows().size()) {
            return Optional.empty();
        }
        Side before = before(plan, table, windows, now);
        Side after = after(plan, table, windows, now);
        Optional<RowSource> old = source(plan, table, row, false);
        Optional<RowSource> next = source(plan, table, row, true);
        Span span =
                time.map(t -> new Span(t.from().getEpochSecond(), t.to().getEpochSecond()))
                        .orElseGet(() -> whole(before, after, now));
        return Optional.of(
                new RowHistory(
                        table.rows().get(row),
                        row(plan, table, row, before, after),
                        used(before, old),
                        used(after, next),
                        old.isPresent() && next.isPresent()
                                ? points(old.get(), next.get(), span, intervals)
                                : List.of()));
    }

    private static Span whole(Side before, Side after, Instant now) {
        long to = after.span().map(Span::to).orElse(now.getEpochSecond());
        long from =
                before.span()
                        .or(after::span)
                        .map(Span::from)
                        .orElse(to - Duration.ofDays(1).toSeconds());
        return new Span(Math.min(from, to - BUCKET), to);
    }

    private RowHistory.Used used(Side side, Optional<RowSource> source) {
        Optional<Span> span = side.span().map(_ -> own(side, source));
        return new RowHistory.Used(
                new Period(
                        span.map(s -> Instant.ofEpochSecond(s.from())),
                        span.map(s -> Instant.ofEpochSecond(s.to()))),
                span.map(
                                s ->
                                        source.map(of -> of.events(s.from(), s.to()))
                                                .orElseGet(() -> (long) deployments(s).size()))
                        .orElse(0L));
    }

    private static List<RowHistory.Point> points(
            RowSource before, RowSource after, Span span, int intervals) {
        long buckets = Math.max(1, Math.ceilDiv(span.seconds(), BUCKET * intervals));
        long length = buckets * BUCKET;
        long end = Math.ceilDiv(span.to(), BUCKET) * BUCKET;
        List<RowHistory.Point> points = new ArrayList<>();
        for (int i = Math.toIntExact(Math.min(intervals, Math.ceilDiv(span.seconds(), length))) - 1;
                i >= 0;
                i--) {
            Span interval = new Span(end - (i + 1) * length, end - i * length);
            points.add(
                    new RowHistory.Point(
                            Instant.ofEpochSecond(interval.to()),
                            before.value(interval.from(), interval.to()).number(),
                            after.value(interval.from(), interval.to()).number()));
        }
        return points;
    }

    private Optional<RowSource> source(
            MeasurePlan plan, ResultsTable table, int row, boolean after) {
        String name = table.metadata().name();
        return plan.forResults(name, row, after)
                .map(
                        values ->
                                new RowSource(
                                        series,
                                        table.rows().get(row),
                                        values.id(),
                                        plan.sumForResults(name, row, after).map(Measure::id)));
    }

    private static Side byHand(String name, Interval window) {
        Span span = new Span(window.from().getEpochSecond(), window.to().getEpochSecond());
        return new Side(name, Optional.of(span), true, "");
    }

    /**
     * One side's time.
     *
     * @param name before or after
     * @param byHand whether somebody chose it: then nothing outside of it counts
     * @param missing why there is no time; only without a span
     */
    private record Side(String name, Optional<Span> span, boolean byHand, String missing) {
        Period period() {
            return new Period(
                    span.map(s -> Instant.ofEpochSecond(s.from())),
                    span.map(s -> Instant.ofEpochSecond(s.to())));
        }
    }

    /** {@code [from, to)}, seconds since the epoch. */
    private record Span(long from, long to) {
        long seconds() {
            return to - from;
        }

        Span since(long other) {
            return new Span(other, Math.max(other, to));
        }
    }

    private static List<String> cutovers(ResultsTable table, Results.Windows windows) {
        return windows.cutovers().isEmpty() ? table.cutovers() : windows.cutovers();
    }

    private Side before(
            MeasurePlan plan, ResultsTable table, Results.Windows windows, Instant now) {
        return windows.before()
                .map(window -> byHand("before", window))
                .orElseGet(() -> before(plan, table, cutovers(table, windows), now));
    }

    private Side after(MeasurePlan plan, ResultsTable table, Results.Windows windows, Instant now) {
        return windows.after()
                .map(window -> byHand("after", window))
                .orElseGet(() -> after(plan, cutovers(table, windows), now));
    }

    private Side before(MeasurePlan plan, ResultsTable table, List<String> cutovers, Instant now) {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < table.rows().size(); i++) {
            Optional<RowSource> source = source(plan, table, i, false);
            if (source.isPresent()) {
                oldest = Math.min(oldest, source.get().earliestBucket());
            }
        }
        long began =
                cutovers.stream()
                        .flatMap(cutover -> store.runs(cutover).stream().limit(1))
                        .mapToLong(run -> run.startedAtMillis() / 1000)
                        .min()
                        .orElse(now.getEpochSecond());
        return new Side(
                "before",
                oldest < began ? Optional.of(new Span(oldest, began)) : Optional.empty(),
                false,
                "nothing was measured before the cutovers began");
    }

    private Side after(MeasurePlan plan, List<String> cutovers, Instant now) {
        List<String> unfinished = new ArrayList<>();
        long since = Long.MIN_VALUE;
        for (String name : cutovers) {
            Optional<Long> moved =
                    Optional.ofNullable(plan.definitions().cutovers().get(name))
                            .flatMap(this::movedAllTraffic);
            if (moved.isPresent()) {
                since = Math.max(since, moved.get());
            } else {
                unfinished.add(name);
            }
        }
        boolean begun = unfinished.isEmpty() && !cutovers.isEmpty();
        return new Side(
                "after",
                begun
                        ? Optional.of(new Span(since, Math.max(since, now.getEpochSecond())))
                        : Optional.empty(),
                false,
                cutovers.isEmpty()
                        ? "the table names no cutover"
                        : "needs all traffic on the new side, still to come: "
                                + String.join(", ", unfinished));
    }

    /**
     * When the newest run set its last step's share; empty if that has not come, or the last step
     * keeps some traffic back.
     */
    private Optional<Long> movedAllTraffic(Cutover cutover) {
        List<StoredRun> runs = store.runs(cutover.name());
        int last = cutover.steps().size() - 1;
        if (runs.isEmpty()) {
            return Optional.empty();
        }
        return store.steps(cutover.name(), runs.getLast().run()).stream()
                .filter(step -> step.index() == last && step.share() >= 1)
                .map(StoredStep::startedAtMillis)
                // The first whole second after it.
                .map(millis -> Math.ceilDiv(millis, 1000L))
                .findFirst();
    }

    private static Results.Row row(ResultsTable.Row row, RowValue before, RowValue after) {
        Optional<String> improvement =
                before.number().isPresent() && after.number().isPresent()
                        ? Improvements.between(
                                before.number().getAsDouble(),
                                after.number().getAsDouble(),
                                row.improvement())
                        : Optional.empty();
        List<String> notes =
                Stream.of(before.note(), after.note()).flatMap(Optional::stream).toList();
        return new Results.Row(
                row.metric(),
                row.unit(),
                before.number(),
                after.number(),
                improvement,
                notes.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", notes)));
    }

    private RowValue value(ResultsTable.Row row, Side side, Optional<RowSource> source) {
        String prefix = side.name() + ": ";
        if (side.span().isEmpty()) {
            return RowValue.missing(prefix + side.missing());
        }
        Span span = own(side, source);
        if (span.seconds() < row.minimumWindowSeconds()) {
            return RowValue.missing(
                    prefix
                            + "needs "
                            + words(row.minimumWindowSeconds())
                            + " of data, has "
                            + words(span.seconds()));
        }
        RowValue value =
                source.map(of -> of.value(span.from(), span.to()))
                        .orElseGet(() -> RowValue.exact(deployed(row.statistic(), span)));
        return value.number().isPresent()
                ? value.about(side.name())
                : RowValue.missing(prefix + "nothing was measured");
    }

    /**
     * Data of a row may be younger than the table's oldest; deployments may be reported that are
     * older.
     */
    private Span own(Side side, Optional<RowSource> source) {
        Span span = side.span().orElseThrow();
        if (source.isPresent()) {
            long earliest = source.get().earliestBucket();
            return earliest > span.from() && earliest < span.to() ? span.since(earliest) : span;
        }
        if (side.name().equals("before") && !side.byHand()) {
            List<StoredDeployment> earlier = store.deployments(0, span.from() * 1000);
            return earlier.isEmpty()
                    ? span
                    : span.since(earlier.getFirst().deployedAtMillis() / 1000);
        }
        return span;
    }

    private List<StoredDeployment> deployments(Span span) {
        return store.deployments(span.from() * 1000, span.to() * 1000);
    }

    private OptionalDouble deployed(Statistic statistic, Span span) {
        List<StoredDeployment> deployments = deployments(span);
        return switch (statistic) {
            case DEPLOYMENTS_PER_MONTH ->
                    deployments.isEmpty() || span.seconds() == 0
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(
                                    deployments.size() / (span.seconds() / SECONDS_PER_MONTH));
            case LEAD_TIME ->
                    median(
                            deployments.stream()
                                    .filter(deployment -> deployment.committedAtMillis() > 0)
                                    .mapToDouble(
                                            d ->
                                                    (d.deployedAtMillis() - d.committedAtMillis())
                                                            / MILLIS_PER_HOUR)
                                    .sorted()
                                    .toArray());
            case P50, P95, P99, MEAN, MAXIMUM, RATIO ->
                    throw new IllegalArgumentException(statistic + " needs a source");
        };
    }

    private static OptionalDouble median(double[] sorted) {
        int n = sorted.length;
        return n == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((sorted[(n - 1) / 2] + sorted[n / 2]) / 2);
    }

    private static String words(long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        if (duration.toDays() >= 2) {
            return duration.toDays() + " days";
        }
        if (duration.toHours() >= 2) {
            return duration.toHours() + " h";
        }
        return duration.toMinutes() >= 2 ? duration.toMinutes() + " min" : seconds + " s";
    }
}
