package io.sluice.examples.http;

import java.util.Map;
import java.util.Optional;

/**
 * One HTTP answer.
 *
 * @param status 200 to 599
 * @param headers by name in lower case
 * @param body sent as UTF-8
 */
public record Response(int status, Map<String, String> headers, String body) {
    public Response {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is not within 200..599");
        }
        headers = Map.copyOf(headers);
    }

    /** A JSON answer. */
    public static Response json(int status, String body) {
        return new Response(status, Map.of("content-type", "application/json"), body);
    }

    /** An answer that says in one sentence what went wrong. */
    public static Response text(int status, String sentence) {
        return new Response(status, Map.of("content-type", "text/plain; charset=utf-8"), sentence);
    }

    /** The header's value; {@code name} is in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Whether the server failed: 5xx. A client's mistake or a declined card is no failure. */
    public boolean failed() {
        return status >= 500;
    }
}
