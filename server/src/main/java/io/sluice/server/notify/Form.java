package io.sluice.server.notify;

import io.sluice.engine.alert.AlertSender.SendResult;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/** A receiver's own way of being told, and of answering. Immutable and thread-safe. */
public sealed interface Form permits WebhookForm, SlackForm, AlertmanagerForm, PagerDutyForm {

    /** Where requests go at a server. */
    default URI at(URI server) {
        return server;
    }

    /**
     * The request's JSON.
     *
     * @return empty if there is nothing to say to this receiver, which then counts as told
     * @throws IOException if a secret cannot be read
     */
    Optional<String> body(Told told) throws IOException;

    /** What an answer means. */
    SendResult judge(Answer answer);
}
