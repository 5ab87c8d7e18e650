package io.sluice.dashboard.http;

import com.fasterxml.jackson.annotation.JsonInclude;

import io.javalin.http.HttpStatus;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong, for the caller (RFC 9457). The {@code type} is always {@code about:blank}, so
 * the title is the status's own phrase.
 *
 * @param detail what is wrong, in a sentence
 * @param where the place in the request, for example {@code $.share} or {@code ?from}
 * @param expected what would have been right
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String where,
        @Nullable String expected) {

    /** The media type of a problem. */
    public static final String CONTENT_TYPE = "application/problem+json";

    /** A problem that has no place. */
    public static Problem of(HttpStatus status, String detail) {
        return new Problem(
                "about:blank", status.getMessage(), status.getCode(), detail, null, null);
    }

    Problem at(String place, String wanted) {
        return new Problem(type, title, status, detail, place, wanted);
    }
}
