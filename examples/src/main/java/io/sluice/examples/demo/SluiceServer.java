package io.sluice.examples.demo;

import io.sluice.examples.telemetry.Collector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sluice as shipped, in its own JVM with an empty store. */
final class SluiceServer implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(60);

    private final Process process;
    private final URI api;
    private final Collector collector;

    private SluiceServer(Process process, URI api, Collector collector) {
        this.process = process;
        this.api = api;
        this.collector = collector;
    }

    /**
     * Starts the server and waits until it is ready.
     *
     * @param folder an empty one, for store, configuration and log
     * @param scrape address of the monolith's metrics
     * @param webhook where alerts go
     */
    static SluiceServer start(Installation installation, Path folder, URI scrape, URI webhook)
            throws IOException, InterruptedException {
        Path config = folder.resolve("sluice.yaml");
        Files.writeString(config, configuration(scrape, webhook));
        Path log = folder.resolve("sluice.log");
        List<String> command = new ArrayList<>();
        command.add(installation.java().toString());
        command.addAll(flags());
        installation
                .aotCache()
                .ifPresent(
                        cache ->
                                command.addAll(
                                        List.of(
                                                "-XX:AOTCache=" + cache,
                                                "-Xlog:aot=off",
                                                "-Xlog:cds=off")));
        command.addAll(
                List.of(
                        "-jar",
                        installation.jar().toString(),
                        "serve",
                        "--data",
                        folder.resolve("data").toString(),
                        "--definitions",
                        installation.definitions().toString(),
                        "--config",
                        config.toString()));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.to(log.toFile()))
                        .start();
        try {
            Map<String, String> ports = readPorts(process, log);
            URI api = URI.create(address(ports, "api"));
            awaitReady(api, process, log);
            return new SluiceServer(process, api, collector(ports));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroy();
            throw e;
        }
    }

    /** Those that the launcher gave to this JVM: a server is started as it starts one. */
    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-X") || flag.startsWith("--"))
                .toList();
    }

    private static String configuration(URI scrape, URI webhook) {
        return """
        listen: {host: 127.0.0.1, api: %d, otlpHttp: %d, otlpGrpc: %d, dogstatsd: %d}
        scrape:
          - {job: monolith, url: "%s", interval: %ds, attributes: {service.name: monolith}}
        sources:
          - {name: history, backfill: true}
        receivers:
          - {name: oncall, url: "%s"}
        """
                .formatted(
                        freeOr0(8080),
                        freeOr0(4318),
                        freeOr0(4317),
                        freeUdpOr0(8125),
                        scrape,
                        Settings.SCRAPE_INTERVAL.toSeconds(),
                        webhook);
    }

    /** The usual port if nobody has it, else 0, which means any. */
    private static int freeOr0(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException e) {
            return 0;
        }
    }

    private static int freeUdpOr0(int port) {
        try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The server says on standard output where it listens, a line each, then {@code ready}. */
    private static Map<String, String> readPorts(Process process, Path log) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Map<String, String> ports = new HashMap<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("ready")) {
                Thread.ofVirtual().name("sluice-output").start(() -> discard(lines));
                return ports;
            }
            int space = line.indexOf(' ');
            if (space > 0) {
                ports.put(line.substring(0, space), line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        throw new IOException("Sluice did not start:\n" + Files.readString(log).strip());
    }

    private static void discard(BufferedReader lines) {
        try {
            lines.transferTo(Writer.nullWriter());
        } catch (IOException _) {
            // The process ended, and its output with it.
        }
    }

    private static String address(Map<String, String> ports, String name) throws IOException {
        String address = ports.get(name);
        if (address == null) {
            throw new IOException("Sluice did not say where its " + name + " listens");
        }
        return address;
    }

    private static Collector collector(Map<String, String> ports) throws IOException {
        String dogstatsd = address(ports, "dogstatsd");
        return new Collector(
                URI.create(address(ports, "otlp-http")),
                URI.create("http://" + address(ports, "otlp-grpc")),
                Integer.parseInt(dogstatsd.substring(dogstatsd.lastIndexOf(':') + 1)));
    }

    private static void awaitReady(URI api, Process process, Path log)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(api.resolve("/readyz"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        long untilNanos = System.nanoTime() + START_MAX.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < untilNanos && process.isAlive()) {
                try {
                    if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
                            == 200) {
                        return;
                    }
                } catch (IOException _) {
                    // Not listening yet: the loop's end says so if it stays that way.
                }
                Thread.sleep(Duration.ofMillis(100));
            }
        }
        throw new IOException("Sluice did not become ready:\n" + Files.readString(log).strip());
    }

    /** Address of the dashboard and the API. */
    URI api() {
        return api;
    }

    /** Where it takes telemetry in. */
    Collector collector() {
        return collector;
    }

    /** Whether the server still runs. */
    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the server as an operator would; kills it if it has not ended after 15 s. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
