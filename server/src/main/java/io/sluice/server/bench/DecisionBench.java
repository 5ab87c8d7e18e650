package io.sluice.server.bench;

import io.sluice.engine.cutover.GateRow;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Asks a freshly started server for decisions at a steady rate, while traffic comes in and strata
 * are sealed. Times are from when a question was due, so one that had to wait for another has
 * waited.
 */
public final class DecisionBench {

    /** What is asked for each second. */
    public static final int RATE = 500;

    private static final String NAME = "decision, asked " + RATE + " times a second over HTTP";

    /** So long a server's code takes to be compiled at this rate. */
    public static final Duration WARM_UP = Duration.ofSeconds(20);

    private static final int ASKERS = 8;
    private static final int SPANS_A_REQUEST = 200;

    /** A cutover that is compared by the proxy's spans. */
    static final String DEFINITIONS =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: errors}
            spec:
              ratioMetric:
                bad:
                  metricSource:
                    type: spans
                    spec:
                      service: proxy
                      where: [{attribute: http.response.status_code, atLeast: 500}]
                total: {metricSource: {type: spans, spec: {service: proxy}}}
            ---
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: latency}
            spec:
              thresholdMetric:
                metricSource: {type: spans, spec: {service: proxy, value: duration, unit: ms}}
            ---
            apiVersion: sluice.dev/v1
            kind: Cutover
            metadata: {name: shop}
            spec:
              service: shop
              baseline: {where: [{attribute: side, equals: legacy}]}
              candidate: {where: [{attribute: side, equals: platform}]}
              stratifyBy: http.route
              sealing: {stratum: 10s, after: 5s}
              metrics:
                - {name: errors, indicatorRef: errors}
                - {name: slow, indicatorRef: latency, op: lte, value: 200, required: false}
              quantiles:
                - {name: p99, indicatorRef: latency, quantile: 0.99, goMargin: 1.5}
              steps:
                - {share: 0.1, minimumDuration: 10s}
                - {share: 0.5, minimumDuration: 10s}
            """;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Holds nothing that must be closed. */
    public DecisionBench() {}

    /**
     * Measures for so long, after a warm-up: the median and the slowest hundredth.
     *
     * @throws IOException if the server does not start, or does not answer as it should
     */
    public List<GateRow> run(Duration warmUp, Duration length)
            throws IOException, InterruptedException {
        try (BenchFolder folder = BenchFolder.create();
                ServerProcess server = ServerProcess.start(folder.path(), DEFINITIONS, "")) {
            return run(server, warmUp, length);
        }
    }

    private List<GateRow> run(ServerProcess server, Duration warmUp, Duration length)
            throws IOException, InterruptedException {
        URI cutover = server.api().resolve("/api/v1/cutovers/shop/");
        post(cutover.resolve("runs"), "{\"revision\":\"bench\"}");
        post(cutover.resolve("runs/1/steps"), "{\"index\":0,\"share\":0.1}");
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<@Nullable IOException> failed = new AtomicReference<>();
        Thread traffic =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (!over.get()) {
                                        attempt(() -> post(server.traces(), spans()), failed);
                                        Pace.await(System.nanoTime() + 100_000_000L);
                                    }
                                });
        HttpRequest question = HttpRequest.newBuilder(cutover.resolve("decision")).build();
        ask(question, warmUp, failed);
        double[] millis = ask(question, length, failed);
        over.set(true);
        traffic.join();
        if (failed.get() != null) {
            throw failed.get();
        }
        return List.of(
                GateRow.quantile(NAME, GateRow.Measure.P50_LATENCY, millis, 0.5),
                GateRow.quantile(NAME, GateRow.Measure.P99_LATENCY, millis, 0.99));
    }

    /** From when each was due to its answer. */
    private double[] ask(
            HttpRequest question, Duration length, AtomicReference<@Nullable IOException> failed)
            throws InterruptedException {
        Pace pace = Pace.atRate(RATE);
        long end = System.nanoTime() + length.toNanos();
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        Thread[] askers = new Thread[ASKERS];
        Arrays.setAll(
                askers,
                _ ->
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            for (long due = pace.take();
                                                    due < end && failed.get() == null;
                                                    due = pace.take()) {
                                                Pace.await(due);
                                                attempt(() -> send(question), failed);
                                                millis.add((System.nanoTime() - due) / 1e6);
                                            }
                                        }));
        for (Thread asker : askers) {
            asker.join();
        }
        return millis.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @FunctionalInterface
    private interface Exchange {
        void run() throws IOException, InterruptedException;
    }

    private static void attempt(Exchange exchange, AtomicReference<@Nullable IOException> failed) {
        try {
            exchange.run();
        } catch (IOException e) {
            failed.compareAndSet(null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void post(URI uri, String body) throws IOException, InterruptedException {
        send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private void send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    request.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** A tenth on the platform, on two routes, one in a hundred of them failed. */
    private static String spans() {
        long nanos = System.currentTimeMillis() * 1_000_000;
        StringBuilder spans = new StringBuilder();
        for (int i = 0; i < SPANS_A_REQUEST; i++) {
            spans.append(i == 0 ? "" : ",")
                    .append(
                            """
                            {"traceId":"%032x","spanId":"%016x","name":"GET","kind":2,\
                            "startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[\
                            {"key":"side","value":{"stringValue":"%s"}},\
                            {"key":"http.route","value":{"stringValue":"%s"}},\
                            {"key":"http.response.status_code","value":{"intValue":"%d"}}]}"""
                                    .formatted(
                                            nanos + i,
                                            nanos + i,
                                            nanos - 1_000_000L * (50 + i),
                                            nanos,
                                            i % 10 == 0 ? "platform" : "legacy",
                                            i % 3 == 0 ? "/cart" : "/pay",
                                            i % 100 == 7 ? 500 : 200));
        }
        return """
               {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name",\
               "value":{"stringValue":"proxy"}}]},"scopeSpans":[{"spans":[%s]}]}]}"""
                .formatted(spans);
    }
}
