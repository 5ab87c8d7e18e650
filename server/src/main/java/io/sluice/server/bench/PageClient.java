package io.sluice.server.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Asks for pages as a browser does, compressed, over a connection of its own. Not thread-safe. */
final class PageClient implements AutoCloseable {
    private final HttpConnection connection;

    /**
     * Connects.
     *
     * @param server where its API and pages are
     */
    PageClient(URI server) throws IOException {
        this.connection = HttpConnection.to(server);
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
     * @throws IOException if the answer is not 200
     */
    Answer get(String path) throws IOException {
        return get(path, Map.of("Accept-Encoding", "gzip"));
    }

    /**
     * Asks once for what differs from the version that is held.
     *
     * @throws IOException if the answer is not 200
     */
    Answer getChanges(String path, String version) throws IOException {
        return get(path, Map.of("Accept-Encoding", "gzip", "Sluice-Holds", version));
    }

    private Answer get(String path, Map<String, String> headers) throws IOException {
        long began = System.nanoTime();
        HttpConnection.Answer answer = connection.ask(connection.question("GET", path, headers));
        double millis = (System.nanoTime() - began) / 1e6;
        if (answer.status() != 200) {
            throw new IOException(path + " was answered " + answer.status());
        }
        return new Answer(answer.body(), millis);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
