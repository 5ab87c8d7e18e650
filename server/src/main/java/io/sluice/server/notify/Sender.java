package io.sluice.server.notify;

import io.sluice.engine.alert.AlertSender;
import io.sluice.engine.store.StoredNotification;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/**
 * Tells receivers over HTTP, each in its own form. Every try of one notification carries the same
 * {@code Idempotency-Key}, so a receiver that honours it tells once. Redirects are not followed, so
 * that secrets go where they are meant for. No message has an address or a secret in it.
 * Thread-safe.
 */
public final class Sender implements AlertSender {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** How much of an answer is read and told. */
    private static final int ANSWER_LENGTH = 200;

    private final Map<String, Target> targets;
    private final Map<Optional<SSLContext>, HttpClient> clients = new ConcurrentHashMap<>();

    /**
     * @param targets names are unique
     */
    public Sender(List<Target> targets) {
        this.targets =
                targets.stream()
                        .collect(Collectors.toUnmodifiableMap(Target::name, Function.identity()));
    }

    @Override
    public SendResult send(StoredNotification notification, Instant now) {
        @Nullable Target target = targets.get(notification.target());
        if (target == null) {
            return new SendResult.Failed("the configuration has no receiver of this name");
        }
        try {
            Optional<String> body = target.form().body(Told.of(notification, now));
            return body.isEmpty()
                    ? new SendResult.Delivered()
                    : target.form()
                            .judge(post(target, notification.idempotencyKey(), body.get(), now));
        } catch (IOException e) {
            return new SendResult.Failed(said(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SendResult.Failed("stopped while it was being told");
        }
    }

    private Answer post(Target target, String key, String body, Instant now)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target.form().at(target.place().url()))
                        .timeout(TIMEOUT)
                        .header("Content-Type", "application/json")
                        .header("User-Agent", "Sluice")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        target.access()
                .credentials()
                .authorization()
                .ifPresent(text -> request.header("Authorization", text));
        HttpResponse<String> response =
                client(target).send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                beginning(response.body()),
                response.headers().firstValue("Retry-After").flatMap(text -> wait(text, now)));
    }

    private HttpClient client(Target target) {
        return clients.computeIfAbsent(
                target.access().tls(),
                tls -> {
                    HttpClient.Builder client =
                            HttpClient.newBuilder()
                                    .connectTimeout(TIMEOUT)
                                    .followRedirects(HttpClient.Redirect.NEVER);
                    tls.ifPresent(client::sslContext);
                    return client.build();
                });
    }

    private static String beginning(String text) {
        return text.substring(0, Math.min(text.length(), ANSWER_LENGTH));
    }

    /** Seconds, or a date (RFC 9110, 10.2.3); what is neither is no wish. */
    static Optional<Duration> wait(String retryAfter, Instant now) {
        try {
            return Optional.of(
                    retryAfter.matches("[0-9]{1,9}")
                            ? Duration.ofSeconds(Long.parseLong(retryAfter))
                            : Duration.between(
                                    now,
                                    ZonedDateTime.parse(
                                            retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String said(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
