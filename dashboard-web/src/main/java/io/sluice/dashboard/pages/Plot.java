package io.sluice.dashboard.pages;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.sluice.dashboard.http.Csv;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A plot's numbers, in columns as uPlot wants them. What they look like is the style sheet's and
 * the script's affair.
 *
 * @param y how the vertical axis is told: {@code percent} of a share, {@code times} of a factor,
 *     {@code number} in its unit, and on a logarithmic scale {@code value} in its unit and {@code
 *     count} of events
 * @param x {@code time} in seconds since the epoch, or {@code log} for a value
 * @param at the horizontal places, rising
 * @param lines across the plot
 * @param marks up and down the plot
 * @param bands of time under everything
 * @param top the highest value that is drawn; null for all of them
 * @param unit of values; null for others
 * @param cells under the lines; null for none
 */
record Plot(
        String x,
        String y,
        List<Double> at,
        List<Series> series,
        List<Line> lines,
        List<Mark> marks,
        List<Band> bands,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double top,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String unit,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Cells cells) {
    private static final double WIDTH = 600;
    private static final double HEIGHT = 160;

    Plot {
        at = List.copyOf(at);
        series = List.copyOf(series);
        lines = List.copyOf(lines);
        marks = List.copyOf(marks);
        bands = List.copyOf(bands);
    }

    Plot(
            String x,
            String y,
            List<Double> at,
            List<Series> series,
            List<Line> lines,
            List<Mark> marks) {
        this(x, y, at, series, lines, marks, List.of(), null, null, null);
    }

    /** The same, with bands of time under it. */
    Plot withBands(List<Band> more) {
        return new Plot(x, y, at, series, lines, marks, more, top, unit, cells);
    }

    /**
     * How many values were in each row of each column.
     *
     * @param bounds of the rows, rising; one more than there are rows
     * @param columns for each place, which rows have how many: row, count, row, count, …
     */
    record Cells(List<Double> bounds, List<List<Long>> columns) {
        Cells {
            bounds = List.copyOf(bounds);
            columns = List.copyOf(columns);
        }
    }

    /**
     * One line of numbers.
     *
     * @param role its colour: {@code budget}, {@code baseline}, {@code candidate}, {@code go},
     *     {@code no-go}
     * @param values null where nothing was measured
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Series(String label, String role, List<@Nullable Double> values) {
        Series {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }
    }

    /** A level that means something. */
    record Line(double value, String label, String role) {}

    /** A place that means something. */
    record Mark(double at, String label) {}

    /** A time that means something, from one place to another. */
    record Band(double from, double to, String label) {}

    boolean hasNoNumbers() {
        return at.isEmpty()
                || series.stream().allMatch(s -> s.values().stream().allMatch(Objects::isNull));
    }

    /**
     * All numbers as CSV (RFC 4180): a column for time in ISO 8601, or for the value, then one for
     * each series; empty where nothing was measured.
     */
    Csv csv() {
        List<Object> head = new ArrayList<>();
        head.add(x.equals("log") ? "value" : "time");
        series.forEach(s -> head.add(s.label()));
        Csv csv = Csv.of(head.toArray(String[]::new));
        for (int i = 0; i < at.size(); i++) {
            List<Object> cells = new ArrayList<>();
            double place = at.get(i);
            cells.add(
                    x.equals("log")
                            ? (Object) place
                            : Instant.ofEpochMilli(Math.round(place * 1e3)));
            for (Series s : series) {
                cells.add(Optional.ofNullable(s.values().get(i)));
            }
            csv.row(cells.toArray());
        }
        return csv;
    }

    /** Each series as an SVG path over 600 by 160, for readers without scripts. */
    List<String> paths() {
        double min = 0;
        double max = 0;
        for (Series s : series) {
            for (Double value : s.values()) {
                min = value == null ? min : Math.min(min, value);
                max = value == null ? max : Math.max(max, value);
            }
        }
        List<String> paths = new ArrayList<>();
        for (Series s : series) {
            paths.add(path(s.values(), min, max > min ? max : min + 1));
        }
        return paths;
    }

    private String path(List<@Nullable Double> values, double min, double max) {
        StringBuilder path = new StringBuilder();
        boolean down = false;
        double first = place(at.getFirst());
        double width = Math.max(place(at.getLast()) - first, Double.MIN_NORMAL);
        for (int i = 0; i < values.size(); i++) {
            Double value = values.get(i);
            if (value != null) {
                path.append(
                        String.format(
                                Locale.ROOT,
                                "%s%.1f %.1f",
                                down ? "L" : "M",
                                (place(at.get(i)) - first) / width * WIDTH,
                                HEIGHT - (value - min) / (max - min) * HEIGHT));
                if (!down && (i + 1 == values.size() || values.get(i + 1) == null)) {
                    // A point between two gaps.
                    path.append("h0");
                }
            }
            down = value != null;
        }
        return path.toString();
    }

    private double place(double at) {
        return x.equals("log") ? Math.log(at) : at;
    }
}
