package io.sluice.server.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.sluice.server.cli.SluiceCommand;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * One try of each client that asks the gate, by that client's own rules: which answers it reads,
 * and what it makes of those that it does not. How often it tries is in {@code ClientLoopsTest}.
 */
enum Client {
    /** Any status but 2xx is an error, and so is what is not JSON; it tries again. */
    ARGO_WEB(
            server ->
                    server.get("/api/v1/cutovers/%s/decision?share=1".formatted(server.cutover()))
                            .filter(Reply::isFine)
                            .flatMap(Reply::json)
                            .map(json -> json.path("decision").asText())
                            .map(Client::byWord)
                            .orElse(Move.WAIT)),

    /** Takes the first sample; neither condition true is inconclusive. */
    ARGO_PROMETHEUS(
            server ->
                    server.query()
                            .map(result -> result.path(0).at("/value/1").asText())
                            .map(Client::byCode)
                            .orElse(Move.WAIT)),

    /** Wants exactly one series, and knows only whether it passed. */
    KEPTN(
            server ->
                    server.query()
                            .filter(result -> result.size() == 1)
                            .map(result -> result.path(0).at("/value/1").asText())
                            .map(Client::byCode)
                            .orElse(Move.WAIT)),

    /** Up to 202 is yes, but 204 and whatever else are no; its rollback hook is inverted. */
    FLAGGER(
            server -> {
                boolean back = server.hook("rollback");
                boolean on = server.hook("confirm");
                boolean promoted = server.hook("promote");
                if (back && (on || promoted)) {
                    throw new AssertionError("Flagger is told to go on and to go back");
                }
                return back ? Move.TAKE_BACK : on || promoted ? Move.ADVANCE : Move.WAIT;
            }),

    /**
     * Posts, and looks where {@code Location} says; 5xx and 429 are tried again, and another 4xx
     * ends the stage, which a pipeline takes for a failure.
     */
    SPINNAKER(
            server -> {
                Optional<Reply> begun =
                        server.post("/spinnaker/cutovers/" + server.cutover() + "?share=1", "{}");
                if (begun.isEmpty() || begun.get().isTriedAgain()) {
                    return Move.WAIT;
                }
                if (begun.get().status() >= 400) {
                    return Move.TAKE_BACK;
                }
                Optional<Reply> looked = server.get(begun.get().location());
                if (looked.isEmpty() || looked.get().isTriedAgain()) {
                    return Move.WAIT;
                }
                return looked.get().isFine()
                        ? looked.get()
                                .json()
                                .map(json -> byWord(json.path("status").asText()))
                                .orElse(Move.TAKE_BACK)
                        : Move.TAKE_BACK;
            }),

    /** By its ready function, which holds on whatever is no answer. */
    ECS(
            server ->
                    server.post("/ecs/cutovers/" + server.cutover() + "/hook?share=1", "{}")
                            .filter(Reply::isFine)
                            .flatMap(Reply::json)
                            .map(
                                    json ->
                                            switch (json.path("hookStatus").asText()) {
                                                case "SUCCEEDED" -> Move.ADVANCE;
                                                case "FAILED" -> Move.TAKE_BACK;
                                                default -> Move.WAIT;
                                            })
                            .orElse(Move.WAIT)),

    /** {@code sluice gate}: 0 lets on, 1 takes back, and every other code ends a job in between. */
    CI(
            server ->
                    switch (quietly(
                            "gate", server.cutover(), "--share", "1", "--url", server.url())) {
                        case 0 -> Move.ADVANCE;
                        case 1 -> Move.TAKE_BACK;
                        default -> Move.WAIT;
                    });

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<Server, Move> rules;

    Client(Function<Server, Move> rules) {
        this.rules = rules;
    }

    /** Asks once. */
    Move ask(String url, String cutover, Duration patience) {
        return rules.apply(new Server(url, cutover, patience));
    }

    private static int quietly(String... arguments) {
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(Writer.nullWriter()))
                .setErr(new PrintWriter(Writer.nullWriter()))
                .execute(arguments);
    }

    private static Move byWord(String word) {
        return switch (word) {
            case "GO" -> Move.ADVANCE;
            case "NO_GO" -> Move.TAKE_BACK;
            default -> Move.WAIT;
        };
    }

    private static Move byCode(String value) {
        double code = Double.parseDouble(value);
        return code > 0 ? Move.ADVANCE : code < 0 ? Move.TAKE_BACK : Move.WAIT;
    }

    /** An answer. */
    private record Reply(int status, String location, String body) {
        boolean isFine() {
            return status >= 200 && status < 300;
        }

        boolean isTriedAgain() {
            return status >= 500 || status == 429;
        }

        Optional<JsonNode> json() {
            try {
                return Optional.of(JSON.readTree(body));
            } catch (IOException _) {
                return Optional.empty();
            }
        }
    }

    /** A server as a client sees it: where it should be, and how long it may take. */
    private record Server(String url, String cutover, Duration patience) {
        private static final HttpClient HTTP = HttpClient.newHttpClient();

        Optional<Reply> get(String path) {
            return send(path, HttpRequest.newBuilder().GET());
        }

        Optional<Reply> post(String path, String body) {
            return send(
                    path,
                    HttpRequest.newBuilder()
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body)));
        }

        /** Empty if there was no answer in time. */
        private Optional<Reply> send(String path, HttpRequest.Builder request) {
            try {
                HttpResponse<String> answer =
                        HTTP.send(
                                request.uri(URI.create(url).resolve(path))
                                        .timeout(patience)
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                return Optional.of(
                        new Reply(
                                answer.statusCode(),
                                answer.headers().firstValue("Location").orElse(""),
                                answer.body()));
            } catch (IOException _) {
                return Optional.empty();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** The series that a Prometheus reader finds. */
        Optional<JsonNode> query() {
            String query = "gate_decision{cutover=\"%s\",share=\"1\"}".formatted(cutover);
            return get("/prometheus/api/v1/query?query="
                            + URLEncoder.encode(query, StandardCharsets.UTF_8))
                    .filter(Reply::isFine)
                    .flatMap(Reply::json)
                    .map(json -> json.at("/data/result"));
        }

        /** Whether one of Flagger's hooks says yes. */
        boolean hook(String name) {
            String body =
                    """
                    {"name": "shop", "namespace": "shop", "phase": "Progressing", "checksum": "v2",
                     "metadata": {"cutover": "%s"}}
                    """
                            .formatted(cutover);
            return post("/flagger/" + name, body)
                    .filter(reply -> reply.status() <= 202)
                    .isPresent();
        }
    }
}
