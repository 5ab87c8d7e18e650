package io.sluice.dashboard.pages;

import io.sluice.definitions.model.ResultsTable;
import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Before against after.
 *
 * @param choices by which cutovers' times; none where there are none
 * @param before as a form's field holds it; empty unless chosen by hand, as is {@code after}
 */
public record ResultsPage(
        List<SloPage.WindowChoice> choices,
        boolean byHand,
        String before,
        String after,
        List<Table> tables) {

    /**
     * One migration's table.
     *
     * @param markdown where the same is, as a file; as are {@code csv} and {@code json}
     */
    public record Table(
            String name,
            String title,
            Text before,
            Text after,
            List<Row> rows,
            String markdown,
            String csv,
            String json) {}

    /**
     * One row.
     *
     * @param address of the page of what it is made from
     * @param beforeWidth of 100, as is {@code afterWidth}: the two against each other
     */
    public record Row(
            String anchor,
            String address,
            String metric,
            String unit,
            String before,
            String after,
            double beforeWidth,
            double afterWidth,
            boolean beforeMeasured,
            boolean afterMeasured,
            String improvement,
            String note) {}

    static ResultsPage of(SloEngine engine, ResultsChoice choice) {
        Instant now = engine.now();
        return new ResultsPage(
                choices(engine, choice),
                choice.isByHand(),
                choice.windows().before().map(ResultsChoice::written).orElse(""),
                choice.windows().after().map(ResultsChoice::written).orElse(""),
                engine.results(choice.windows()).stream()
                        .map(table -> table(engine, table, choice, now))
                        .toList());
    }

    private static List<SloPage.WindowChoice> choices(SloEngine engine, ResultsChoice choice) {
        List<SloPage.WindowChoice> choices = new ArrayList<>();
        choices.add(
                new SloPage.WindowChoice(
                        "The whole migration", "/results", choice.equals(ResultsChoice.OF_TABLE)));
        engine.definitions()
                .cutovers()
                .values()
                .forEach(
                        cutover -> {
                            ResultsChoice one = ResultsChoice.ofCutover(cutover.name());
                            choices.add(
                                    new SloPage.WindowChoice(
                                            cutover.metadata().displayName(),
                                            one.on("/results"),
                                            one.equals(choice)));
                        });
        return choices.size() == 1 ? List.of() : choices;
    }

    private static Table table(
            SloEngine engine, Results results, ResultsChoice choice, Instant now) {
        String query = "?name=" + Links.segment(results.name()) + choice.query();
        return new Table(
                results.name(),
                title(engine, results.name()),
                period(results.before(), now),
                period(results.after(), now),
                results.rows().stream().map(row -> row(results.name(), row, choice)).toList(),
                "/api/v1/results/markdown" + query,
                "/api/v1/results/csv" + query,
                "/api/v1/results" + query);
    }

    /** A table's name for people. */
    static String title(SloEngine engine, String table) {
        return Optional.ofNullable(engine.definitions().resultsTables().get(table))
                .map(ResultsTable::metadata)
                .map(metadata -> metadata.displayName())
                .orElse(table);
    }

    static Text period(Results.Period period, Instant now) {
        if (period.from().isEmpty()) {
            return Text.of("not begun");
        }
        Text from = Text.at(period.from().get(), now).and(" to ");
        return period.to().map(at -> from.andAt(at, now)).orElse(from.and("now"));
    }

    private static Row row(String table, Results.Row row, ResultsChoice choice) {
        double most = Math.max(row.before().orElse(0), row.after().orElse(0));
        return new Row(
                anchor(table, row.metric()),
                choice.on("/results/" + Links.segment(table) + "/" + slug(row.metric())),
                row.metric(),
                row.unit(),
                value(row.before(), row.unit()),
                value(row.after(), row.unit()),
                width(row.before(), most),
                width(row.after(), most),
                row.before().isPresent(),
                row.after().isPresent(),
                row.improvement().orElse(""),
                row.note().orElse(""));
    }

    static String value(OptionalDouble value, String unit) {
        return value.isPresent() ? Format.value(value.getAsDouble(), unit) : "unmeasured";
    }

    private static double width(OptionalDouble value, double most) {
        return most > 0 ? 100 * Math.max(0, value.orElse(0)) / most : 0;
    }

    /** Where on the page a row is. */
    static String anchor(String table, String metric) {
        return slug(table) + "-" + slug(metric);
    }

    /** A title as a part of an address: {@code page-load-time-p99}. */
    static String slug(String title) {
        String slug =
                title.toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9]+", "-")
                        .replaceAll("^-|-$", "");
        return slug.isEmpty() ? "row" : slug;
    }
}
