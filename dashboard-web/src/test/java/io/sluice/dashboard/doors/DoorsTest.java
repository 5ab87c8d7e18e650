package io.sluice.dashboard.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.security.Principal;
import io.sluice.dashboard.security.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Each door by its client's own rules. Of the shop's cutovers catalog is at its final GO, cart
 * holds, checkout is at NO_GO, and auth has no run.
 */
final class DoorsTest {
    private FakeEngine engine;
    private Dashboard dashboard;

    @BeforeEach
    void start() {
        engine = FakeEngine.shopFlow();
        dashboard = Dashboard.of(engine);
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    /** Flagger takes a status up to 202 for yes, 204 excepted. */
    private static boolean isYes(HttpResponse<String> answer) {
        return answer.statusCode() >= 200
                && answer.statusCode() <= 202
                && answer.statusCode() != 204;
    }

    private HttpResponse<String> hook(String hook, String cutover, String checksum) {
        return dashboard.post(
                "/flagger/" + hook,
                """
                {"name": "shop", "namespace": "shop", "phase": "Progressing", "checksum": "%s",
                 "metadata": {"cutover": "%s", "more": "x"}, "buildId": "7"}
                """
                        .formatted(checksum, cutover));
    }

    @ParameterizedTest
    @CsvSource({
        // hook, catalog (final GO), cart (HOLD), checkout (NO_GO), auth (no run)
        "confirm,  true,  false, false, false",
        "promote,  true,  false, false, false",
        "check,    true,  true,  false, true",
        "rollback, false, false, true,  false"
    })
    void flagger_advancesOnGo_rollsBackOnNoGo_andOnNothingElse(
            String hook, boolean go, boolean hold, boolean noGo, boolean noRun) {
        assertThat(isYes(hook(hook, "catalog", "catalog-2.3.1"))).isEqualTo(go);
        assertThat(isYes(hook(hook, "cart", "cart-2.1.0"))).isEqualTo(hold);
        assertThat(isYes(hook(hook, "checkout", "checkout-2.0.0-rc1"))).isEqualTo(noGo);
        assertThat(isYes(hook(hook, "auth", "auth-1"))).isEqualTo(noRun);
    }

    @ParameterizedTest
    @CsvSource({
        "confirm, catalog, false",
        "promote, catalog, false",
        "check, checkout, true",
        "rollback, checkout, false"
    })
    void flagger_whatWasDecidedAboutAnotherRevision_isAHold(
            String hook, String cutover, boolean yes) {
        HttpResponse<String> answer = hook(hook, cutover, "5f1c09e7aa");

        assertThat(isYes(answer)).isEqualTo(yes);
        assertThat(answer.body()).startsWith("HOLD").contains("5f1c09e7aa");
    }

    @Test
    void flagger_noIsAClientErrorWithASentence_sinceItThrowsOthersAway() {
        HttpResponse<String> held = hook("confirm", "cart", "cart-2.1.0");
        assertThat(held.statusCode()).isEqualTo(403);
        assertThat(held.body()).startsWith("HOLD: ").doesNotContain("{");

        assertThat(hook("rollback", "cart", "cart-2.1.0").statusCode()).isEqualTo(409);
        assertThat(hook("confirm", "nobody", "1").statusCode()).isEqualTo(404);
        assertThat(dashboard.post("/flagger/rollback", "{}").statusCode()).isEqualTo(400);
        assertThat(dashboard.post("/flagger/rollback", "[]").statusCode()).isEqualTo(400);
        assertThat(dashboard.get("/flagger/rollback").statusCode()).isEqualTo(405);
    }

    @Test
    void flagger_whatItTells_isNoted_whateverItIs() {
        for (String event :
                List.of(
                        "{\"name\":\"cart\",\"namespace\":\"shop\",\"phase\":\"Progressing\","
                                + "\"metadata\":{\"eventMessage\":\"Advance\\nweight\","
                                + "\"eventType\":\"Normal\",\"timestamp\":\"1795453200000\"}}",
                        "{\"name\":\"nobody\",\"phase\":\"Succeeded\",\"checksum\":\"5f1c\"}",
                        "{}")) {
            HttpResponse<String> noted = dashboard.post("/flagger/events", event);
            assertThat(noted.statusCode()).isEqualTo(200);
            assertThat(noted.body()).isEqualTo("noted");
        }
    }

    @Test
    void flagger_startBeginsARunOfItsRevision_once() {
        assertThat(isYes(hook("start", "auth", "5f1c09e7aa"))).isTrue();
        assertThat(isYes(hook("start", "auth", "5f1c09e7aa"))).isTrue();

        var run = engine.cutover("auth").orElseThrow().run().orElseThrow();
        assertThat(run.revision()).isEqualTo("5f1c09e7aa");
        assertThat(run.number()).isEqualTo(1);
    }

    @Test
    void flagger_sendsNoHeaders_soItsTokenIsInThePath_andMayDoNoMore() {
        try (Dashboard guarded =
                Dashboard.of(
                        engine,
                        Map.of(
                                "gate-secret-0001", new Principal("flagger", Set.of(Role.GATE)),
                                "start-secret-001",
                                        new Principal(
                                                "starter", Set.of(Role.GATE, Role.OPERATE))))) {
            String body = "{\"checksum\":\"a\",\"metadata\":{\"cutover\":\"auth\"}}";

            assertThat(guarded.post("/flagger/confirm", body).statusCode()).isEqualTo(401);
            assertThat(guarded.post("/flagger/keys/wrong/confirm", body).statusCode())
                    .isEqualTo(401);
            assertThat(guarded.post("/flagger/keys/gate-secret-0001/check", body).statusCode())
                    .isEqualTo(200);
            assertThat(guarded.post("/flagger/keys/gate-secret-0001/start", body).statusCode())
                    .isEqualTo(403);
            assertThat(guarded.post("/flagger/keys/start-secret-001/start", body).statusCode())
                    .isEqualTo(200);

            String[] bearer = {"Authorization", "Bearer gate-secret-0001"};
            assertThat(guarded.get("/api/v1/cutovers/cart/decision", bearer).statusCode())
                    .isEqualTo(200);
            assertThat(guarded.get("/api/v1/slos", bearer).statusCode()).isEqualTo(403);
            assertThat(guarded.get("/", bearer).statusCode()).isEqualTo(403);
            assertThat(
                            guarded.post(
                                            "/api/v1/deployments",
                                            "{\"service\":\"a\",\"version\":\"1\"}",
                                            bearer)
                                    .statusCode())
                    .isEqualTo(403);
        }
    }

    private JsonNode prometheus(String path, String query) {
        return dashboard.json(
                "/prometheus/api/v1/" + path + "?query=" + encode(query) + "&time=1&step=60");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({"catalog, 1", "cart, 0", "checkout, -1", "auth, 0"})
    void prometheus_tellsOneSeriesWithOneSample(String cutover, String code) {
        JsonNode data =
                prometheus("query", "gate_decision{cutover=\"" + cutover + "\"}").get("data");

        assertThat(data.get("resultType").asText()).isEqualTo("vector");
        assertThat(data.get("result")).hasSize(1);
        JsonNode only = data.get("result").get(0);
        assertThat(only.get("metric").get("__name__").asText()).isEqualTo("gate_decision");
        assertThat(only.get("metric").get("cutover").asText()).isEqualTo(cutover);
        assertThat(only.get("value").get(0).isNumber()).isTrue();
        assertThat(only.get("value").get(1).isTextual()).isTrue();
        assertThat(only.get("value").get(1).asText()).isEqualTo(code);
        assertThat(only.has("values")).isFalse();
    }

    @Test
    void prometheus_rangeHasOneSampleToo_soThatTheOldestIsThePresentOne() {
        JsonNode data = prometheus("query_range", "gate_decision{cutover=\"catalog\"}").get("data");

        assertThat(data.get("resultType").asText()).isEqualTo("matrix");
        assertThat(data.get("result")).hasSize(1);
        assertThat(data.get("result").get(0).get("values")).hasSize(1);
        assertThat(data.get("result").get(0).get("values").get(0).get(1).asText()).isEqualTo("1");
    }

    @Test
    void prometheus_isThere_andIsPostedToAsWellAsGot() {
        assertThat(prometheus("query", "vector(1)").at("/data/result/0/value/1").asText())
                .isEqualTo("1");
        HttpResponse<String> posted =
                dashboard.send(
                        dashboard
                                .request(
                                        "/prometheus/api/v1/query",
                                        "Content-Type",
                                        "application/x-www-form-urlencoded")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "time=1&query="
                                                        + encode(
                                                                "gate_ratio{cutover=\"cart\", metric=\"errors\"}"))));
        assertThat(posted.statusCode()).isEqualTo(200);
        JsonNode sample = Dashboard.parse(posted.body()).at("/data/result/0");
        double ratio =
                engine.decision("cart", OptionalDouble.empty()).orElseThrow().metrics().stream()
                        .filter(metric -> metric.name().equals("errors"))
                        .findFirst()
                        .orElseThrow()
                        .ratio()
                        .orElseThrow();
        assertThat(Double.parseDouble(sample.get("value").get(1).asText())).isEqualTo(ratio);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "up",
                "gate_decision",
                "gate_decision{cutover=~\"c.*\"}",
                "gate_decision{cutover=\"nobody\"}",
                "gate_decision{cutover=\"cart\",cutover=\"cart\"}",
                "gate_decision{cutover=\"cart\"} > 0",
                "gate_ratio{cutover=\"cart\"}",
                "gate_ratio{cutover=\"cart\",metric=\"nothing\"}",
                "sum(gate_decision{cutover=\"cart\"})"
            })
    void prometheus_whatIsNotKnown_isBadData_andNeverANumber(String query) {
        HttpResponse<String> answer =
                dashboard.get("/prometheus/api/v1/query?query=" + encode(query));

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = Dashboard.parse(answer.body());
        assertThat(error.get("status").asText()).isEqualTo("error");
        assertThat(error.get("errorType").asText()).isEqualTo("bad_data");
        assertThat(error.get("error").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "catalog, GO, SUCCEEDED",
        "cart, RUNNING, IN_PROGRESS",
        "checkout, NO_GO, FAILED",
        "auth, RUNNING, IN_PROGRESS"
    })
    void spinnakerAndEcs_goOnLooking_untilThereIsAnAnswer(
            String cutover, String spinnaker, String ecs) {
        HttpResponse<String> begun = dashboard.post("/spinnaker/cutovers/" + cutover, "{}");
        assertThat(begun.statusCode()).isEqualTo(202);
        String location = begun.headers().firstValue("Location").orElseThrow();
        JsonNode status = dashboard.json(location);
        assertThat(status.get("status").asText()).isEqualTo(spinnaker);
        assertThat(status.get("progress").isTextual()).isTrue();

        HttpResponse<String> hook = dashboard.post("/ecs/cutovers/" + cutover + "/hook", "{}");
        assertThat(hook.statusCode()).isEqualTo(200);
        assertThat(Dashboard.parse(hook.body()).get("hookStatus").asText()).isEqualTo(ecs);
        assertThat(Dashboard.parse(hook.body()).get("callBackDelay").asInt()).isPositive();
    }

    /** A GO of the step before lets nobody on who says which step it is about. */
    @Test
    void aboutAnotherStep_aGoIsAHold() {
        String all = "/spinnaker/cutovers/%s?share=%s";
        HttpResponse<String> begun = dashboard.post(all.formatted("catalog", "0.5"), "{}");
        String location = begun.headers().firstValue("Location").orElseThrow();
        assertThat(location).endsWith("?share=0.5");
        assertThat(dashboard.json(location).get("status").asText()).isEqualTo("RUNNING");
        assertThat(dashboard.json(all.formatted("catalog", "1")).get("status").asText())
                .isEqualTo("GO");
        assertThat(ecs("catalog", "0.5")).isEqualTo("IN_PROGRESS");
        assertThat(ecs("catalog", "1")).isEqualTo("SUCCEEDED");
        assertThat(gateDecision("catalog", "0.5")).isEqualTo("0");
        assertThat(gateDecision("catalog", "1")).isEqualTo("1");

        for (String bad : List.of("2", "-0.1", "NaN", "much")) {
            assertThat(dashboard.get(all.formatted("catalog", bad)).statusCode()).isEqualTo(400);
            assertThat(
                            dashboard
                                    .get(
                                            "/prometheus/api/v1/query?query="
                                                    + encode(gateDecisionQuery("catalog", bad)))
                                    .statusCode())
                    .isEqualTo(400);
        }
    }

    private String ecs(String cutover, String share) {
        HttpResponse<String> hook =
                dashboard.post("/ecs/cutovers/" + cutover + "/hook?share=" + share, "{}");
        return Dashboard.parse(hook.body()).get("hookStatus").asText();
    }

    private String gateDecision(String cutover, String share) {
        return prometheus("query", gateDecisionQuery(cutover, share))
                .at("/data/result/0/value/1")
                .asText();
    }

    private static String gateDecisionQuery(String cutover, String share) {
        return "gate_decision{cutover=\"" + cutover + "\",share=\"" + share + "\"}";
    }

    /** What users copy must not ask for what is not there. */
    @Test
    void readyFiles_askOnlyWhatIsAnswered() throws IOException {
        Pattern address = Pattern.compile("https://sluice\\.example\\.com(/[^\"'\\s]*)");
        int asked = 0;
        try (Stream<Path> files = Files.list(Path.of("..", "examples", "integrations"))) {
            for (Path file : files.toList()) {
                Matcher found = address.matcher(Files.readString(file));
                while (found.find()) {
                    String path =
                            found.group(1)
                                    .replace("{{args.cutover}}", "cart")
                                    .replace("{{args.share}}", "0.1");
                    if (path.equals("/prometheus")) {
                        path += "/api/v1/query?query=vector(1)";
                    }
                    String body = "{\"checksum\":\"a\",\"metadata\":{\"cutover\":\"cart\"}}";
                    assertThat(Set.of(404, 405))
                            .as("%s: %s", file, path)
                            .doesNotContain(
                                    path.startsWith("/api/") || path.startsWith("/prometheus/")
                                            ? dashboard.get(path).statusCode()
                                            : dashboard.post(path, body).statusCode());
                    asked++;
                }
            }
        }
        assertThat(asked).isGreaterThanOrEqualTo(6);
    }

    /** Argo's conditions of the ready file, evaluated as it would: neither true means go on. */
    @ParameterizedTest
    @CsvSource({"catalog, GO", "cart, HOLD", "checkout, NO_GO", "auth, HOLD"})
    void argo_readsTheNativeAnswer_whichIsNeverAnError(String cutover, String decision) {
        HttpResponse<String> answer = dashboard.get("/api/v1/cutovers/" + cutover + "/decision");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Dashboard.parse(answer.body()).get("decision").asText()).isEqualTo(decision);
    }
}
