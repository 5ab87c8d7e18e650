package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A real server is killed between a condition and its delivery, each time at another place: a
 * receiver that honours keys hears of every page once, and of none never. {@code
 * -Dsluice.kills=100} kills more often than every build should.
 */
final class KilledTellerTest {
    private static final int ROUNDS = Integer.getInteger("sluice.kills", 4);
    private static final int BAD_EVENTS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The keys that were told, by SLO. */
    private final Map<String, Set<String>> told = new ConcurrentHashMap<>();

    private final AtomicInteger requests = new AtomicInteger();

    private volatile KillAt kill = KillAt.NEVER;
    private volatile @Nullable ServerProcess server;
    private volatile CountDownLatch killed = new CountDownLatch(0);

    /** Where a round kills. */
    private enum KillAt {
        /** The events are on disk, and nobody has looked at them. */
        ACCEPTED,
        /** Somewhere between the condition and its delivery. */
        SOON_AFTER,
        /** The receiver has it, and has not said so. */
        RECEIVED,
        /** It has said so, and the store does not know. */
        ANSWERED,
        NEVER
    }

    @Test
    void everyPageIsToldOnce_andNoneIsLost(@TempDir Path folder) throws Exception {
        HttpServer receiver =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::take);
        receiver.start();
        String objectives =
                IntStream.range(0, ROUNDS)
                        .mapToObj(KilledTellerTest::objective)
                        .collect(Collectors.joining("---\n"));
        String configuration =
                "receivers: [{name: oncall, url: \"http://127.0.0.1:%d/\"}]%n"
                        .formatted(receiver.getAddress().getPort());
        List<Integer> unsent = new ArrayList<>();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                killed = new CountDownLatch(1);
                kill = KillAt.values()[round % KillAt.NEVER.ordinal()];
                try (ServerProcess running =
                        ServerProcess.start(folder, objectives, configuration)) {
                    server = running;
                    if (!outage(running, round)) {
                        unsent.add(round);
                    }
                    if (kill == KillAt.ACCEPTED) {
                        kill();
                    } else if (kill == KillAt.SOON_AFTER) {
                        killed.await(37L * round % 1500, TimeUnit.MILLISECONDS);
                        kill();
                    }
                    assertThat(killed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
                }
            }
            kill = KillAt.NEVER;
            try (ServerProcess running = ServerProcess.start(folder, objectives, configuration)) {
                for (int round : unsent) {
                    assertThat(outage(running, round)).isTrue();
                }
                Instant until = Instant.now().plus(PATIENCE);
                while (told.size() < ROUNDS && Instant.now().isBefore(until)) {
                    Thread.onSpinWait();
                }
            }
        } finally {
            receiver.stop(0);
        }
        assertThat(told).as("pages of %d requests", requests.get()).hasSize(ROUNDS);
        assertThat(told.values()).allSatisfy(keys -> assertThat(keys).hasSize(1));
    }

    private synchronized void kill() {
        ServerProcess running = server;
        if (running != null) {
            server = null;
            running.kill();
            killed.countDown();
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        JsonNode notification = json.readTree(exchange.getRequestBody());
        requests.incrementAndGet();
        told.computeIfAbsent(notification.path("slo").asText(), _ -> ConcurrentHashMap.newKeySet())
                .add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
        if (kill == KillAt.RECEIVED) {
            kill();
        }
        try (exchange) {
            exchange.sendResponseHeaders(204, -1);
        } catch (IOException e) {
            // Whoever asked was killed.
            return;
        }
        if (kill == KillAt.ANSWERED) {
            kill();
        }
    }

    /**
     * Fails some requests; false if the server was killed before it answered, which an earlier
     * round's page may be the reason for.
     */
    private boolean outage(ServerProcess running, int round) throws InterruptedException {
        long now = System.currentTimeMillis() * 1_000_000;
        String spans =
                IntStream.range(0, BAD_EVENTS)
                        .mapToObj(
                                i ->
                                        """
                                        {"traceId": "%s", "spanId": "%s", "name": "GET", "kind": 2,
                                         "startTimeUnixNano": "%d", "endTimeUnixNano": "%d",
                                         "attributes": [{"key": "http.response.status_code",
                                                         "value": {"intValue": "500"}}]}
                                        """
                                                .formatted(
                                                        HexFormat.of().toHexDigits(round + 1L)
                                                                + HexFormat.of()
                                                                        .toHexDigits(i + 1L),
                                                        HexFormat.of().toHexDigits(i + 1L),
                                                        now - 1_000_000,
                                                        now))
                        .collect(Collectors.joining(","));
        String body =
                """
                {"resourceSpans": [{"resource": {"attributes": [
                   {"key": "service.name", "value": {"stringValue": "svc-%d"}}]},
                  "scopeSpans": [{"spans": [%s]}]}]}
                """
                        .formatted(round, spans);
        try {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(running.traces())
                                    .timeout(PATIENCE)
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** An objective whose only policy pages, and says nothing of an end or of silence. */
    private static String objective(int number) {
        return """
        apiVersion: openslo/v1
        kind: Service
        metadata: {name: svc-NUMBER}
        spec: {description: fails in round NUMBER}
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: svc-NUMBER-errors, labels: {tier: operational}}
        spec:
          service: svc-NUMBER
          indicator:
            metadata: {name: svc-NUMBER-requests}
            spec:
              ratioMetric:
                counter: true
                good:
                  metricSource:
                    type: spans
                    spec:
                      service: svc-NUMBER
                      where: [{attribute: http.response.status_code, below: 500}]
                total:
                  metricSource:
                    type: spans
                    spec: {service: svc-NUMBER}
          budgetingMethod: Occurrences
          timeWindow: [{duration: 28d, isRolling: true}]
          objectives: [{target: 0.999}]
          alertPolicies:
            - kind: AlertPolicy
              metadata: {name: page}
              spec:
                conditions:
                  - kind: AlertCondition
                    metadata: {name: fast}
                    spec:
                      severity: page
                      condition: {kind: burnrate, op: gt, threshold: 14.4, lookbackWindow: 1h}
                notificationTargets:
                  - kind: AlertNotificationTarget
                    metadata: {name: oncall}
                    spec: {target: webhook}
        """
                .replace("NUMBER", Integer.toString(number));
    }
}
