package io.sluice.dashboard.http;

import io.javalin.http.Context;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Rows as CSV (RFC 4180). Texts that a spreadsheet would take for a formula get an apostrophe in
 * front: they are from outside. Used by one thread.
 */
public final class Csv {
    private static final String FORMULA = "=+-@\t\r";

    private final StringBuilder text = new StringBuilder();

    private Csv() {}

    /** A file with these columns, and no row yet. */
    public static Csv of(String... columns) {
        Csv csv = new Csv();
        csv.row((Object[]) columns);
        return csv;
    }

    /**
     * One row more.
     *
     * @param cells texts, numbers, instants, or an optional of one of them
     */
    public Csv row(Object... cells) {
        for (int i = 0; i < cells.length; i++) {
            text.append(i == 0 ? "" : ",").append(cell(cells[i]));
        }
        text.append("\r\n");
        return this;
    }

    private static String cell(Object cell) {
        return switch (cell) {
            case Optional<?> some -> some.map(Csv::cell).orElse("");
            case OptionalDouble some -> some.isPresent() ? plain(some.getAsDouble()) : "";
            case Double number -> plain(number);
            case Number number -> number.toString();
            case Instant instant -> instant.toString();
            default -> quoted(cell.toString());
        };
    }

    /**
     * Without an exponent, which not every spreadsheet takes for a number; nothing for what is
     * none.
     */
    private static String plain(double value) {
        return Double.isFinite(value) ? BigDecimal.valueOf(value).toPlainString() : "";
    }

    private static String quoted(String text) {
        String safe = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + safe.replace("\"", "\"\"") + '"'
                : safe;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** Answers with it, to be kept under this name; what a file's name may not have is left out. */
    public void answer(Context ctx, String name) {
        String file = name.replaceAll("[^-._a-zA-Z0-9]", "") + ".csv";
        ctx.contentType("text/csv; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"" + file + "\"")
                .result(text.toString());
    }
}
