package io.sluice.examples.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request.
 *
 * @param method in upper case, for example {@code GET}
 * @param target path and query as they stand in the request line
 * @param headers by name in lower case; of a repeated header the last one
 * @param body decoded as UTF-8; empty when there is none
 */
public record Request(String method, String target, Map<String, String> headers, String body) {
    public Request {
        headers = Map.copyOf(headers);
    }

    /** A request without a body. */
    public static Request of(String method, String target, Map<String, String> headers) {
        return new Request(method, target, headers, "");
    }

    /** The target without its query. */
    public String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }

    /** The header's value; {@code name} is in lower case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The decoded value of the first query parameter of that name. */
    public Optional<String> parameter(String name) {
        int at = target.indexOf('?') + 1;
        while (at > 0 && at < target.length()) {
            int end = target.indexOf('&', at);
            int stop = end < 0 ? target.length() : end;
            if (target.startsWith(name, at)
                    && at + name.length() < stop
                    && target.charAt(at + name.length()) == '=') {
                String raw = target.substring(at + name.length() + 1, stop);
                return Optional.of(URLDecoder.decode(raw, StandardCharsets.UTF_8));
            }
            at = end + 1;
        }
        return Optional.empty();
    }
}
