package io.sluice.engine.alert;

import io.sluice.engine.store.StoredNotification;

/** Tells a receiver. The server module implements it over HTTP. */
@FunctionalInterface
public interface AlertSender {

    /**
     * Tries once; takes no longer than a request may. Never throws for what the receiver or the
     * network does.
     */
    SendResult send(StoredNotification notification);

    /** What came of it. */
    sealed interface SendResult {
        /** The receiver has confirmed it. */
        record Delivered() implements SendResult {}

        /**
         * It has not, as far as we know: tried again later, with the same key.
         *
         * @param reason for the log
         */
        record Failed(String reason) implements SendResult {}
    }
}
