package io.sluice.dashboard.api;

import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.Times;
import io.sluice.dashboard.openapi.Query;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Optional;

/** Text members of bodies, read strictly. */
final class Params {
    /** Longest name, revision or version that is taken. */
    static final int MAX_TEXT_LENGTH = Query.MAX_TEXT_LENGTH;

    private Params() {}

    static Instant instant(String where, @Nullable String value) {
        return Times.require(where, text(where, value));
    }

    static String text(String where, @Nullable String value) {
        if (value == null || value.isBlank() || value.length() > MAX_TEXT_LENGTH) {
            throw ProblemException.badRequest(
                    where,
                    value == null || value.isBlank()
                            ? "this is empty"
                            : "this has " + value.length() + " characters",
                    "1 to " + MAX_TEXT_LENGTH + " characters");
        }
        return value;
    }

    static Optional<Instant> optionalInstant(String where, @Nullable String value) {
        return Optional.ofNullable(value).map(text -> Times.require(where, text));
    }
}
