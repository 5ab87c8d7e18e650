package io.sluice.dashboard.api;

import io.sluice.dashboard.http.Csv;
import io.sluice.engine.results.Results;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A results table as Markdown for people, and as CSV for spreadsheets. */
final class ResultsText {
    /** Values from sketches are within 1.08 %; more digits would claim more. */
    private static final MathContext SHOWN = new MathContext(4, RoundingMode.HALF_UP);

    private ResultsText() {}

    /** A heading, the times, the table, and a note for each row that lacks something. */
    static String markdown(Results results) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + inMarkdown(results.name()) + ": before and after");
        lines.add("");
        lines.add("Before: " + period(results.before()) + ".  ");
        lines.add("After: " + period(results.after()) + ".");
        lines.add("");
        lines.add("| metric | before | after | improvement |");
        lines.add("| --- | --- | --- | --- |");
        for (Results.Row row : results.rows()) {
            lines.add(
                    "| "
                            + String.join(
                                    " | ",
                                    inMarkdown(row.metric()),
                                    inMarkdown(value(row.before(), row.unit())),
                                    inMarkdown(value(row.after(), row.unit())),
                                    inMarkdown(row.improvement().orElse("")))
                            + " |");
        }
        List<String> notes =
                results.rows().stream()
                        .filter(row -> row.note().isPresent())
                        .map(
                                row ->
                                        "- "
                                                + inMarkdown(row.metric())
                                                + ": "
                                                + inMarkdown(row.note().orElseThrow()))
                        .toList();
        if (!notes.isEmpty()) {
            lines.add("");
            lines.addAll(notes);
        }
        return String.join("\n", lines) + "\n";
    }

    private static String period(Results.Period period) {
        return period.from().isEmpty()
                ? "not begun"
                : period.from().get() + " to " + period.to().map(Instant::toString).orElse("now");
    }

    private static String value(OptionalDouble value, String unit) {
        if (value.isEmpty()) {
            return "unmeasured";
        }
        BigDecimal number = BigDecimal.valueOf(value.getAsDouble());
        BigDecimal shown =
                number.abs().compareTo(BigDecimal.valueOf(1000)) >= 0
                        ? number.setScale(0, RoundingMode.HALF_UP)
                        : number.round(SHOWN);
        DecimalFormat format =
                new DecimalFormat("#,##0.######", DecimalFormatSymbols.getInstance(Locale.ROOT));
        return (format.format(shown) + " " + unit).strip();
    }

    /** Names and units are whatever a definition says: no table, no markup, no link. */
    private static String inMarkdown(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replaceAll("[\\\\|\\[\\]`*_~!]", "\\\\$0")
                .replaceAll("\\R", " ");
    }

    /** A header, then a row each; numbers as they are, empty where unmeasured. */
    static Csv csv(Results results) {
        Csv csv =
                Csv.of(
                        "table",
                        "metric",
                        "unit",
                        "before",
                        "after",
                        "improvement",
                        "note",
                        "beforeFrom",
                        "beforeTo",
                        "afterFrom",
                        "afterTo");
        for (Results.Row row : results.rows()) {
            csv.row(
                    results.name(),
                    row.metric(),
                    row.unit(),
                    row.before(),
                    row.after(),
                    row.improvement(),
                    row.note(),
                    results.before().from(),
                    results.before().to(),
                    results.after().from(),
                    results.after().to());
        }
        return csv;
    }
}
