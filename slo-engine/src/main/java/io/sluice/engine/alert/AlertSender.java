package io.sluice.engine.alert;

import io.sluice.engine.store.StoredNotification;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Tells a receiver. The server module implements it over HTTP. */
@FunctionalInterface
public interface AlertSender {

    /**
     * Tries once; takes no longer than a request may. Never throws for what the receiver or the
     * network does. Called by several threads, for one receiver by one at a time.
     *
     * @param now for receivers that want to know until when something is true
     */
    SendResult send(StoredNotification notification, Instant now);

    /** What came of it. */
    sealed interface SendResult {
        /** The receiver has confirmed it. */
        record Delivered() implements SendResult {}

        /**
         * It has not, as far as we know: tried again later, with the same key.
         *
         * @param reason for the log; without secrets
         * @param retryAfter what the receiver asked for
         */
        record Failed(String reason, Optional<Duration> retryAfter) implements SendResult {
            /** Without a wish of the receiver's. */
            public Failed(String reason) {
                this(reason, Optional.empty());
            }
        }

        /**
         * The receiver will never take it: not tried again.
         *
         * @param reason for the log; without secrets
         */
        record Refused(String reason) implements SendResult {}
    }
}
