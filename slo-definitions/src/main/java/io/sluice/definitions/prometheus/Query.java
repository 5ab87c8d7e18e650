package io.sluice.definitions.prometheus;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody's PromQL, asked for over a window that is chosen later. What it selects decides how: a
 * window cannot be put behind every expression, and the increase of a sum of counters is wrong
 * whenever one of them restarts.
 *
 * @param text as it was written
 */
public record Query(String text) {
    /** Sloth's template variable. */
    private static final Pattern WINDOW = Pattern.compile("\\{\\{\\s*\\.window\\s*}}");

    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final String LABELS =
            "\\{(?:[^{}\"'`]|\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`)*}";

    /** A vector of series by name, labels or both. */
    private static final Pattern SELECTOR =
            Pattern.compile("\\s*((?:" + NAME + "\\s*)?" + LABELS + "|" + NAME + ")\\s*");

    /** The sum of such a vector, with or without groups. */
    private static final Pattern SUM =
            Pattern.compile(
                    "\\s*sum(?:\\s+(?:by|without)\\s*\\([^)]*\\))?\\s*\\((.*?)\\)"
                            + "(?:\\s*(?:by|without)\\s*\\([^)]*\\))?\\s*",
                    Pattern.DOTALL);

    /** How much counters grew in a template's window, or how fast. */
    private static final Pattern GROWTH =
            Pattern.compile(
                    "\\s*(?:rate|increase)\\s*\\((.*)\\[\\s*" + WINDOW + "\\s*]\\s*\\)\\s*",
                    Pattern.DOTALL);

    /** Whether the text selects series by name, labels or both, and nothing is done with them. */
    public boolean isSelector() {
        return SELECTOR.matcher(text).matches();
    }

    /** Whether the text says itself where its window goes; then it is a rate or a count already. */
    public boolean isTemplate() {
        return WINDOW.matcher(text).find();
    }

    /**
     * The counters of which a template is the sum of the growth in its window, for example {@code
     * requests} of {@code sum(rate(requests[{{.window}}]))}: by them events can be counted whole.
     */
    public Optional<Query> counters() {
        Matcher sum = SUM.matcher(text);
        if (!sum.matches()) {
            return Optional.empty();
        }
        Matcher growth = GROWTH.matcher(sum.group(1));
        return growth.matches()
                ? Optional.of(new Query(growth.group(1).strip())).filter(Query::isSelector)
                : Optional.empty();
    }

    /** By how much counters grew in a window, restarts not counted. */
    String increase(String window) {
        return isTemplate() ? "sum(" + filled(window) + ")" : over("increase", window);
    }

    /** The sum of a window's samples. */
    String summed(String window) {
        return isTemplate() ? "sum(" + filled(window) + ")" : over("sum_over_time", window);
    }

    private String over(String function, String window) {
        return "sum(" + function + "(" + ranged(unsummed(text), window) + "))";
    }

    /** The mean of a window's samples. */
    String mean(String window) {
        return isTemplate()
                ? "avg(" + filled(window) + ")"
                : "avg(avg_over_time(" + ranged(text, window) + "))";
    }

    /** The share of a window's samples that compare so; the operator is PromQL's. */
    String share(String operator, String bound, String window) {
        String judged = "(" + filled(window) + ") " + operator + " bool " + bound;
        return "avg(avg_over_time((" + judged + ")[" + window + ":]))";
    }

    /** 1 where a window has no sample. */
    String absent(String window) {
        return isTemplate()
                ? "absent(" + filled(window) + ")"
                : "absent_over_time(" + ranged(text, window) + ")";
    }

    /** The text with its window where it says that one belongs. */
    public String filled(String window) {
        return WINDOW.matcher(text).replaceAll(window).strip();
    }

    private static String ranged(String query, String window) {
        return new Query(query).isSelector()
                ? query.strip() + "[" + window + "]"
                : "(" + query.strip() + ")[" + window + ":]";
    }

    /** What is summed, if that can have a range of its own: summing is done again afterwards. */
    private static String unsummed(String query) {
        Matcher sum = SUM.matcher(query);
        return sum.matches() && new Query(sum.group(1)).isSelector() ? sum.group(1) : query;
    }
}
