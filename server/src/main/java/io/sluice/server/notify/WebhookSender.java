package io.sluice.server.notify;

import io.sluice.engine.alert.AlertSender;
import io.sluice.engine.store.StoredNotification;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * Tells webhooks over HTTP. Every try of one notification carries the same {@code Idempotency-Key},
 * so a receiver that honours it tells once. Thread-safe.
 */
public final class WebhookSender implements AlertSender {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, URI> targets;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * @param targets a receiver's address by its name
     */
    public WebhookSender(Map<String, URI> targets) {
        this.targets = Map.copyOf(targets);
    }

    @Override
    public SendResult send(StoredNotification notification) {
        @Nullable URI target = targets.get(notification.target());
        if (target == null) {
            return new SendResult.Failed(
                    "no webhook is called " + notification.target() + " in the configuration");
        }
        HttpRequest request =
                HttpRequest.newBuilder(target)
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", notification.idempotencyKey())
                        .POST(HttpRequest.BodyPublishers.ofString(notification.body()))
                        .build();
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 300
                    ? new SendResult.Delivered()
                    : new SendResult.Failed(target + " answered " + status);
        } catch (IOException e) {
            return new SendResult.Failed(target + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SendResult.Failed("stopped while " + target + " was being told");
        }
    }
}
