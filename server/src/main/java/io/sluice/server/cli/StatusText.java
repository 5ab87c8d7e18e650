package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The API's answers about objectives, alerts and cutovers as text for a terminal, what is wrong
 * first. Numbers never flatter: a share of good events is rounded down.
 */
final class StatusText {
    private static final int MOST_DECIMALS = 7;
    private static final String UNKNOWN = "-";

    /** One objective; a column each. */
    private record Row(
            String name, String tier, String now, String target, String budget, String state) {
        static final Row HEADER = new Row("OBJECTIVE", "TIER", "NOW", "TARGET", "BUDGET", "STATE");
    }

    private final List<Row> rows = new ArrayList<>();
    private final Map<String, Integer> states = new TreeMap<>();
    private final List<String> firing = new ArrayList<>();
    private final List<String> cutovers = new ArrayList<>();

    /** Takes a page of {@code /api/v1/slos}. */
    void slos(JsonNode page) {
        for (JsonNode slo : page.path("slos")) {
            JsonNode capacity = slo.path("capacity");
            if (capacity.isObject()) {
                capacity(slo, capacity);
            } else {
                objectives(slo, slo.path("objectives"));
            }
        }
    }

    /** A promise about load that may not have come: minutes without it prove nothing. */
    private void capacity(JsonNode slo, JsonNode capacity) {
        add(
                slo.path("name").asText(),
                slo,
                aMinute(capacity.path("highestPerMinute")),
                aMinute(capacity.path("target")),
                UNKNOWN,
                capacity.path("status"));
    }

    private void objectives(JsonNode slo, JsonNode objectives) {
        for (int i = 0; i < objectives.size(); i++) {
            String name = slo.path("name").asText();
            JsonNode objective = objectives.get(i);
            add(
                    objectives.size() == 1 ? name : name + " " + (i + 1),
                    slo,
                    goodShare(objective.path("sli")),
                    exactPercent(objective.path("target")),
                    percent(objective.path("budget").path("remainingRatio")),
                    objective.path("state"));
        }
    }

    private void add(
            String name, JsonNode slo, String now, String target, String budget, JsonNode state) {
        states.merge(words(state), 1, Integer::sum);
        rows.add(new Row(name, words(slo.path("tier")), now, target, budget, words(state)));
    }

    /** Takes the answer of {@code /api/v1/alerts}. */
    void alerts(JsonNode answer) {
        for (JsonNode alert : answer.path("alerts")) {
            String state = alert.path("state").asText();
            if (state.equals("FIRING") || state.equals("FROZEN")) {
                firing.add(
                        "%-6s  %s %s%s, since %s"
                                .formatted(
                                        words(alert.path("severity")),
                                        alert.path("slo").asText(),
                                        burns(alert),
                                        state.equals("FROZEN") ? "; its data stopped" : "",
                                        alert.path("conditionTrueAt").asText(UNKNOWN)));
            }
        }
    }

    /** Takes the answer of {@code /api/v1/cutovers}. */
    void cutovers(JsonNode answer) {
        for (JsonNode cutover : answer.path("cutovers")) {
            JsonNode share = cutover.path("step").path("share");
            cutovers.add(
                    "cutover %s: %s%s"
                            .formatted(
                                    cutover.path("name").asText(),
                                    standing(cutover),
                                    share.isNumber()
                                            ? ", at %s of %s"
                                                    .formatted(
                                                            exactPercent(share),
                                                            cutover.path("revision").asText())
                                            : ""));
        }
    }

    private static String standing(JsonNode cutover) {
        return switch (cutover.path("state").asText()) {
            case "NOT_STARTED" -> "not begun";
            case "COMPLETED" -> "done";
            default -> words(cutover.path("decision"));
        };
    }

    void print(PrintWriter out) {
        out.println(
                states.isEmpty()
                        ? "no objectives"
                        : states.entrySet().stream()
                                .map(state -> state.getValue() + " " + state.getKey())
                                .collect(Collectors.joining(", ")));
        paragraph(out, firing);
        if (!rows.isEmpty()) {
            out.println();
            int width = Row.HEADER.name.length();
            for (Row row : rows) {
                width = Math.max(width, row.name.length());
            }
            String format = "%-" + width + "s  %-11s  %11s  %11s  %9s  %s%n";
            print(out, format, Row.HEADER);
            rows.forEach(row -> print(out, format, row));
        }
        paragraph(out, cutovers);
    }

    private static void print(PrintWriter out, String format, Row row) {
        out.printf(format, row.name, row.tier, row.now, row.target, row.budget, row.state);
    }

    private static void paragraph(PrintWriter out, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println();
            lines.forEach(out::println);
        }
    }

    private static String burns(JsonNode alert) {
        String over = duration(alert.path("longWindowSeconds").asLong());
        JsonNode rate = alert.path("burnRate");
        return rate.isNumber()
                ? "burns %s over %s and %s over %s; fires at %s"
                        .formatted(
                                times(rate),
                                over,
                                times(alert.path("shortBurnRate")),
                                duration(alert.path("shortWindowSeconds").asLong()),
                                times(alert.path("threshold")))
                : "has no data over " + over;
    }

    /** {@code NO_GO} as {@code no go}. */
    private static String words(JsonNode name) {
        return name.asText(UNKNOWN).toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** {@code 23x}: two digits, or all before the point. */
    private static String times(JsonNode rate) {
        if (!rate.isNumber()) {
            return UNKNOWN;
        }
        BigDecimal value = BigDecimal.valueOf(rate.asDouble());
        BigDecimal rounded =
                value.compareTo(BigDecimal.TEN) < 0
                        ? value.round(new MathContext(2, RoundingMode.HALF_UP))
                        : value.setScale(1, RoundingMode.HALF_UP);
        return plain(rounded) + "x";
    }

    /** {@code 99.982 %}: as many decimals as show two digits of what is bad, rounded down. */
    private static String goodShare(JsonNode share) {
        if (!share.isNumber()) {
            return "unmeasured";
        }
        BigDecimal percent = BigDecimal.valueOf(share.asDouble()).movePointRight(2);
        BigDecimal bad = BigDecimal.valueOf(100).subtract(percent);
        if (bad.signum() <= 0) {
            return plain(percent) + " %";
        }
        int decimals = Math.clamp(bad.scale() - bad.precision() + 2, 1, MOST_DECIMALS);
        return plain(percent.setScale(decimals, RoundingMode.FLOOR)) + " %";
    }

    private static String percent(JsonNode ratio) {
        return ratio.isNumber()
                ? BigDecimal.valueOf(ratio.asDouble())
                                .movePointRight(2)
                                .setScale(1, RoundingMode.FLOOR)
                                .toPlainString()
                        + " %"
                : UNKNOWN;
    }

    private static String aMinute(JsonNode rate) {
        return String.format(Locale.ROOT, "%,.0f/min", rate.asDouble());
    }

    private static String exactPercent(JsonNode ratio) {
        return plain(BigDecimal.valueOf(ratio.asDouble()).movePointRight(2)) + " %";
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }

    /** {@code 5 min}, {@code 3 d}, {@code 2 d 19 h 12 min}. */
    private static String duration(long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        StringJoiner text = new StringJoiner(" ");
        add(text, duration.toDaysPart(), "d");
        add(text, duration.toHoursPart(), "h");
        add(text, duration.toMinutesPart(), "min");
        add(text, duration.toSecondsPart(), "s");
        return text.toString();
    }

    private static void add(StringJoiner text, long number, String unit) {
        if (number > 0) {
            text.add(number + " " + unit);
        }
    }
}
