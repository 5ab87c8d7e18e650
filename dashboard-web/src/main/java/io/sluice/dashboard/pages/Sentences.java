package io.sluice.dashboard.pages;

import io.sluice.definitions.InWords;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.slo.SloStatus;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What promises, states and decisions mean, in words. Escaping is the template's. */
final class Sentences {
    private Sentences() {}

    /** The SLO's own description, or its first target over its window. */
    static String promise(Slo slo) {
        if (!slo.description().isBlank()) {
            return slo.description();
        }
        Objective objective = slo.objectives().getFirst();
        return Format.target(objective.target())
                + " "
                + what(slo, objective)
                + " over "
                + window(slo.window());
    }

    private static String what(Slo slo, Objective objective) {
        String condition =
                objective.indicator() instanceof Indicator.Threshold threshold
                        ? objective
                                .threshold()
                                .map(bound -> ", " + InWords.describe(threshold, bound))
                                .orElse("")
                        : "";
        return switch (slo.method()) {
                    case OCCURRENCES ->
                            slo.countsEvents(objective) ? "of events good" : "good on average";
                    case TIMESLICES, RATIO_TIMESLICES ->
                            objective
                                    .timeSliceWindow()
                                    .map(
                                            slice ->
                                                    "of slices of "
                                                            + Format.duration(slice)
                                                            + " good")
                                    .orElse("of slices good");
                }
                + condition;
    }

    static String window(TimeWindow window) {
        return switch (window) {
            case TimeWindow.Rolling rolling -> Format.duration(rolling.length());
            case TimeWindow.Calendar calendar ->
                    (calendar.count() == 1 ? "the " : "the " + calendar.count() + " ")
                            + calendar.unit().name().toLowerCase(Locale.ROOT);
        };
    }

    /** What a budget is counted in. */
    static String counts(Slo slo) {
        return switch (slo.method()) {
            case OCCURRENCES -> "events";
            case TIMESLICES, RATIO_TIMESLICES -> "slices";
        };
    }

    /** What is counted as good. */
    static String indicator(Objective objective) {
        String counted = InWords.describe(objective.indicator());
        return objective.indicator() instanceof Indicator.Threshold threshold
                ? objective
                        .threshold()
                        .map(
                                bound ->
                                        "Good: "
                                                + InWords.describe(threshold, bound)
                                                + ", of "
                                                + InWords.describe(threshold.source()))
                        .orElse(counted)
                : capital(counted);
    }

    /** The unit of an indicator's values; empty where they have none. */
    static String unit(Indicator indicator) {
        return switch (indicator) {
            case Indicator.Ratio _, Indicator.Raw _ -> "";
            case Indicator.Threshold threshold ->
                    switch (threshold.unit()) {
                        case MILLISECONDS -> "ms";
                        case SECONDS -> "s";
                        case NONE -> "";
                    };
        };
    }

    /** The standing's word, or what a capacity says better. */
    static String word(SloStatus status, Standing standing) {
        return status.capacity()
                .filter(_ -> standing != Standing.BURNING)
                .map(
                        capacity ->
                                switch (capacity.state()) {
                                    case PROVEN -> "Proven";
                                    case BREACHED -> "Breached";
                                    case NOT_EXERCISED -> "Not exercised";
                                })
                .orElse(standing.word());
    }

    /** What an objective's numbers do not say by themselves; empty for nothing. */
    static String note(SloStatus.ObjectiveStatus objective) {
        double coverage = objective.coverage();
        return coverage > 0 && coverage < 0.995 ? Format.percent(coverage) + " measured" : "";
    }

    /** What the measured share is a share of, and since when anything was counted. */
    static Text counted(SloStatus status) {
        SloStatus.Counted counted = status.counted();
        if (counted.olderLogRead().isPresent()) {
            return Text.of(
                    "of the window; older events are being counted, "
                            + Format.percent(counted.olderLogRead().getAsDouble())
                            + " of the log read");
        }
        return counted.since().isAfter(status.from())
                ? Text.of("of the window; counted since ").andAt(counted.since(), status.at())
                : Text.of("of the window");
    }

    /** What is known by estimate only of the time before a threshold changed; empty for nothing. */
    static Text older(SloStatus.ObjectiveStatus objective, Instant now) {
        return objective
                .older()
                .filter(older -> older.estimate().total() > 0)
                .map(
                        older ->
                                Text.of("; until ")
                                        .andAt(older.estimate().to(), now)
                                        .and(
                                                " by another threshold: by estimate "
                                                        + Format.percent(
                                                                older.estimate()
                                                                        .sliLow()
                                                                        .orElseThrow())
                                                        + " to "
                                                        + Format.percent(
                                                                older.estimate()
                                                                        .sliHigh()
                                                                        .orElseThrow())
                                                        + " good, and with it "
                                                        + Format.percent(older.remaining().low())
                                                        + " to "
                                                        + Format.percent(older.remaining().high())
                                                        + " of the budget left"))
                .orElse(Text.NONE);
    }

    /** What a capacity's state means. */
    static String capacity(SloStatus.Capacity capacity) {
        String highest = Format.count(capacity.highestProvenPerMinute());
        String target = Format.count((long) capacity.target());
        return switch (capacity.state()) {
            case PROVEN -> "Has carried " + highest + " a minute with its other objectives met.";
            case BREACHED ->
                    "Other objectives failed at or below "
                            + target
                            + " a minute; "
                            + highest
                            + " went well.";
            case NOT_EXERCISED ->
                    "Load of "
                            + target
                            + " a minute has not come yet; up to "
                            + highest
                            + " went well.";
        };
    }

    /** The first reason of a decision. */
    static Optional<String> reason(Decision decision) {
        return decision.reasons().stream().findFirst().map(Decision.Reason::text);
    }

    /** A name of a definition as a heading: {@code half-of-the-traffic} is Half of the traffic. */
    static String title(String name) {
        return capital(name.replace('-', ' '));
    }

    /**
     * The same words, beginning and ending as a sentence does. A first word with a hyphen is a name
     * of a definition, and stays.
     */
    static String sentence(String words) {
        String text = words.strip();
        boolean ends = text.isEmpty() || text.endsWith(".") || text.endsWith("?");
        String whole = ends ? text : text + ".";
        boolean name = whole.split("[ :]", 2)[0].contains("-");
        return name ? whole : capital(whole);
    }

    private static String capital(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
