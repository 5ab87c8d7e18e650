package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/** Before against after. */
public record ResultsPage(List<Table> tables) {

    /** One migration's table. */
    public record Table(String name, Text before, Text after, List<Row> rows) {}

    /**
     * One row.
     *
     * @param beforeWidth of 100, as is {@code afterWidth}: the two against each other
     */
    public record Row(
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

    static ResultsPage of(SloEngine engine) {
        Instant now = engine.now();
        return new ResultsPage(engine.results().stream().map(table -> table(table, now)).toList());
    }

    private static Table table(Results results, Instant now) {
        return new Table(
                results.name(),
                period(results.before(), now),
                period(results.after(), now),
                results.rows().stream().map(ResultsPage::row).toList());
    }

    private static Text period(Results.Period period, Instant now) {
        if (period.from().isEmpty()) {
            return Text.of("not begun");
        }
        Text from = Text.at(period.from().get(), now).and(" to ");
        return period.to().map(at -> from.andAt(at, now)).orElse(from.and("now"));
    }

    private static Row row(Results.Row row) {
        double most = Math.max(row.before().orElse(0), row.after().orElse(0));
        return new Row(
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

    private static String value(OptionalDouble value, String unit) {
        return value.isPresent() ? Format.value(value.getAsDouble(), unit) : "unmeasured";
    }

    private static double width(OptionalDouble value, double most) {
        return most > 0 ? 100 * Math.max(0, value.orElse(0)) / most : 0;
    }
}
