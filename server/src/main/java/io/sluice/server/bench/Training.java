package io.sluice.server.bench;

import org.jspecify.annotations.Nullable;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server's first seconds, from within its own process, so that a JVM that watches knows which
 * classes they take and where their time goes: every protocol is sent and some pages are opened.
 */
public final class Training {
    /** Long enough that the JVM knows what is often run, and no longer than a build may wait. */
    private static final int REQUESTS = 8;

    private static final int SPANS_PER_REQUEST = 100;
    private static final int DATAGRAMS = 100;
    private static final List<String> PAGES =
            List.of(
                    "/",
                    "/healthz",
                    "/readyz",
                    "/metrics",
                    "/api/v1/slos",
                    "/api/v1/ingest",
                    "/api/v1/cutovers");

    private final Path folder;
    private final Stamps stamps = Stamps.ofClock();

    private Training(Path folder) {
        this.folder = folder;
    }

    /** Makes what a server needs to start in a folder. */
    public static Training prepare(Path folder) throws IOException {
        Training training = new Training(folder);
        // Objectives and a cutover, since each kind of definition has readers of its own.
        ServerProcess.prepare(
                training.folder, BenchDefinitions.TEXT + "---\n" + DecisionBench.DEFINITIONS, "");
        return training;
    }

    /** What follows {@code sluice serve}. */
    public List<String> serveArguments() {
        return ServerProcess.serveArguments(folder);
    }

    /**
     * Where the server says what it listens on. Once it says that it is ready, the training begins,
     * and when it is over the process exits: 0, or 1 if something was not as it should be.
     */
    public PrintWriter listening(PrintWriter err) {
        return new PrintWriter(
                new FilterWriter(Writer.nullWriter()) {
                    private final StringBuilder said = new StringBuilder();

                    @Override
                    public void write(char[] text, int from, int length) {
                        said.append(text, from, length);
                    }

                    @Override
                    public void write(String text, int from, int length) {
                        said.append(text, from, from + length);
                    }

                    @Override
                    public void flush() {
                        List<String> lines = said.toString().lines().toList();
                        if (lines.contains("ready")) {
                            said.setLength(0);
                            new Thread(() -> train(lines, err), "sluice-training").start();
                        }
                    }
                });
    }

    private void train(List<String> lines, PrintWriter err) {
        int exit = 0;
        try {
            Map<String, String> addresses = new HashMap<>();
            lines.forEach(line -> ServerProcess.addAddress(line, addresses));
            for (Protocol protocol : Protocol.values()) {
                if (protocol == Protocol.DOGSTATSD) {
                    datagrams(ServerProcess.socketAddress(addresses.get("dogstatsd")));
                } else {
                    requests(protocol, false, addresses);
                }
                if (protocol.mayGzip()) {
                    requests(protocol, true, addresses);
                }
            }
            pages(URI.create(String.valueOf(addresses.get("api"))));
        } catch (IOException | InterruptedException | RuntimeException e) {
            err.println("the training failed: " + e);
            exit = 1;
        }
        System.exit(exit);
    }

    private void requests(Protocol protocol, boolean gzip, Map<String, String> addresses)
            throws IOException {
        @Nullable String door =
                addresses.get(protocol == Protocol.OTLP_GRPC ? "otlp-grpc" : "otlp-http");
        Load load =
                new Load(
                        protocol,
                        gzip,
                        protocol.takesAnyNumber() ? SPANS_PER_REQUEST : Load.usualItems(protocol),
                        1,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        0,
                        Optional.empty());
        Requests requests = protocol.requests(load, stamps);
        try (Sender sender = protocol.connect(load, ServerProcess.socketAddress(door), requests)) {
            for (int i = 0; i < REQUESTS; i++) {
                sender.send();
            }
        }
    }

    private static void datagrams(InetSocketAddress address) throws IOException {
        ByteBuffer datagram = new Datagram().direct();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(address);
            for (int i = 0; i < DATAGRAMS; i++) {
                channel.write(datagram.rewind());
            }
        }
    }

    private static void pages(URI api) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String page : PAGES) {
                HttpResponse<byte[]> answer =
                        client.send(
                                HttpRequest.newBuilder(api.resolve(page)).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() != 200) {
                    throw new IOException(page + " was answered " + answer.statusCode());
                }
            }
        }
    }
}
