package io.sluice.engine.alert;

import java.time.Instant;

/**
 * What a notification is known by, however often it is told: one firing of one alert, and what is
 * said of it.
 *
 * @param alert the alert's key
 * @param status {@code firing}, {@code acknowledged} or {@code resolved}
 */
record NotificationKey(String alert, Instant firedAt, String status) {

    static NotificationKey of(Alert alert, String status) {
        return new NotificationKey(alert.key(), alert.firedAt().orElse(Instant.EPOCH), status);
    }

    /** As it is stored and sent. */
    String text() {
        return alert + "/" + firedAt.toEpochMilli() + "/" + status;
    }

    /** The alert that a stored key is about; what is told of one alert is told in order. */
    static String alertOf(String text) {
        int status = text.lastIndexOf('/');
        int fired = text.lastIndexOf('/', status - 1);
        return fired < 0 ? text : text.substring(0, fired);
    }
}
