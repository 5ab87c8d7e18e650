package io.sluice.server.notify;

import io.sluice.engine.alert.AlertSender.SendResult;

import java.time.Duration;
import java.util.Optional;

/**
 * What a receiver answered.
 *
 * @param text the beginning of its body
 * @param retryAfter as its header says
 */
record Answer(int status, String text, Optional<Duration> retryAfter) {

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Confirmed, or to be tried again. */
    SendResult deliveredOrFailed() {
        return isSuccess() ? new SendResult.Delivered() : failed();
    }

    /** The same, but one that says that the request is wrong is not asked again. */
    SendResult deliveredFailedOrRefused() {
        return status == 400 ? new SendResult.Refused(inWords()) : deliveredOrFailed();
    }

    private SendResult failed() {
        return new SendResult.Failed(inWords(), retryAfter);
    }

    private String inWords() {
        return "it answered " + status + (text.isBlank() ? "" : ": " + text.strip());
    }
}
