package io.sluice.examples.automation;

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

/** Sluice's gate over its HTTP API. */
public final class HttpGate implements Gate {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Shares are told in decimal; this is far under any step's width. */
    private static final double SAME_SHARE = 1e-9;

    private final URI api;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param api Sluice's address, for example {@code http://127.0.0.1:8080}
     */
    public HttpGate(URI api) {
        this.api = api;
    }

    private record NewRun(String revision) {}

    private record NewStep(int index, double share) {}

    private record NewDeployment(
            String service, String version, String deployedAt, String committedAt) {}

    @Override
    public String startRun(String cutover, String revision)
            throws IOException, InterruptedException {
        JsonNode answer = post("/api/v1/cutovers/" + cutover + "/runs", new NewRun(revision));
        String run = answer.path("run").asText("");
        if (run.isEmpty()) {
            throw new IOException("the answer to a new run of " + cutover + " names no run");
        }
        return run;
    }

    @Override
    public void reportStep(String cutover, String run, int index, double share)
            throws IOException, InterruptedException {
        post("/api/v1/cutovers/" + cutover + "/runs/" + run + "/steps", new NewStep(index, share));
    }

    @Override
    public void reportDeployment(Deployment deployment) throws IOException, InterruptedException {
        post(
                "/api/v1/deployments",
                new NewDeployment(
                        deployment.service(),
                        deployment.version(),
                        deployment.deployedAt().toString(),
                        deployment.committedAt().toString()));
    }

    @Override
    public GateAnswer decision(String cutover, String run, double share)
            throws InterruptedException {
        try {
            HttpRequest request =
                    request("/api/v1/cutovers/" + cutover + "/decision?share=" + share)
                            .GET()
                            .build();
            JsonNode answer = send(request);
            Optional<Decision> decision = decision(answer.path("decision").asText(""));
            String answeredRun = answer.path("run").asText("");
            double answeredShare = answer.path("step").path("candidateShare").asDouble(-1);
            if (decision.isEmpty()) {
                return GateAnswer.hold(
                        run, share, "GATE_ANSWER_UNKNOWN", "the gate's answer has no decision");
            }
            boolean aboutThis =
                    answeredRun.equals(run) && Math.abs(answeredShare - share) < SAME_SHARE;
            if (!aboutThis && decision.get() != Decision.HOLD) {
                return GateAnswer.hold(
                        run,
                        share,
                        "GATE_ANSWER_STALE",
                        "the gate answered about run "
                                + answeredRun
                                + " at share "
                                + answeredShare);
            }
            return new GateAnswer(
                    decision.get(), run, share, reasons(answer), forecast(answer.path("forecast")));
        } catch (IOException e) {
            return GateAnswer.hold(run, share, "GATE_UNREACHABLE", String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Decision> decision(String name) {
        for (Decision decision : Decision.values()) {
            if (decision.name().equals(name)) {
                return Optional.of(decision);
            }
        }
        return Optional.empty();
    }

    private static List<GateAnswer.Reason> reasons(JsonNode answer) {
        List<GateAnswer.Reason> reasons = new ArrayList<>();
        for (JsonNode reason : answer.path("reasons")) {
            reasons.add(
                    new GateAnswer.Reason(
                            reason.path("code").asText(""),
                            reason.path("metric").asText(""),
                            reason.path("text").asText("")));
        }
        return reasons;
    }

    private static Optional<Duration> forecast(JsonNode forecast) {
        JsonNode seconds = forecast.path("secondsAtCurrentTraffic");
        return seconds.isNumber()
                ? Optional.of(Duration.ofSeconds(Math.round(seconds.asDouble())))
                : Optional.empty();
    }

    private JsonNode post(String path, Record body) throws IOException, InterruptedException {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                        .build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(api.resolve(path)).timeout(TIMEOUT);
    }

    private HttpResponse<String> answer(HttpRequest request)
            throws IOException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            // The client's own exceptions often say nothing but their names.
            throw new IOException("Sluice at " + api + " gives no answer: " + e, e);
        }
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = answer(request);
        if (response.statusCode() / 100 != 2) {
            throw new IOException(
                    request.method()
                            + " "
                            + request.uri().getPath()
                            + " answered "
                            + response.statusCode()
                            + ": "
                            + response.body());
        }
        return json.readTree(response.body());
    }
}
