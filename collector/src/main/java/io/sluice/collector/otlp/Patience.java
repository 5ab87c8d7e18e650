package io.sluice.collector.otlp;

import java.time.Duration;

/**
 * How long an HTTP connection may take for what it does. Senders give up after ten seconds, unless
 * configured.
 *
 * @param silence a connection on which nothing moves for so long is closed
 * @param headers from a connection's beginning, or the last answer, until the next request's
 *     headers are whole: longer than {@code silence}, so that only who sends a byte now and then
 *     meets it
 * @param arrival from its headers until a body is whole
 * @param request from its headers until the answer was taken
 */
record Patience(Duration silence, Duration headers, Duration arrival, Duration request) {

    static final Patience DEFAULT =
            new Patience(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(45),
                    OtlpFront.ARRIVAL_TIMEOUT,
                    OtlpFront.ARRIVAL_TIMEOUT.multipliedBy(2));

    /** The usual one, with another time for bodies. */
    Patience withArrival(Duration other) {
        return new Patience(silence, headers, other, request);
    }

    /** How often to look who has overstayed. */
    Duration look() {
        Duration shorter = headers.compareTo(request) < 0 ? headers : request;
        return shorter.dividedBy(8);
    }
}
