package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** How commands reach a running server; a picocli mixin. */
final class Api {
    /** The exit code of every command whose server does not answer, or fails. */
    static final int UNREACHABLE = 4;

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

    /** Far longer than the largest file takes from a server nearby. */
    private static final Duration DOWNLOAD = Duration.ofMinutes(10);

    /** A file as it comes, with its status; to be closed. */
    record Download(int status, InputStream body) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

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
        return get(path, TIMEOUT);
    }

    /**
     * Asks for a path whose answer may take long.
     *
     * @throws IOException if nothing answers in time, or what answers does not speak JSON
     */
    Answer get(String path, Duration timeout) throws IOException, InterruptedException {
        return send(request(path).timeout(timeout).GET());
    }

    /**
     * Asks for a path whose answer is too large for memory, or no JSON.
     *
     * @throws IOException if nothing answers
     */
    Download download(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(
                        request(path).timeout(DOWNLOAD).GET().build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        return new Download(response.statusCode(), response.body());
    }

    /** What to say when nothing answered. */
    String unanswered(IOException cause) {
        return "no answer from " + url + " (" + cause + "); is the server running?";
    }

    /**
     * The exit code of an answer that is none.
     *
     * @param refused of what is the caller's fault
     */
    static int exitCode(int status, int refused) {
        return status >= 500 ? UNREACHABLE : refused;
    }

    /** What a problem's answer says, for people. */
    String detail(InputStream problem) throws IOException {
        return detail(json.readTree(problem));
    }

    /** What a problem's answer says, for people. */
    static String detail(JsonNode problem) {
        String detail = problem.path("detail").asText(problem.path("title").asText(""));
        String expected = problem.path("expected").asText("");
        return expected.isEmpty() ? detail : detail + "; expected " + expected;
    }

    /** A text as a part of a path, or as a parameter's value. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
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
