package io.sluice.engine.log;

import java.time.Duration;

/**
 * More is in flight than may be; nothing of the refused request was kept. The sender should try
 * again after a while.
 */
public final class OverloadedException extends Exception {
    private static final long serialVersionUID = 1L;

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
