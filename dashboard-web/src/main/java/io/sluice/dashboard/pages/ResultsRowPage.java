package io.sluice.dashboard.pages;

import io.sluice.definitions.InWords;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.RowHistory;
import io.sluice.engine.time.Interval;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one row of results is made from.
 *
 * @param how its numbers are made, a sentence
 * @param counted which events they are made from
 * @param sides before and after
 * @param hasPlot whether it has a time to look at: what deployments tell has none
 * @param unmeasured what to say where that time has nothing to plot
 * @param deployments of both times, the newest first; none for rows that telemetry tells
 * @param older how many more deployments there are, in words; empty for none
 */
public record ResultsRowPage(
        String title,
        String table,
        String back,
        String how,
        List<String> counted,
        List<SidePart> sides,
        String improvement,
        String note,
        RangePart range,
        boolean hasPlot,
        Optional<SloPage.PlotPart> plot,
        Text unmeasured,
        List<DeploymentRow> deployments,
        String older) {

    /**
     * One of the two numbers.
     *
     * @param style {@code baseline} or {@code candidate}
     * @param counted how many events, or deployments
     */
    public record SidePart(
            String name, String style, String value, String unit, String counted, Text time) {}

    public record DeploymentRow(Text at, String service, String version, String side) {}

    /** As many intervals as a plot of this width shows apart. */
    private static final int INTERVALS = 160;

    /** The newest are enough to look at. */
    private static final int DEPLOYMENTS = 50;

    /**
     * A row and where it is.
     *
     * @param table its name
     * @param slug the row's title as in an address
     */
    record Found(String table, String slug, RowHistory history) {}

    /**
     * Looks for a row.
     *
     * @param range what the points are of
     */
    static Optional<Found> find(
            SloEngine engine, String table, String slug, ResultsChoice choice, TimeRange range) {
        int row = Slugs.of(ResultsPage.metrics(engine.definitions(), table)).indexOf(slug);
        return row < 0
                ? Optional.empty()
                : engine.resultsRow(table, row, choice.windows(), time(engine, range), INTERVALS)
                        .map(history -> new Found(table, slug, history));
    }

    private static Optional<Interval> time(SloEngine engine, TimeRange range) {
        if (range.equals(TimeRange.NOT_CHOSEN)) {
            return Optional.empty();
        }
        Instant end = range.end(engine.now());
        return Optional.of(new Interval(end.minus(range.lengthOr(Plots.BURN_SPAN)), end));
    }

    static ResultsRowPage of(SloEngine engine, Found found, ResultsChoice choice, TimeRange range) {
        Instant now = engine.now();
        RowHistory history = found.history();
        Results.Row row = history.row();
        List<DeploymentRow> deployments = deployments(engine, history, now);
        String path = ResultsPage.path(found.table(), found.slug());
        return new ResultsRowPage(
                row.metric(),
                ResultsPage.title(engine, found.table()),
                choice.on("/results") + ResultsPage.fragment(found.table(), found.slug()),
                how(history.definition()),
                counted(engine, found.table(), history.definition()),
                List.of(
                        side("Before", "baseline", row.before(), history.before(), history, now),
                        side("After", "candidate", row.after(), history.after(), history, now)),
                row.improvement().orElse(""),
                row.note().map(Sentences::sentence).orElse(""),
                RangePart.of(
                        "Before to after",
                        TimeRange.LENGTHS,
                        range,
                        chosen -> Links.asked(path, choice.query() + chosen.query()),
                        now),
                isMeasured(history),
                plot(history)
                        .flatMap(
                                plot ->
                                        SloPage.part(
                                                plot,
                                                "row",
                                                source(path, choice, range),
                                                row.metric(),
                                                range.equals(TimeRange.NOT_CHOSEN)
                                                        ? Text.of("from before to after")
                                                        : range.words(Plots.BURN_SPAN, now),
                                                ", old system and new")),
                range.equals(TimeRange.NOT_CHOSEN)
                        ? Text.of("Nothing was measured from before to after.")
                        : range.nothing(Plots.BURN_SPAN, now),
                deployments.subList(0, Math.min(DEPLOYMENTS, deployments.size())),
                deployments.size() > DEPLOYMENTS
                        ? Format.count(deployments.size() - DEPLOYMENTS)
                                + " older ones are not shown."
                        : "");
    }

    /** Others are told by deployments. */
    private static boolean isMeasured(RowHistory history) {
        return history.definition().source().isPresent();
    }

    private static String source(String path, ResultsChoice choice, TimeRange range) {
        return Links.asked("/plots" + path, choice.query() + range.query());
    }

    private static SidePart side(
            String name,
            String style,
            OptionalDouble value,
            RowHistory.Used used,
            RowHistory history,
            Instant now) {
        String unit = history.row().unit();
        return new SidePart(
                name,
                style,
                ResultsPage.value(value, unit),
                value.isPresent() ? unit : "",
                Format.count(used.events())
                        + (isMeasured(history) ? " event" : " deployment")
                        + (used.events() == 1 ? "" : "s"),
                ResultsPage.period(used.period(), now));
    }

    private static String how(ResultsTable.Row row) {
        return switch (row.statistic()) {
            case P50 -> "Half of the values are at most this, within 1.08 %.";
            case P95 -> "95 of 100 values are at most this, within 1.08 %.";
            case P99 -> "99 of 100 values are at most this, within 1.08 %.";
            case MEAN -> "The mean of all values, exact unless it is said here why not.";
            case MAXIMUM -> "The highest value, within 1.08 %.";
            case RATIO -> "The share of events that count.";
            case DEPLOYMENTS_PER_MONTH -> "Reported deployments, scaled to a month.";
            case LEAD_TIME -> "The median time from commit to deployment, of reported deployments.";
        };
    }

    private static List<String> counted(SloEngine engine, String table, ResultsTable.Row row) {
        List<String> sentences = new ArrayList<>();
        row.source().ifPresent(source -> sentences.add(counted(source, row.part())));
        Optional.ofNullable(engine.definitions().resultsTables().get(table))
                .filter(_ -> row.source().isPresent())
                .ifPresent(
                        definition -> {
                            sentences.add(
                                    "Before is where "
                                            + InWords.describe(definition.before())
                                            + ".");
                            sentences.add(
                                    "After is where " + InWords.describe(definition.after()) + ".");
                        });
        return sentences;
    }

    private static String counted(EventSource source, Optional<EventSource> part) {
        String all = InWords.describe(source);
        return Sentences.sentence(
                part.map(one -> InWords.describe(one) + ", among " + all).orElse(all));
    }

    /** Both sides over time, and where what is set against each other ends and begins. */
    static Optional<Plot> plot(RowHistory history) {
        if (history.points().isEmpty()) {
            return Optional.empty();
        }
        boolean share = history.definition().statistic() == ResultsTable.Statistic.RATIO;
        List<@Nullable Double> before = new ArrayList<>();
        List<@Nullable Double> after = new ArrayList<>();
        for (RowHistory.Point point : history.points()) {
            before.add(value(point.before(), share));
            after.add(value(point.after(), share));
        }
        List<Plot.Mark> marks = new ArrayList<>();
        history.before()
                .period()
                .to()
                .ifPresent(at -> marks.add(new Plot.Mark(Plots.seconds(at), "before ends")));
        history.after()
                .period()
                .from()
                .ifPresent(at -> marks.add(new Plot.Mark(Plots.seconds(at), "after begins")));
        return Optional.of(
                new Plot(
                        "time",
                        share ? "percent" : "number",
                        history.points().stream().map(point -> Plots.seconds(point.at())).toList(),
                        List.of(
                                new Plot.Series("Old system", "baseline", before),
                                new Plot.Series("New system", "candidate", after)),
                        List.of(),
                        marks,
                        List.of(),
                        null,
                        share ? null : history.row().unit(),
                        null));
    }

    /** The engine's ratios are in percent. */
    private static @Nullable Double value(OptionalDouble value, boolean share) {
        return value.isPresent() ? (Double) (value.getAsDouble() / (share ? 100 : 1)) : null;
    }

    private static List<DeploymentRow> deployments(
            SloEngine engine, RowHistory history, Instant now) {
        if (isMeasured(history)) {
            return List.of();
        }
        List<DeploymentRow> rows = new ArrayList<>();
        add(rows, engine, "before", history.before().period(), now);
        add(rows, engine, "after", history.after().period(), now);
        return rows.reversed();
    }

    private static void add(
            List<DeploymentRow> rows,
            SloEngine engine,
            String side,
            Results.Period period,
            Instant now) {
        if (period.from().isEmpty()) {
            return;
        }
        engine.deployments(period.from().get(), period.to().orElse(now))
                .forEach(
                        one ->
                                rows.add(
                                        new DeploymentRow(
                                                Text.at(one.at(), now),
                                                one.service(),
                                                one.version(),
                                                side)));
    }
}
