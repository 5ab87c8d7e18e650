package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.Times;
import io.sluice.definitions.yaml.Durations;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The time that a page's plots show, as its address says it.
 *
 * @param name one of {@link #LENGTHS}, {@link #LONG} or {@link #SHORT}; empty for what suits each
 *     plot
 * @param to where it ends; empty for now, and then the page follows
 */
record TimeRange(Optional<String> name, Optional<Instant> to) {
    /** What suits each plot, up to now. */
    static final TimeRange NOT_CHOSEN = new TimeRange(Optional.empty(), Optional.empty());

    /** What there is to choose from. */
    static final Map<String, Duration> LENGTHS = lengths("1h", "6h", "1d", "7d", "28d");

    /** What there is to choose from where things happen seldom. */
    static final Map<String, Duration> LONG = lengths("7d", "28d", "90d", "400d");

    /** What there is to choose from where things go quickly. */
    static final Map<String, Duration> SHORT = lengths("15m", "1h", "6h", "1d", "7d");

    /** Lengths by their names, in this order. */
    static Map<String, Duration> lengths(String... names) {
        Map<String, Duration> lengths = new LinkedHashMap<>();
        for (String name : names) {
            int end = name.length() - 1;
            int count = Integer.parseInt(name, 0, end, 10);
            lengths.put(name, new Durations.Shorthand(count, name.charAt(end)).length());
        }
        return Collections.unmodifiableMap(lengths);
    }

    /** Reads {@code ?range}, one of {@link #LENGTHS}, and {@code ?to}. */
    static TimeRange of(Context ctx) {
        return of(ctx, LENGTHS);
    }

    /**
     * Reads {@code ?range} and {@code ?to}.
     *
     * @param lengths what there is to choose from
     * @throws ProblemException with 400 if they are something else
     */
    static TimeRange of(Context ctx, Map<String, Duration> lengths) {
        Optional<String> name = Optional.ofNullable(ctx.queryParam("range"));
        name.ifPresent(one -> Asked.requireOneOf(lengths.keySet(), "range", one));
        return new TimeRange(
                name,
                Optional.ofNullable(ctx.queryParam("to")).map(to -> Times.require("?to", to)));
    }

    /** Its end, or now. */
    Instant end(Instant now) {
        return to.orElse(now);
    }

    /** Its length, or what suits. */
    Duration lengthOr(Duration suits) {
        return name.flatMap(TimeRange::length).orElse(suits);
    }

    private static Optional<Duration> length(String name) {
        return Stream.of(LENGTHS, LONG, SHORT)
                .flatMap(lengths -> Optional.ofNullable(lengths.get(name)).stream())
                .findFirst();
    }

    /** Whether it shows a moment; all of them where no length was chosen. */
    boolean shows(Instant at, Instant now) {
        Instant end = end(now);
        return !at.isAfter(end)
                && name.flatMap(TimeRange::length).map(end::minus).filter(at::isBefore).isEmpty();
    }

    /** The same, ending elsewhere; an end that is not before now follows. */
    TimeRange endingAt(Instant end, Instant now) {
        return new TimeRange(name, Optional.of(end).filter(now::isAfter));
    }

    /** As a part of an address: {@code &range=6h&to=2026-02-14T09:30:00Z}, or nothing. */
    String query() {
        return name.map(value -> "&range=" + value).orElse("")
                + to.map(value -> "&to=" + value).orElse("");
    }

    /** In words: {@code last 6 h}, {@code 6 h to 14 Feb, 09:30}. */
    Text words(Duration suits, Instant now) {
        String length = Format.duration(lengthOr(suits));
        return to.map(end -> Text.of(length + " to ").andAt(end, now))
                .orElse(Text.of("last " + length));
    }

    /** What to say where it has nothing to show. */
    Text nothing(Duration suits, Instant now) {
        return Text.of("Nothing was measured in the ").and(words(suits, now)).and(".");
    }
}
