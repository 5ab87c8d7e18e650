package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.config.ServerConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;

/** What business figures were before Sluice was there is told afterwards, and stands in results. */
final class PastKpisTest {
    private static final Duration AGO = Duration.ofDays(60);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.HOURS);
    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    @TempDir private Path folder;

    private Sluice start() throws Exception {
        ServerConfig usual = ServerConfig.DEFAULT;
        return Sluice.start(
                folder.resolve("data"),
                AnyPorts.definitions(Path.of("../slo-definitions/shopflow")),
                new ServerConfig(
                        AnyPorts.LISTEN,
                        usual.scrape(),
                        usual.prometheus(),
                        Set.of("history"),
                        usual.alerting(),
                        usual.tokens(),
                        usual.tls(),
                        Map.of()),
                InstantSource.system());
    }

    private JsonNode post(URI uri, String source, String body) throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .header("Sluice-Source", source)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return json.readTree(answer.body());
    }

    /** A month's bill, as whoever keeps the books would send it. */
    private static String bill(String side, Instant at, double dollars) {
        return """
        {"resourceMetrics": [{
          "resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "shop-operations"}}]},
          "scopeMetrics": [{"metrics": [{"name": "shopflow.cost.month", "gauge": {"dataPoints": [
            {"timeUnixNano": "%d000000000", "asDouble": %s,
             "attributes": [{"key": "side", "value": {"stringValue": "%s"}}]}]}}]}]}]}
        """
                .formatted(at.getEpochSecond(), dollars, side);
    }

    private static String deployment(Instant deployed) {
        return """
        {"service": "checkout", "version": "v%d", "deployedAt": "%s", "committedAt": "%s"}
        """
                .formatted(
                        deployed.getEpochSecond(), deployed, deployed.minus(Duration.ofHours(30)));
    }

    private static String period(Instant from, Instant to) {
        return URLEncoder.encode(from + "/" + to, StandardCharsets.UTF_8);
    }

    private JsonNode row(Sluice sluice, String metric) throws Exception {
        Instant then = now.minus(AGO);
        String path =
                "/api/v1/results?before="
                        + period(then, then.plus(Duration.ofDays(30)))
                        + "&after="
                        + period(now.minus(Duration.ofDays(10)), now);
        JsonNode results =
                json.readTree(
                        client.send(
                                        HttpRequest.newBuilder(
                                                        AnyPorts.uri(sluice, "api").resolve(path))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body());
        for (JsonNode row : results.path("rows")) {
            if (row.path("metric").asText().equals(metric)) {
                return row;
            }
        }
        throw new AssertionError("no row " + metric + " in " + results);
    }

    @Test
    void whatABackfillSourceSends_isTheTimeBefore_andNobodyElseMaySendIt() throws Exception {
        Instant then = now.minus(AGO).plus(Duration.ofDays(3));
        try (Sluice sluice = start()) {
            URI metrics = AnyPorts.uri(sluice, "otlp-http").resolve("/v1/metrics");
            JsonNode refused = post(metrics, "anybody", bill("legacy", then, 1));
            assertThat(refused.path("partialSuccess").path("rejectedDataPoints").asInt())
                    .as("%s", refused)
                    .isEqualTo(1);
            for (int month = 0; month < 2; month++) {
                Instant at = then.plus(Duration.ofDays(20L * month));
                assertThat(post(metrics, "history", bill("legacy", at, 7_000 + 2_000 * month)))
                        .isEmpty();
            }
            Instant lately = now.minus(Duration.ofDays(1));
            assertThat(post(metrics, "history", bill("platform", lately, 5_000.1))).isEmpty();
            costIsExact(sluice);

            URI deployments = AnyPorts.uri(sluice, "api").resolve("/api/v1/deployments");
            post(deployments, "", deployment(then));
            for (int day = 1; day <= 5; day++) {
                post(deployments, "", deployment(now.minus(Duration.ofDays(day))));
            }
            JsonNode frequency = row(sluice, "Deployment frequency");
            assertThat(frequency.path("before").asDouble())
                    .as("%s", frequency)
                    .isBetween(1.0, 1.02);
            assertThat(frequency.path("after").asDouble()).isBetween(15.0, 15.3);
        }
        assertThat(OfflineReplay.run(folder.resolve("data"), _ -> {}).isEqual()).isTrue();
        try (Sluice sluice = start()) {
            costIsExact(sluice);
        }
    }

    private void costIsExact(Sluice sluice) throws Exception {
        JsonNode cost = row(sluice, "Infrastructure cost per month");
        assertThat(cost.path("before").asDouble()).as("%s", cost).isEqualTo(8_000);
        assertThat(cost.path("after").asDouble()).isEqualTo(5_000.1);
        assertThat(cost.path("improvement").asText()).isEqualTo("down 37 %");
        assertThat(cost.has("note") && !cost.path("note").isNull()).as("%s", cost).isFalse();
    }
}
