package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** How commands reach a running server; a picocli mixin. */
final class Api {
    /** Longer than any answer takes; a server that needs more is not reachable. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(
            names = {"--server", "--url"},
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "the server's address (default: ${DEFAULT-VALUE})")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--token-env",
            paramLabel = "NAME",
            defaultValue = "SLUICE_TOKEN",
            description =
                    "environment variable that holds a bearer token (default: ${DEFAULT-VALUE})")
    private String tokenVariable = "SLUICE_TOKEN";

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ObjectMapper json = new ObjectMapper();

    /** An answer with its status. */
    record Answer(int status, JsonNode body) {}

    /** The server's address. */
    URI url() {
        return url;
    }

    /**
     * Asks for a path.
     *
     * @throws IOException if nothing answers, or what answers does not speak JSON
     */
    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).timeout(TIMEOUT).GET());
    }

    /**
     * Asks for a path with a body, for an answer that may take long.
     *
     * @throws IOException if nothing answers in time, or what answers does not speak JSON
     */
    Answer post(String path, Object body, Duration timeout)
            throws IOException, InterruptedException {
        return send(
                request(path)
                        .timeout(timeout)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        json.writeValueAsBytes(body))));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url.resolve(path)).header("Accept", "application/json");
        @Nullable String token = System.getenv(tokenVariable);
        if (token != null && !token.isBlank()) {
            request.header("Authorization", "Bearer " + token.strip());
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), json.readTree(response.body()));
    }
}
