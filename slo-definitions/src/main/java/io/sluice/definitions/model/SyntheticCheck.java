package io.sluice.definitions.model;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that is made again and again, as a customer would make it, and what its answer must be
 * like ({@code sluice.dev/v1}, kind {@code SyntheticCheck}). A time without a result is a gap, not
 * a pass.
 *
 * @param service the name of the {@link Service} that the results count for
 * @param url absolute, of http or https, with a host, without user information or fragment
 * @param headers sent with the request
 * @param body sent with the request
 * @param interval from one request's begin to the next one's, at least {@link #MIN_INTERVAL}
 * @param timeout a request without an answer by then has failed; at most the interval
 * @param locations where it is made from, the result's label; none where it does not matter
 */
public record SyntheticCheck(
        Metadata metadata,
        String description,
        String service,
        URI url,
        Method method,
        Map<String, String> headers,
        Optional<String> body,
        Expectation expectation,
        Duration interval,
        Duration timeout,
        List<String> locations) {
    /** Counts are kept in buckets of ten seconds, and each has one result at most. */
    public static final Duration MIN_INTERVAL = Duration.ofSeconds(10);

    public SyntheticCheck {
        headers = Ordered.byName(headers);
        locations = List.copyOf(locations);
        if (!reachable(url)) {
            throw new IllegalArgumentException("not an absolute http or https URL: " + url);
        }
        if (interval.compareTo(MIN_INTERVAL) < 0
                || timeout.compareTo(interval) > 0
                || !timeout.isPositive()) {
            throw new IllegalArgumentException("timeout " + timeout + ", interval " + interval);
        }
        if (expectation.certificateLeft().isPresent() && !encrypted(url)) {
            throw new IllegalArgumentException("there is no certificate at " + url);
        }
        if (body.isPresent() && !method.hasBody()) {
            throw new IllegalArgumentException(method + " has no body");
        }
    }

    /** The check's unique name. */
    public String name() {
        return metadata.name();
    }

    /** Whether the URL is one that a check can ask. */
    public static boolean reachable(URI url) {
        return ("http".equals(url.getScheme()) || encrypted(url))
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null;
    }

    /** Whether there is a certificate behind the URL. */
    public static boolean encrypted(URI url) {
        return "https".equals(url.getScheme());
    }

    /** Methods of HTTP. */
    public enum Method {
        GET,
        HEAD,
        OPTIONS,
        POST,
        PUT,
        PATCH,
        DELETE;

        /** Whether a request by this method carries a body. */
        public boolean hasBody() {
            return switch (this) {
                case POST, PUT, PATCH -> true;
                case GET, HEAD, OPTIONS, DELETE -> false;
            };
        }
    }

    /**
     * What makes a result good; all of it must hold.
     *
     * @param statuses the answer's status is in one of these
     * @param bodyContains a text that is somewhere in the answer's body
     * @param latency from the request's begin to the end of the answer, at most
     * @param certificateLeft the certificate is valid for at least so long
     */
    public record Expectation(
            List<Statuses> statuses,
            Optional<String> bodyContains,
            Optional<Duration> latency,
            Optional<Duration> certificateLeft) {
        public Expectation {
            statuses = List.copyOf(statuses);
            if (statuses.isEmpty()) {
                throw new IllegalArgumentException("no status is good");
            }
        }
    }

    /** Statuses of HTTP, both ends included. */
    public record Statuses(int first, int last) {
        public Statuses {
            if (first < 100 || last > 599 || first > last) {
                throw new IllegalArgumentException("statuses from " + first + " to " + last);
            }
        }
    }
}
