package io.sluice.collector.receive;

import java.time.Duration;

/**
 * Too much at once: nothing of the request was stored, and the sender should send it again later.
 */
public final class OverloadedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** When to come again, unless somebody knows better. */
    public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(1);

    private final Duration retryAfter;

    /** A message for the sender, and when to come again. */
    public OverloadedException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** How long the sender should wait. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
