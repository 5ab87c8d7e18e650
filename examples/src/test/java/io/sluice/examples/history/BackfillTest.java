package io.sluice.examples.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class BackfillTest {
    private static final BaselinePlan PLAN =
            new BaselinePlan(Instant.parse("2026-11-23T19:00:00Z"), 2, 5_000, 42);

    private final AtomicLong spans = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();
    private final Map<Integer, Integer> timesSent = new ConcurrentHashMap<>();
    private HttpServer server;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger traces = new AtomicInteger();
    private volatile boolean onlyOneIsAnswered;
    private volatile byte[] answer = {};

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    @Test
    void everythingSent_isAccepted() throws Exception {
        Backfill backfill = backfill();
        Backfill.Sent sent = backfill.send(PLAN);
        assertThat(sent.spans().requests()).isEqualTo(5_000).isEqualTo(spans.get());
        assertThat(backfill.spansAccepted()).isEqualTo(5_000);
        assertThat(sent.metrics()).containsEntry("shopflow.cost.month", 48L);
    }

    @Test
    void requestThatIsPutOff_isSentAgainByteForByte() throws Exception {
        refusals.set(2);
        assertThat(backfill().send(PLAN).spans().requests()).isEqualTo(spans.get());
        assertThat(timesSent.values().stream().mapToInt(n -> n - 1).sum()).isEqualTo(2);
    }

    @Test
    void partialSuccess_isNoSuccess() {
        answer = new byte[] {0x0A, 0x02, 0x08, 0x01};
        assertThatThrownBy(() -> backfill().send(PLAN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("rejected a part");
    }

    @Test
    @Timeout(20)
    void oneHourThatIsNotAccepted_endsAll() {
        onlyOneIsAnswered = true;
        assertThatThrownBy(() -> backfill().send(PLAN))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the baseline was not accepted")
                .hasMessageContaining("/v1/traces answered 400");
    }

    private Backfill backfill() {
        return new Backfill(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    /** Refuses the first request, and leaves all others waiting. */
    private void answerOne(HttpExchange exchange) throws IOException {
        try {
            if (traces.getAndIncrement() > 0) {
                over.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(400, -1);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            timesSent.merge(Arrays.hashCode(body), 1, Integer::sum);
            boolean history =
                    "history".equals(exchange.getRequestHeaders().getFirst("Sluice-Source"));
            if (!history || refusals.getAndDecrement() > 0) {
                exchange.sendResponseHeaders(history ? 503 : 400, -1);
                return;
            }
            if (exchange.getRequestURI().getPath().equals("/v1/traces")) {
                if (onlyOneIsAnswered) {
                    answerOne(exchange);
                    return;
                }
                spans.addAndGet(
                        ExportTraceServiceRequest.parseFrom(body)
                                .getResourceSpans(0)
                                .getScopeSpans(0)
                                .getSpansCount());
            }
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            if (answer.length > 0) {
                exchange.getResponseBody().write(answer);
            }
        }
    }
}
