package io.sluice.server.bench;

import io.sluice.engine.cutover.GateRow;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks a freshly started server for decisions at a steady rate, while traffic comes in and strata
 * are sealed. Times are from when a question was due, so one that had to wait for another has
 * waited.
 */
public final class DecisionBench {

    /** What is asked for each second. */
    public static final int RATE = 500;

    private static final String NAME = "decision, asked " + RATE + " times a second over HTTP";

    /** What HTTP itself, the machine and the traffic beside it take. */
    private static final String FLOOR = "an empty answer, asked for likewise";

    private static final String CUTOVER = "/api/v1/cutovers/shop/";
    private static final String DECISION = CUTOVER + "decision";
    private static final String EMPTY = "/healthz";

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

    /** Holds nothing that must be closed. */
    public DecisionBench() {}

    /**
     * Measures for so long, after a warm-up: the median and the slowest hundredth of decisions, and
     * then of empty answers by the same server.
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

    private static List<GateRow> run(ServerProcess server, Duration warmUp, Duration length)
            throws IOException, InterruptedException {
        try (HttpConnection commands = HttpConnection.to(server.api())) {
            post(commands, CUTOVER + "runs", "{\"revision\":\"bench\"}");
            post(commands, CUTOVER + "runs/1/steps", "{\"index\":0,\"share\":0.1}");
        }
        AtomicBoolean over = new AtomicBoolean();
        FutureTask<Long> traffic = new FutureTask<>(() -> send(server, over));
        Thread sender = Thread.ofPlatform().start(traffic);
        double[] decisions;
        double[] empty;
        try {
            ask(server.api(), DECISION, warmUp);
            decisions = ask(server.api(), DECISION, length);
            empty = ask(server.api(), EMPTY, length);
        } finally {
            over.set(true);
            sender.join();
        }
        try {
            traffic.get();
        } catch (ExecutionException e) {
            throw new IOException("the traffic beside the questions ended", e.getCause());
        }
        return List.of(
                GateRow.quantile(NAME, GateRow.Measure.P50_LATENCY, decisions, 0.5),
                GateRow.quantile(NAME, GateRow.Measure.P99_LATENCY, decisions, 0.99),
                GateRow.quantile(FLOOR, GateRow.Measure.P50_LATENCY, empty, 0.5),
                GateRow.quantile(FLOOR, GateRow.Measure.P99_LATENCY, empty, 0.99));
    }

    /** From when each was due to its answer. */
    private static double[] ask(URI server, String path, Duration length)
            throws IOException, InterruptedException {
        Pace pace = Pace.atRate(RATE);
        long end = System.nanoTime() + length.toNanos();
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        Connections.together(
                Collections.nCopies(
                        ASKERS,
                        () -> {
                            try (HttpConnection connection = HttpConnection.to(server)) {
                                HttpConnection.Question question =
                                        connection.question("GET", path, Map.of());
                                long due = pace.take();
                                for (; due - end < 0; due = pace.take()) {
                                    Pace.await(due);
                                    expectSuccess(path, connection.ask(question));
                                    millis.add((System.nanoTime() - due) / 1e6);
                                }
                            }
                            return 0L;
                        }));
        return millis.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Ten requests a second. */
    private static long send(ServerProcess server, AtomicBoolean over) throws IOException {
        long sent = 0;
        try (HttpConnection connection = new HttpConnection(server.otlpHttp())) {
            for (; !over.get(); sent++) {
                post(connection, "/v1/traces", spans());
                Pace.await(System.nanoTime() + 100_000_000L);
            }
        }
        return sent;
    }

    private static void post(HttpConnection connection, String path, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        HttpConnection.Question question =
                connection.question("POST", path, Map.of("Content-Type", "application/json"));
        expectSuccess(path, connection.ask(question, bytes, 0, bytes.length));
    }

    private static void expectSuccess(String path, HttpConnection.Answer answer)
            throws IOException {
        if (answer.status() / 100 != 2) {
            throw new IOException(
                    "%s answered %d: %s"
                            .formatted(
                                    path,
                                    answer.status(),
                                    new String(answer.body(), StandardCharsets.UTF_8)));
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
