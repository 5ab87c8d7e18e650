package io.sluice.dashboard.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Times that callers write (ISO 8601), of the years 0 to 9999. An {@link Instant} goes a billion
 * years further, where adding a day to it may fail.
 */
public final class Times {
    /** What is right, for whoever wrote something else. */
    public static final String EXPECTED = "a time such as 2026-02-14T09:30:00Z";

    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private Times() {}

    /** What a text says; empty if it is no such time. */
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(Instant.parse(text))
                    .filter(time -> !time.isBefore(FIRST) && time.isBefore(END));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * What a text says.
     *
     * @param where its place in the request
     * @throws ProblemException with 400 if it is no such time
     */
    public static Instant require(String where, String text) {
        return parse(text)
                .orElseThrow(() -> ProblemException.badRequest(where, "this is " + text, EXPECTED));
    }
}
