package io.sluice.server.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Asks for pages as a browser does, compressed. Thread-safe. */
final class PageClient implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    /**
     * @param server where its API and pages are
     */
    PageClient(URI server) {
        this.server = server;
    }

    /** An answer as it came, and the time until its last byte. */
    record Answer(byte[] body, double millis) {
        long bytes() {
            return body.length;
        }
    }

    /**
     * Asks once.
     *
     * @param headers names and values by turns
     * @throws IOException if the answer is not 200
     */
    Answer get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).header("Accept-Encoding", "gzip");
        if (headers.length > 0) {
            request.headers(headers);
        }
        long began = System.nanoTime();
        HttpResponse<byte[]> answer =
                client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        double millis = (System.nanoTime() - began) / 1e6;
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered " + answer.statusCode());
        }
        return new Answer(answer.body(), millis);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
