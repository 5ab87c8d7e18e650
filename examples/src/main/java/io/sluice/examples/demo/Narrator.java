package io.sluice.examples.demo;

import io.sluice.examples.automation.Decision;
import io.sluice.examples.automation.GateAnswer;
import io.sluice.examples.automation.Journal;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells on the terminal what happens: a line per event, and of an answer that stays the same only
 * how its forecast moves. Thread-safe.
 */
final class Narrator implements Journal {
    /** Of the same answer, a new figure is told this often. */
    private static final Duration REPEAT = Duration.ofSeconds(15);

    private final PrintStream out;
    private final Instant start;
    private final DecisionLog log;
    private final Map<String, Instant> told = new HashMap<>();

    Narrator(PrintStream out, Instant start, DecisionLog log) {
        this.out = out;
        this.start = start;
        this.log = log;
    }

    @Override
    public synchronized void answered(String cutover, GateAnswer answer, Instant at) {
        boolean isNew = log.add(cutover, answer, at);
        boolean due = !at.isBefore(told.getOrDefault(cutover, Instant.MIN).plus(REPEAT));
        if (isNew || due) {
            told.put(cutover, at);
            line(cutover, decision(answer.decision()) + describe(answer), at);
        }
    }

    private static String decision(Decision decision) {
        return switch (decision) {
            case GO -> "GO      ";
            case HOLD -> "HOLD    ";
            case NO_GO -> "NO GO   ";
        };
    }

    private static String describe(GateAnswer answer) {
        StringBuilder text = new StringBuilder();
        if (!answer.reasons().isEmpty()) {
            text.append(answer.reasons().getFirst().text());
        }
        answer.forecast()
                .filter(f -> answer.decision() == Decision.HOLD)
                .ifPresent(f -> text.append(" (about ").append(f.toSeconds()).append(" s to go)"));
        return text.toString();
    }

    @Override
    public void did(String cutover, String sentence, Instant at) {
        line(cutover, sentence, at);
    }

    /** A line about a subject. */
    synchronized void line(String subject, String text, Instant at) {
        Duration elapsed = Duration.between(start, at);
        out.printf(
                Locale.ROOT,
                "%2d:%02d  %-9s %s%n",
                elapsed.toMinutes(),
                elapsed.toSecondsPart(),
                subject,
                text);
    }

    /** A heading or a line of a table. */
    synchronized void plain(String text) {
        out.println(text);
    }

    /** The table that the whole demo is about. */
    void results(List<SluiceApi.Result> rows) {
        int width = rows.stream().mapToInt(r -> r.metric().length()).max().orElse(10);
        String format = "  %-" + width + "s  %16s  %16s   %s";
        plain("");
        plain(
                String.format(Locale.ROOT, format, "", "before", "after", "improvement")
                        .stripTrailing());
        for (SluiceApi.Result row : rows) {
            String end = row.improvement().or(row::note).orElse("");
            plain(
                    String.format(
                                    Locale.ROOT,
                                    format,
                                    row.metric(),
                                    value(row.before().orElse(null), row.unit()),
                                    value(row.after().orElse(null), row.unit()),
                                    end)
                            .stripTrailing());
        }
        plain("");
    }

    private static String value(@Nullable Double value, String unit) {
        if (value == null) {
            return "unmeasured";
        }
        double v = value;
        String number =
                Math.abs(v) >= 100 || v == Math.rint(v)
                        ? String.format(Locale.ROOT, "%,.0f", v)
                        : String.format(Locale.ROOT, "%.2f", v);
        return number + " " + unit;
    }
}
