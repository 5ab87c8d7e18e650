package io.sluice.server.notify;

import io.sluice.engine.alert.AlertSender.SendResult;

import java.util.Optional;

/**
 * Plain JSON over HTTP: the notification as the engine says it, or what a template makes of it.
 * Whatever is not a success is tried again, for whoever runs the receiver may mend it.
 */
public record WebhookForm(Optional<Template> template) implements Form {

    @Override
    public Optional<String> body(Told told) {
        return Optional.of(template.map(t -> t.fill(told.json())).orElse(told.text()));
    }

    @Override
    public SendResult judge(Answer answer) {
        return answer.deliveredOrFailed();
    }
}
