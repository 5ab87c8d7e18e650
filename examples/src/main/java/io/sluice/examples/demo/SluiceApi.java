package io.sluice.examples.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the demo reads of Sluice when the cutovers are over. */
final class SluiceApi {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final URI api;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper json = new ObjectMapper();

    SluiceApi(URI api) {
        this.api = api;
    }

    /**
     * What Sluice counted of an SLI since its store began.
     *
     * @param side {@code baseline} or {@code candidate} of a cutover, or {@code all}
     */
    record Counted(String sli, String side, String signal, long total) {}

    /** All of Sluice's counts. */
    List<Counted> counts() throws IOException, InterruptedException {
        List<Counted> counts = new ArrayList<>();
        for (JsonNode count : get("/api/v1/counts").path("counts")) {
            counts.add(
                    new Counted(
                            count.path("sli").asText(),
                            count.path("side").asText("all"),
                            count.path("signal").asText(),
                            count.path("total").asLong()));
        }
        return counts;
    }

    /**
     * A row of the results table.
     *
     * @param before in the unit given; absent when unmeasured
     */
    record Result(
            String metric,
            String unit,
            Optional<Double> before,
            Optional<Double> after,
            Optional<String> improvement,
            Optional<String> note) {}

    /** The results table. */
    List<Result> results() throws IOException, InterruptedException {
        List<Result> rows = new ArrayList<>();
        for (JsonNode row : get("/api/v1/results").path("rows")) {
            rows.add(
                    new Result(
                            row.path("metric").asText(),
                            row.path("unit").asText(),
                            number(row.path("before")),
                            number(row.path("after")),
                            text(row.path("improvement")),
                            text(row.path("note"))));
        }
        return rows;
    }

    private static Optional<Double> number(JsonNode node) {
        return node.isNumber() ? Optional.of(node.asDouble()) : Optional.empty();
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(api.resolve(path)).timeout(TIMEOUT).build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "GET " + path + " answered " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body());
    }
}
