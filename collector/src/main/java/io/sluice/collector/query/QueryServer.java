package io.sluice.collector.query;

import io.sluice.collector.ask.Access;

import java.net.URI;
import java.time.Duration;

/**
 * A server that answers PromQL, and how it is asked.
 *
 * @param url under which it has {@code /api/v1/query_range}
 * @param interval from one instant that is asked for to the next; a multiple of 10 s, the length of
 *     a bucket
 * @param delay how long after an instant it is asked for: by then the server has what it scraped
 * @param timeout of one request
 * @param history how much of the past is imported for what is new; zero for nothing
 */
public record QueryServer(
        URI url,
        Duration interval,
        Duration delay,
        Duration timeout,
        Duration history,
        Access access) {

    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
    public static final Duration DEFAULT_DELAY = Duration.ofSeconds(10);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_HISTORY = Duration.ofDays(28);

    private static final Duration BUCKET = Duration.ofSeconds(10);

    public QueryServer {
        boolean whole = interval.isPositive() && interval.toNanos() % BUCKET.toNanos() == 0;
        if (!whole || delay.isNegative() || !timeout.isPositive() || history.isNegative()) {
            throw new IllegalArgumentException(
                    "expected an interval of whole tens of seconds and lengths of time, not "
                            + url);
        }
    }

    /** One that anybody may ask, asked as usual. */
    public static QueryServer usual(URI url) {
        return new QueryServer(
                url,
                DEFAULT_INTERVAL,
                DEFAULT_DELAY,
                DEFAULT_TIMEOUT,
                DEFAULT_HISTORY,
                Access.OPEN);
    }
}
