package io.sluice.server.notify;

import io.sluice.engine.alert.AlertSender.SendResult;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * Slack's incoming webhooks. They have no key by which a message that comes twice is one, so a
 * message whose answer was lost is there twice.
 */
public record SlackForm() implements Form {
    private static final Template TEMPLATE = template();

    private static Template template() {
        try (InputStream in =
                Objects.requireNonNull(SlackForm.class.getResourceAsStream("slack.json"))) {
            return Template.parse(
                    new String(in.readAllBytes(), StandardCharsets.UTF_8), Template.Escape.SLACK);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<String> body(Told told) {
        return Optional.of(TEMPLATE.fill(told.json()));
    }

    @Override
    public SendResult judge(Answer answer) {
        return answer.deliveredFailedOrRefused();
    }
}
