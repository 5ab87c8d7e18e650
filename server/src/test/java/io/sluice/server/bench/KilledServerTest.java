package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.engine.fold.Replay;
import io.sluice.server.OfflineReplay;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A real server is killed in the middle of real requests, again and again; its clients send again
 * what was not answered. After each kill the store is what its log says, bit for bit, as far as it
 * has come. {@code -Dsluice.kills=100} kills more often than every build should, and {@code
 * -Dsluice.kill.answers=1000} later, when the server is warm and takes in as much as it can.
 */
final class KilledServerTest {
    private static final int ROUNDS = Integer.getInteger("sluice.kills", 3);
    private static final int SENDERS = 4;
    private static final int SPANS = 64;

    /** Answers that are awaited before each kill, so that there is something to lose. */
    private static final int ANSWERS_BEFORE_KILL = Integer.getInteger("sluice.kill.answers", 100);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong sequence = new AtomicLong();

    @Test
    void answeredEqualsCounted_afterKills(@TempDir Path folder) throws Exception {
        long sentRequests = 0;
        Queue<byte[]> unanswered = new ArrayDeque<>();
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(folder)) {
                sendAgain(server, unanswered);
                sentRequests += sendUntilKilled(server, unanswered);
            }
            assertThat(OfflineReplay.run(folder.resolve("data"), offset -> {}).differences())
                    .isEmpty();
        }
        assertThat(unanswered).as("requests that a kill left without an answer").isNotEmpty();
        try (ServerProcess server = ServerProcess.start(folder)) {
            sendAgain(server, unanswered);
            long sent = sentRequests * SPANS;
            Instant until = Instant.now().plus(PATIENCE);
            while (counted(server) < sent && Instant.now().isBefore(until)) {
                Thread.onSpinWait();
            }
            assertThat(counted(server)).isEqualTo(sent);
        }
        Replay.Result replay = OfflineReplay.run(folder.resolve("data"), offset -> {});
        assertThat(replay.isEqual()).isTrue();
        assertThat(replay.compared()).isPositive();
    }

    /** Returns how many requests were begun; those without an answer go to {@code unanswered}. */
    private long sendUntilKilled(ServerProcess server, Queue<byte[]> unanswered) throws Exception {
        AtomicInteger answers = new AtomicInteger();
        AtomicLong begun = new AtomicLong();
        Queue<byte[]> lost = new ConcurrentLinkedQueue<>();
        try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                running.add(
                        senders.submit(
                                () -> {
                                    SpanRequest request = SpanRequest.of(SPANS);
                                    while (true) {
                                        byte[] body =
                                                request.next(
                                                                sequence.incrementAndGet(),
                                                                System.currentTimeMillis()
                                                                        * 1_000_000)
                                                        .clone();
                                        begun.incrementAndGet();
                                        if (!answered(server.traces(), body)) {
                                            lost.add(body);
                                            return null;
                                        }
                                        if (answers.incrementAndGet() == ANSWERS_BEFORE_KILL) {
                                            server.kill();
                                        }
                                    }
                                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        unanswered.addAll(lost);
        return begun.get();
    }

    private void sendAgain(ServerProcess server, Queue<byte[]> unanswered) throws Exception {
        while (!unanswered.isEmpty()) {
            assertThat(answered(server.traces(), unanswered.remove())).isTrue();
        }
    }

    private boolean answered(URI traces, byte[] body) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(traces)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/x-protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private long counted(ServerProcess server) throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(server.api().resolve("/api/v1/counts")).build(),
                        HttpResponse.BodyHandlers.ofString());
        long total = 0;
        for (JsonNode row : new ObjectMapper().readTree(answer.body()).path("counts")) {
            if (row.path("sli").asText().endsWith("-requests")) {
                total += row.path("total").asLong();
            }
        }
        return total;
    }
}
