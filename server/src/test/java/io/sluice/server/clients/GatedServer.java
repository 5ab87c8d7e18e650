package io.sluice.server.clients;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.Main;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A server in a process of its own, always at the same address, with a cutover for each name. It
 * can be ended, killed, and made to stand still.
 */
final class GatedServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A limit needs no baseline: two thousand spans of one side decide. */
    private static final String CUTOVER =
            """
            apiVersion: sluice.dev/v1
            kind: Cutover
            metadata: {name: %1$s}
            spec:
              service: %1$s
              baseline: {where: [{attribute: side, equals: old}]}
              candidate: {where: [{attribute: side, equals: new}]}
              sealing: {stratum: 10s, after: 1s}
              metrics:
                - name: errors
                  limit: 0.5
                  indicator:
                    metadata: {name: %1$s-errors}
                    spec:
                      ratioMetric:
                        bad: {metricSource: {type: spans, spec: {service: %1$s, where: [{attribute: http.response.status_code, atLeast: 500}]}}}
                        total: {metricSource: {type: spans, spec: {service: %1$s}}}
              steps: [{share: 1, minimumDuration: 1s}]
              data: {freshness: 10m, minimumEvents: 100}
            """;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path folder;
    private final int api = freePort();
    private final int otlp = freePort();
    private Process process;
    private CompletableFuture<Void> ready = new CompletableFuture<>();

    GatedServer(Path folder, List<String> cutovers) throws IOException {
        this.folder = folder;
        Path definitions = Files.createDirectories(folder.resolve("definitions"));
        Files.writeString(
                definitions.resolve("cutovers.yaml"),
                cutovers.stream()
                        .map(
                                name ->
                                        "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: "
                                                + name
                                                + "}\nspec: {}\n---\n"
                                                + CUTOVER.formatted(name))
                        .collect(Collectors.joining("---\n")));
        Files.writeString(
                folder.resolve("sluice.yaml"),
                "listen: {host: 127.0.0.1, api: %d, otlpHttp: %d, otlpGrpc: 0, dogstatsd: 0}\n"
                        .formatted(api, otlp));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + api;
    }

    /** Begins to start it; the future is done when it says that it is ready. */
    CompletableFuture<Void> start() throws IOException {
        ready = new CompletableFuture<>();
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                "serve",
                                "--data",
                                folder.resolve("data").toString(),
                                "--definitions",
                                folder.resolve("definitions").toString(),
                                "--config",
                                folder.resolve("sluice.yaml").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        CompletableFuture<Void> told = ready;
        Thread.ofVirtual()
                .start(
                        () -> {
                            out.lines()
                                    .filter("ready"::equals)
                                    .forEach(line -> told.complete(null));
                            told.completeExceptionally(new IOException("it ended"));
                        });
        return ready;
    }

    /** Stops all its threads, as a machine does that is out of processors; it keeps its sockets. */
    void standStill() throws IOException, InterruptedException {
        signal("STOP");
    }

    void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code =
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
        if (code != 0) {
            throw new IOException("kill -" + name + " ended with " + code);
        }
    }

    /** As kill -9 does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Begins to end it as a service manager does; the future is done when it has ended. */
    CompletableFuture<?> end() {
        process.destroy();
        return process.onExit();
    }

    /** Begins a run of revision v2 whose only step is on. */
    void begin(String cutover) throws Exception {
        String runs = "/api/v1/cutovers/" + cutover + "/runs";
        String run = JSON.readTree(post(api, runs, "{\"revision\": \"v2\"}")).path("run").asText();
        post(api, runs + "/" + run + "/steps", "{\"index\": 0, \"share\": 1}");
    }

    /** Sends so many requests of the new side, all good or all bad. */
    void send(String cutover, int requests, boolean good) throws Exception {
        long end = System.currentTimeMillis() * 1_000_000;
        String spans =
                IntStream.range(0, requests)
                        .mapToObj(
                                i ->
                                        """
                                        {"traceId":"%032x","spanId":"%016x","name":"GET","kind":2,
                                         "startTimeUnixNano":"%d","endTimeUnixNano":"%d","attributes":[
                                          {"key":"side","value":{"stringValue":"new"}},
                                          {"key":"http.response.status_code","value":{"intValue":"%d"}}]}"""
                                                .formatted(
                                                        end + i,
                                                        end + i,
                                                        end - 1_000_000,
                                                        end,
                                                        good ? 200 : 500))
                        .collect(Collectors.joining(","));
        post(
                otlp,
                "/v1/traces",
                """
                {"resourceSpans":[{"resource":{"attributes":[
                  {"key":"service.name","value":{"stringValue":"%s"}}]},
                  "scopeSpans":[{"spans":[%s]}]}]}"""
                        .formatted(cutover, spans));
    }

    private String post(int port, String path, String body) throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IOException(path + " answered " + answer.statusCode() + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
