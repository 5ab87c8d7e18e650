package io.sluice.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One objective about a service called cart, a server for it whose machine can be played tricks
 * with, and a client that sends spans with times of its own.
 */
final class Scene implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Each request differs from every other. */
    private static final AtomicLong SPAN = new AtomicLong(1);

    private final Path folder;
    private final Sluice.Machine machine;
    private final HttpClient client = HttpClient.newHttpClient();
    private Sluice sluice;

    Scene(Path folder, Sluice.Machine machine) throws Exception {
        this.folder = folder;
        this.machine = machine;
        Path definitions = Files.createDirectory(folder.resolve("definitions"));
        Files.writeString(
                definitions.resolve("shop.yaml"),
                """
                apiVersion: openslo/v1
                kind: Service
                metadata: {name: cart}
                spec: {}
                ---
                apiVersion: openslo/v1
                kind: SLO
                metadata:
                  name: cart-success
                  labels: {tier: service}
                spec:
                  service: cart
                  indicator:
                    metadata: {name: cart-requests}
                    spec:
                      ratioMetric:
                        counter: true
                        bad:
                          metricSource:
                            type: spans
                            spec:
                              service: cart
                              where: [{attribute: http.response.status_code, atLeast: 500}]
                        total:
                          metricSource:
                            type: spans
                            spec: {service: cart}
                  budgetingMethod: Occurrences
                  timeWindow: [{duration: 28d, isRolling: true}]
                  objectives: [{target: 0.99}]
                """);
        start();
    }

    private void start() throws Exception {
        Path definitions = folder.resolve("definitions");
        sluice =
                Sluice.start(
                        folder.resolve("data"),
                        AnyPorts.definitions(definitions),
                        AnyPorts.CONFIG,
                        machine);
    }

    void restart() throws Exception {
        sluice.close();
        start();
    }

    /** Of the dashboard. */
    String url(String path) {
        return AnyPorts.address(sluice, "api") + path;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url(path))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Sends one request of so many good and bad spans that end now, by their sender's clock. */
    HttpResponse<String> send(Instant end, int good, int bad) throws Exception {
        StringBuilder spans = new StringBuilder();
        for (int i = 0; i < good + bad; i++) {
            long nanos = end.getEpochSecond() * 1_000_000_000L + end.getNano();
            spans.append(i == 0 ? "" : ",")
                    .append(
                            """
                            {"traceId":"%032x","spanId":"%016x","name":"GET","kind":2,
                             "startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[
                              {"key":"http.response.status_code","value":{"intValue":"%d"}}]}"""
                                    .formatted(
                                            SPAN.get(),
                                            SPAN.getAndIncrement(),
                                            nanos - 1_000_000,
                                            nanos,
                                            i < good ? 200 : 500));
        }
        String body =
                """
                {"resourceSpans":[{"resource":{"attributes":[
                  {"key":"service.name","value":{"stringValue":"cart"}}]},
                  "scopeSpans":[{"spans":[%s]}]}]}"""
                        .formatted(spans);
        return client.send(
                HttpRequest.newBuilder(
                                URI.create(AnyPorts.address(sluice, "otlp-http") + "/v1/traces"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** All that the objective ever counted, whatever its window. */
    long counted() throws Exception {
        long total = 0;
        for (JsonNode row : JSON.readTree(get("/api/v1/counts").body()).path("counts")) {
            if (row.path("cutover").isNull()) {
                total = Math.max(total, row.path("total").asLong());
            }
        }
        return total;
    }

    /** The alerts' states, by condition. */
    JsonNode alerts() throws Exception {
        return JSON.readTree(get("/api/v1/alerts").body());
    }

    /** The value of a metric without labels. */
    double metric(String name) throws Exception {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    static void await(Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        while (!condition.call()) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new AssertionError("waited for " + PATIENCE + " in vain");
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Override
    public void close() {
        client.close();
        sluice.close();
    }
}
