package io.sluice.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.javalin.router.Endpoint;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.security.Principal;
import io.sluice.dashboard.security.Tokens;
import io.sluice.engine.limit.LimitTable;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A dashboard on a free port, and a client that talks to it as anybody would. */
public final class Dashboard implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int CONNECTIONS = Math.toIntExact(DashboardLimits.CONNECTIONS.usual());

    private final HttpClient client = HttpClient.newHttpClient();
    private final DashboardServer server;

    private Dashboard(FakeEngine engine, Optional<Tokens> tokens, boolean ready, int connections) {
        server =
                new DashboardServer(
                        engine,
                        engine,
                        engine,
                        new DashboardSettings(
                                "127.0.0.1",
                                0,
                                Set.of("sluice.example"),
                                tokens,
                                Optional.empty(),
                                connections),
                        out -> out.write("sluice_up 1\n".getBytes(StandardCharsets.UTF_8)),
                        () -> ready);
        server.start();
    }

    public static Dashboard of(FakeEngine engine) {
        return new Dashboard(engine, Optional.empty(), true, CONNECTIONS);
    }

    public static Dashboard of(FakeEngine engine, Map<String, Principal> holders) {
        return new Dashboard(
                engine,
                Optional.of(token -> Optional.ofNullable(holders.get(token))),
                true,
                CONNECTIONS);
    }

    static Dashboard withRoomFor(int connections) {
        return new Dashboard(FakeEngine.empty(), Optional.empty(), true, connections);
    }

    static Dashboard notReady(FakeEngine engine) {
        return new Dashboard(engine, Optional.empty(), false, CONNECTIONS);
    }

    public int port() {
        return server.port();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    public HttpResponse<String> post(String path, String json, String... headers) {
        return send(
                request(path, headers)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)));
        return headers.length == 0 ? request : request.headers(headers);
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The same, before the body is read: a stream has no end. */
    public HttpResponse<InputStream> sendForStream(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Lets the table know what only the server knows. */
    void own(LimitTable limits) {
        server.own(limits);
    }

    /** Every route of the server. */
    List<Endpoint> routes() {
        return server.routes();
    }

    /** The answer's JSON; the answer must be a success. */
    public JsonNode json(String path) {
        HttpResponse<String> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return parse(answer.body());
    }

    public static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    @Override
    public void close() {
        server.close();
        client.close();
    }
}
