package io.sluice.dashboard.pages;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.ResultsTable;
import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        List<String> slugs = Slugs.of(results.rows().stream().map(Results.Row::metric).toList());
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < results.rows().size(); i++) {
            rows.add(row(results.name(), results.rows().get(i), slugs.get(i), choice));
        }
        return new Table(
                results.name(),
                title(engine, results.name()),
                period(results.before(), now),
                period(results.after(), now),
                rows,
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

    private static Row row(String table, Results.Row row, String slug, ResultsChoice choice) {
        double most = Math.max(row.before().orElse(0), row.after().orElse(0));
        return new Row(
                anchor(table, slug),
                choice.on(path(table, slug)),
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
    static String anchor(String table, String slug) {
        return table + "/" + slug;
    }

    /** The same, as the end of an address. */
    static String fragment(String table, String slug) {
        return "#" + Links.segment(table) + "/" + Links.segment(slug);
    }

    /** The page of what a row is made from, without what was chosen. */
    static String path(String table, String slug) {
        return "/results/" + Links.segment(table) + "/" + Links.segment(slug);
    }

    /** The place of a row of a definition on this page, or this page where there is no such row. */
    static String address(DefinitionSet definitions, String table, String metric) {
        List<String> metrics = metrics(definitions, table);
        int row = metrics.indexOf(metric);
        return "/results" + (row < 0 ? "" : fragment(table, Slugs.of(metrics).get(row)));
    }

    /** The titles of a table's rows; none where there is no such table. */
    static List<String> metrics(DefinitionSet definitions, String table) {
        return Optional.ofNullable(definitions.resultsTables().get(table)).stream()
                .flatMap(defined -> defined.rows().stream())
                .map(ResultsTable.Row::metric)
                .toList();
    }
}
