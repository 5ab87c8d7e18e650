package io.sluice.dashboard.pages;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The time that a page's plots show, as its address says it.
 *
 * @param name one of {@link #LENGTHS}; empty for what suits each plot
 * @param to where it ends; empty for now, and then the page follows
 */
record TimeRange(Optional<String> name, Optional<Instant> to) {
    /** What suits each plot, up to now. */
    static final TimeRange NOT_CHOSEN = new TimeRange(Optional.empty(), Optional.empty());

    /** What there is to choose from. */
    static final Map<String, Duration> LENGTHS = lengths();

    private static Map<String, Duration> lengths() {
        Map<String, Duration> lengths = new LinkedHashMap<>();
        lengths.put("1h", Duration.ofHours(1));
        lengths.put("6h", Duration.ofHours(6));
        lengths.put("1d", Duration.ofDays(1));
        lengths.put("7d", Duration.ofDays(7));
        lengths.put("28d", Duration.ofDays(28));
        return lengths;
    }

    /**
     * Reads {@code ?range} and {@code ?to}.
     *
     * @throws ProblemException with 400 if they are something else
     */
    static TimeRange of(Context ctx) {
        Optional<String> name = Optional.ofNullable(ctx.queryParam("range"));
        if (name.isPresent() && !LENGTHS.containsKey(name.get())) {
            throw ProblemException.badRequest(
                    "?range", "this is " + name.get(), String.join(", ", LENGTHS.keySet()));
        }
        String to = ctx.queryParam("to");
        try {
            return new TimeRange(name, Optional.ofNullable(to).map(Instant::parse));
        } catch (DateTimeException e) {
            throw ProblemException.badRequest(
                    "?to", "this is " + to, "a time such as 2026-02-14T09:30:00Z");
        }
    }

    /** Its end, or now. */
    Instant end(Instant now) {
        return to.orElse(now);
    }

    /** Its length, or what suits. */
    Duration lengthOr(Duration suits) {
        return name.map(LENGTHS::get).orElse(suits);
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
    String words(Duration suits, Instant now) {
        String length = Format.duration(lengthOr(suits));
        return to.map(end -> length + " to " + Format.moment(end, now)).orElse("last " + length);
    }
}
