package io.sluice.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What a server says that it has counted, asked over its API. */
final class ServerCounts {
    /** How long it may take to count what it has answered for. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long LOOK_NANOS = 100_000_000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();
    private final URI api;

    /**
     * @param api where the server's API is
     */
    ServerCounts(URI api) {
        this.api = api;
    }

    /** Items that a receiver has accepted. */
    long accepted(String receiver) throws IOException, InterruptedException {
        long accepted = 0;
        for (JsonNode row : get("/api/v1/ingest").path("receivers")) {
            if (row.path("receiver").asText().equals(receiver)) {
                accepted += row.path("accepted").asLong();
            }
        }
        return accepted;
    }

    /** Datagrams that the kernel dropped before a receiver could read them. */
    long kernelDrops(String receiver) throws IOException, InterruptedException {
        long drops = 0;
        for (JsonNode row : get("/api/v1/ingest").path("receivers")) {
            if (row.path("receiver").asText().equals(receiver)) {
                drops += row.path("dropped").path("kernel_drop").asLong();
            }
        }
        return drops;
    }

    /** Events that the bench's objectives have counted. */
    long events() throws IOException, InterruptedException {
        long events = 0;
        for (JsonNode row : get("/api/v1/counts").path("counts")) {
            if (row.path("sli").asText().endsWith("-requests")) {
                events += row.path("total").asLong();
            }
        }
        return events;
    }

    /**
     * The events that the objectives have counted once they are as many as expected, or in vain.
     */
    long awaitEvents(long expected) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        long events = events();
        while (events < expected && System.nanoTime() - until < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
            events = events();
        }
        return events;
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                client.send(
                        HttpRequest.newBuilder(api.resolve(path)).build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered " + answer.statusCode());
        }
        return json.readTree(answer.body());
    }
}
