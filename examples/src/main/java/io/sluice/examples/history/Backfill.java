package io.sluice.examples.history;

import io.sluice.examples.telemetry.ServiceIdentity;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells Sluice the monolith's past by OTLP/HTTP, as the source {@code history}. Every answer must
 * be a plain success; a request that Sluice puts off (429, 503) is sent again, byte for byte, so
 * that it counts once.
 */
public final class Backfill {
    /**
     * Connections at a time: the receiver parses on as many threads, and there are two cores for
     * both of us.
     */
    private static final int CONNECTIONS = 4;

    private static final int ATTEMPTS = 20;
    private static final Duration RETRY_DELAY = Duration.ofMillis(250);

    private final URI otlpHttp;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong spansAccepted = new AtomicLong();

    /**
     * @param otlpHttp base address of OTLP/HTTP
     */
    public Backfill(URI otlpHttp) {
        this.otlpHttp = otlpHttp;
    }

    /**
     * What was sent and accepted.
     *
     * @param metrics by metric: a counter's sum, a gauge's points
     */
    public record Sent(SpanCounts spans, Map<String, Long> metrics, Duration took) {
        public Sent {
            metrics = Map.copyOf(metrics);
        }
    }

    /** Spans that were accepted so far; for a progress display. */
    public long spansAccepted() {
        return spansAccepted.get();
    }

    /** Sends the whole plan; throws when anything of it was not accepted. */
    public Sent send(BaselinePlan plan) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        Map<String, Long> metrics = new ConcurrentHashMap<>();
        for (BaselineKpis.Body body : kpis(plan).bodies()) {
            post("/v1/metrics", body.request().toByteArray());
            body.sums().forEach((metric, sum) -> metrics.merge(metric, sum, Long::sum));
        }
        SpanCounts spans = sendSpans(plan);
        return new Sent(spans, metrics, Duration.ofNanos(System.nanoTime() - startNanos));
    }

    private static BaselineKpis kpis(BaselinePlan plan) {
        return new BaselineKpis(
                plan,
                new ServiceIdentity("shop-frontend", "10.4"),
                new ServiceIdentity("shop-operations", "10.4"));
    }

    private SpanCounts sendSpans(BaselinePlan plan) throws IOException, InterruptedException {
        BaselineSpans spans =
                new BaselineSpans(plan, new ServiceIdentity("strangler-proxy", "1.0"));
        List<BaselinePlan.Hour> hours = plan.hours();
        try (ExecutorService senders = Executors.newFixedThreadPool(CONNECTIONS)) {
            CompletionService<SpanCounts> sent = new ExecutorCompletionService<>(senders);
            hours.forEach(hour -> sent.submit(() -> sendHour(spans, hour)));
            try {
                SpanCounts sum = SpanCounts.NONE;
                for (int i = 0; i < hours.size(); i++) {
                    sum = sum.plus(sent.take().get());
                }
                return sum;
            } catch (ExecutionException e) {
                // Without one of its hours there is no baseline: nobody waits for the others.
                senders.shutdownNow();
                throw new IOException("the baseline was not accepted: " + e.getMessage(), e);
            }
        }
    }

    private SpanCounts sendHour(BaselineSpans spans, BaselinePlan.Hour hour)
            throws IOException, InterruptedException {
        SpanCounts sent = SpanCounts.NONE;
        for (BaselineSpans.Body body : spans.bodies(hour)) {
            post("/v1/traces", body.request().toByteArray());
            spansAccepted.addAndGet(body.counts().requests());
            sent = sent.plus(body.counts());
        }
        return sent;
    }

    private void post(String path, byte[] body) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(otlpHttp.resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/x-protobuf")
                        .header("Sluice-Source", "history")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        for (int attempt = 1; ; attempt++) {
            HttpResponse<byte[]> response =
                    client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            boolean putOff = response.statusCode() == 429 || response.statusCode() == 503;
            if (!putOff || attempt == ATTEMPTS) {
                requireFullSuccess(path, response);
                return;
            }
            Thread.sleep(RETRY_DELAY);
        }
    }

    /** Full success is 200 with nothing said; a partial one says how much was rejected. */
    private static void requireFullSuccess(String path, HttpResponse<byte[]> response)
            throws IOException {
        if (response.statusCode() != 200 || response.body().length > 0) {
            throw new IOException(
                    path
                            + " answered "
                            + response.statusCode()
                            + (response.body().length > 0
                                    ? " and rejected a part: "
                                            + new String(response.body(), StandardCharsets.UTF_8)
                                    : ""));
        }
    }
}
