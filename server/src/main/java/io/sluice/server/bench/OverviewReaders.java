package io.sluice.server.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Readers of the overview, each as an open page is one: it hears that something changed, and asks
 * what differs from the version that it holds. Times are from hearing to the last byte.
 */
final class OverviewReaders implements AutoCloseable {
    private static final Pattern VERSION = Pattern.compile("data-version=\"([0-9a-f]+)\"");

    /** A page says its version this early; a browser unpacks the rest where it runs, not here. */
    private static final int BEFORE_VERSION = 1 << 13;

    private final List<Reader> readers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Update> updates = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable IOException> failed = new AtomicReference<>();

    /** What one reader got of one change. */
    record Update(double millis, long bytes) {}

    private OverviewReaders() {}

    /** Opens the overview so many times. */
    static OverviewReaders open(URI server, int count) throws IOException {
        OverviewReaders all = new OverviewReaders();
        try {
            for (int i = 0; i < count; i++) {
                Reader reader = all.new Reader(server);
                // Before anything else can fail, so that it leaves with the others.
                all.readers.add(reader);
                reader.begin(server);
            }
            return all;
        } catch (IOException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Forgets what was measured so far. */
    void forget() {
        updates.clear();
    }

    /**
     * What all of them got.
     *
     * @throws IOException if one of them got what it should not have
     */
    List<Update> updates() throws IOException {
        IOException failure = failed.get();
        if (failure != null) {
            throw failure;
        }
        return List.copyOf(updates);
    }

    /** All of them leave. */
    @Override
    public void close() {
        readers.forEach(Reader::leave);
    }

    private final class Reader {
        private final Socket stream;
        private final PageClient client;
        private volatile boolean left;

        Reader(URI server) throws IOException {
            stream = new Socket(server.getHost(), server.getPort());
            client = new PageClient(server);
        }

        void begin(URI server) throws IOException {
            stream.getOutputStream()
                    .write(
                            ("GET /live HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            String version = version(client.get("/"));
            Thread.ofVirtual().start(() -> follow(version));
        }

        private void follow(String first) {
            String version = first;
            try (BufferedReader events =
                    new BufferedReader(
                            new InputStreamReader(
                                    stream.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String line = events.readLine(); line != null; line = events.readLine()) {
                    if (line.equals("event: change")) {
                        PageClient.Answer answer = client.getChanges("/", version);
                        updates.add(new Update(answer.millis(), answer.bytes()));
                        version = version(answer);
                    }
                }
                throw new IOException("the server ended a reader's stream");
            } catch (IOException e) {
                if (!left) {
                    failed.compareAndSet(null, e);
                }
            }
        }

        void leave() {
            left = true;
            try (client) {
                stream.close();
            } catch (IOException e) {
                failed.compareAndSet(null, e);
            }
        }
    }

    private static String version(PageClient.Answer answer) throws IOException {
        byte[] body = answer.body();
        boolean compressed = body.length > 1 && body[0] == 0x1f && (body[1] & 0xff) == 0x8b;
        InputStream bytes = new ByteArrayInputStream(body);
        try (InputStream html = compressed ? new GZIPInputStream(bytes) : bytes) {
            byte[] beginning = html.readNBytes(BEFORE_VERSION);
            Matcher version = VERSION.matcher(new String(beginning, StandardCharsets.UTF_8));
            if (!version.find()) {
                throw new IOException("the overview does not say its version");
            }
            return version.group(1);
        }
    }
}
