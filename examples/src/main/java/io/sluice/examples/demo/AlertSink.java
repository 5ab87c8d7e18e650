package io.sluice.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.examples.http.HttpService;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Routed;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The on-call engineer's pager: takes Sluice's webhooks, and each notification once, however often
 * it is delivered.
 */
final class AlertSink implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final Set<String> keys = ConcurrentHashMap.newKeySet();
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final InstantSource clock;
    private final Consumer<Delivery> listener;
    private final HttpService service;

    /**
     * @param listener is told of each notification
     */
    AlertSink(InstantSource clock, Consumer<Delivery> listener) {
        this.clock = clock;
        this.listener = listener;
        this.service =
                HttpService.start(
                        "alert-sink",
                        new Routed(Router.of(new Route("POST", "/alerts", this::take))));
    }

    /**
     * A notification.
     *
     * @param status {@code firing} or {@code resolved}
     * @param conditionTrueAt when the burn was over its threshold, as Sluice says it
     * @param deliveredAt when it arrived here
     */
    record Delivery(
            String slo,
            String severity,
            String status,
            String conditionTrueAt,
            Instant deliveredAt,
            double burnRate) {}

    /** Where webhooks go. */
    URI uri() {
        return service.uri().resolve("/alerts");
    }

    /** What came so far, the oldest first. */
    List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    private Response take(Request request) throws IOException {
        JsonNode alert = json.readTree(request.body());
        String key = request.header("idempotency-key").orElse("");
        if (key.isEmpty() || keys.add(key)) {
            Delivery delivery =
                    new Delivery(
                            alert.path("slo").asText(),
                            alert.path("severity").asText(),
                            alert.path("status").asText(),
                            alert.path("conditionTrueAt").asText(),
                            clock.instant(),
                            alert.path("burnRate").asDouble());
            deliveries.add(delivery);
            listener.accept(delivery);
        }
        return Response.json(200, "{}");
    }

    @Override
    public void close() {
        service.close();
    }
}
