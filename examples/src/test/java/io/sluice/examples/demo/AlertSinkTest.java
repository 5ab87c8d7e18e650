package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class AlertSinkTest {
    private static final Instant AT = Instant.parse("2026-02-14T09:00:00Z");

    @Test
    void notificationDeliveredTwice_isTakenOnce() throws Exception {
        List<AlertSink.Delivery> told = new ArrayList<>();
        try (AlertSink sink = new AlertSink(() -> AT, told::add);
                HttpClient client = HttpClient.newHttpClient()) {
            for (String key : List.of("k1", "k1", "k2")) {
                HttpRequest request =
                        HttpRequest.newBuilder(sink.uri())
                                .header("Idempotency-Key", key)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"slo\":\"checkout-success\",\"severity\":\"page\",\"status\":\"firing\","
                                                        + "\"conditionTrueAt\":\"t0\",\"burnRate\":20}"))
                                .build();
                assertThat(
                                client.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode())
                        .isEqualTo(200);
            }
            assertThat(sink.deliveries()).hasSize(2).isEqualTo(told);
            assertThat(told.getFirst())
                    .isEqualTo(
                            new AlertSink.Delivery(
                                    "checkout-success", "page", "firing", "t0", AT, 20));
        }
    }
}
