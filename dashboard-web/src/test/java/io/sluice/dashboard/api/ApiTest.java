package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** The API as its callers meet it. */
final class ApiTest {
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

    @Test
    void slos_areInTierOrder_withWholeCounts() {
        JsonNode slos = dashboard.json("/api/v1/slos").get("slos");

        assertThat(slos.size()).isEqualTo(18);
        assertThat(slos.get(0).get("tier").asText()).isEqualTo("BUSINESS");
        assertThat(slos.get(17).get("tier").asText()).isEqualTo("OPERATIONAL");
        JsonNode objective = slos.get(1).at("/objectives/0");
        assertThat(objective.get("good").isIntegralNumber()).isTrue();
        assertThat(objective.get("sli").asDouble())
                .isEqualTo(objective.get("good").asDouble() / objective.get("total").asLong());
        assertThat(objective.get("target").decimalValue()).isEqualByComparingTo("0.9995");
        assertThat(objective.get("sli").asDouble())
                .isBetween(
                        objective.at("/sliInterval/low").asDouble(),
                        objective.at("/sliInterval/high").asDouble());
        assertThat(objective.at("/budget/failuresLeft").asLong())
                .isEqualTo(
                        (long)
                                (objective.at("/budget/allowed").asDouble()
                                        - objective.at("/budget/consumed").asLong()));
    }

    @Test
    void unmeasured_isNull_never100Percent() {
        JsonNode objective = dashboard.json("/api/v1/slos/cold-start").at("/objectives/0");

        assertThat(objective.get("state").asText()).isEqualTo("UNMEASURED");
        assertThat(objective.get("sli").isNull()).isTrue();
        assertThat(objective.get("sliInterval").isNull()).isTrue();
        assertThat(objective.at("/budget/remainingRatio").isNull()).isTrue();
        assertThat(objective.at("/budget/failuresLeft").isNull()).isTrue();
        assertThat(objective.at("/burnRates/0/rate").isNull()).isTrue();
    }

    @Test
    void firingAlert_isOnItsSlo_andInTheList() {
        JsonNode alert = dashboard.json("/api/v1/slos/checkout-success").at("/alerts/0");

        assertThat(alert.get("state").asText()).isEqualTo("FIRING");
        assertThat(alert.get("severity").asText()).isEqualTo("PAGE");
        assertThat(alert.get("burnRate").asDouble())
                .isGreaterThan(alert.get("threshold").asDouble());
        assertThat(dashboard.json("/api/v1/alerts").get("alerts")).contains(alert);
    }

    @Test
    void burnDown_hasTheAskedPoints_overTheAskedTime() {
        JsonNode points =
                dashboard
                        .json(
                                "/api/v1/slos/checkout-success/burndown?from=2026-02-14T04:40:00Z&to=2026-02-14T10:40:00Z&points=72")
                        .get("points");

        assertThat(points.size()).isEqualTo(72);
        assertThat(points.get(71).get("at").asText()).isEqualTo("2026-02-14T10:40:00Z");
        JsonNode last = points.get(71);
        assertThat(last.get("burnRate").asDouble())
                .isEqualTo(last.get("bad").asDouble() / (0.0005 * last.get("total").asLong()));
    }

    @Test
    void journey_hasWholeCounts_andNoneOfWhatIsUnmeasured() {
        JsonNode journey = dashboard.json("/api/v1/journeys/purchase");
        JsonNode browse = journey.at("/steps/0");
        assertThat(browse.get("droppedOff").asLong())
                .isEqualTo(
                        browse.get("completed").asLong() - journey.at("/steps/1/entered").asLong())
                .isPositive();
        assertThat(journey.at("/steps/2/droppedOff").isNull()).as("nothing follows").isTrue();

        JsonNode platform = journey.at("/sides/1");
        assertThat(platform.get("side").asText()).isEqualTo("platform");
        assertThat(platform.at("/steps/0/droppedOff").isNull()).isTrue();
        assertThat(platform.at("/steps/1/measured").asBoolean()).isFalse();
        assertThat(platform.at("/steps/1/entered").isNull()).isTrue();
        assertThat(platform.at("/steps/2/entered").asLong()).isEqualTo(20);
        assertThat(dashboard.json("/api/v1/journeys").at("/journeys/0")).isEqualTo(journey);
    }

    @Test
    void decision_hasTheShapeThatGateClientsRead() {
        JsonNode decision = dashboard.json("/api/v1/cutovers/checkout/decision?share=0.01");

        assertThat(decision.get("decision").asText()).isEqualTo("NO_GO");
        assertThat(decision.get("go").asBoolean()).isFalse();
        assertThat(decision.get("noGo").asBoolean()).isTrue();
        assertThat(decision.get("decisionCode").asInt()).isEqualTo(-1);
        assertThat(decision.get("score").asInt()).isZero();
        assertThat(decision.get("final").asBoolean()).isTrue();
        assertThat(decision.get("status").asText()).isEqualTo("FAILED");
        assertThat(decision.get("run").asText()).isEqualTo("1");
        assertThat(decision.at("/step/candidateShare").asDouble()).isEqualTo(0.01);
        assertThat(decision.at("/reasons/0/code").asText()).isEqualTo("REGRESSION");
        assertThat(decision.at("/metrics/0/candidate/bad").isIntegralNumber()).isTrue();
        String evidence = decision.at("/evidence/url").asText();
        assertThat(dashboard.json(evidence).get("id").asText())
                .isEqualTo(decision.at("/evidence/id").asText());
    }

    @Test
    void aRunsEvidence_comesLineByLine() {
        for (String run : List.of("1", "latest")) {
            HttpResponse<String> answer =
                    dashboard.get("/api/v1/cutovers/checkout/runs/" + run + "/evidence");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type"))
                    .hasValue("application/x-ndjson");
            assertThat(answer.body()).isEqualTo("{\"run\":1}\n{\"end\":true}\n");
        }
        HttpResponse<String> head =
                dashboard.send(
                        dashboard
                                .request("/api/v1/cutovers/checkout/runs/1/evidence")
                                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aBaseline_isRecordedOnce_andComparedWithSomething() {
        String body = "{\"name\":\"quiet\",\"from\":\"2026-01-01T00:00:00Z\"%s}";
        assertThat(dashboard.post("/api/v1/baselines", body.formatted("")).statusCode())
                .isEqualTo(201);
        assertProblem(dashboard.post("/api/v1/baselines", body.formatted("")), 409);
        assertProblem(
                dashboard.post(
                        "/api/v1/baselines",
                        body.replace("quiet", "other").formatted(",\"exclusions\":[\"none\"]")),
                400);
        assertProblem(
                dashboard.post(
                        "/api/v1/baselines",
                        body.replace("quiet", "other")
                                .formatted(",\"to\":\"2025-01-01T00:00:00Z\"")),
                400);
        assertProblem(dashboard.get("/api/v1/baselines/quiet/comparison"), 400);
        assertProblem(dashboard.get("/api/v1/baselines/quiet/comparison?with=none"), 404);
        assertThat(
                        dashboard
                                .json("/api/v1/baselines/quiet/comparison?with=quiet")
                                .at("/subjects/0/values/0/other")
                                .asInt())
                .isEqualTo(90);
    }

    @Test
    void somebodysWord_isTaken_whereItCounts() {
        String path = "/api/v1/migrations/shopflow/attestations";
        assertThat(dashboard.json("/api/v1/migrations/shopflow").at("/decommission/decision"))
                .hasToString("\"HOLD\"");
        HttpResponse<String> said =
                dashboard.post(
                        path,
                        "{\"phase\":\"off\",\"criterion\":\"rollback-path\",\"note\":\"drill 7\"}");
        assertThat(said.statusCode()).isEqualTo(201);
        assertThat(Dashboard.parse(said.body()).get("note").asText()).isEqualTo("drill 7");
        assertThat(
                        dashboard
                                .json("/api/v1/migrations/shopflow")
                                .at("/phases/2/criteria/1/attested/principal")
                                .asText())
                .isNotEmpty();
        JsonNode measured =
                assertProblem(
                        dashboard.post(path, "{\"phase\":\"off\",\"criterion\":\"soak\"}"), 400);
        assertThat(measured.get("where").asText()).isEqualTo("$.criterion");
        assertProblem(dashboard.post(path, "{\"criterion\":\"nothing\"}"), 404);
        assertProblem(
                dashboard.post("/api/v1/migrations/none/attestations", "{\"criterion\":\"soak\"}"),
                404);
    }

    @Test
    void results_areMarkdownForPeople_andCsvForSpreadsheets() {
        HttpResponse<String> markdown = dashboard.get("/api/v1/results/markdown");
        assertThat(markdown.statusCode()).isEqualTo(200);
        assertThat(markdown.headers().firstValue("Content-Type"))
                .hasValue("text/markdown; charset=utf-8");
        assertThat(markdown.body())
                .startsWith("# shopflow: before and after\n")
                .contains("| metric | before | after | improvement |\n| --- | --- | --- | --- |\n")
                .contains("| down 82 % |");

        HttpResponse<String> csv = dashboard.get("/api/v1/results/csv?name=shopflow");
        assertThat(csv.body().lines().toList())
                .hasSize(dashboard.json("/api/v1/results").get("rows").size() + 1)
                .first()
                .asString()
                .startsWith("table,metric,unit,before,after,improvement,note,");
        assertProblem(dashboard.get("/api/v1/results/csv?name=none"), 404);
        assertProblem(dashboard.get("/api/v1/results?cutovers=catalog,none"), 404);
        try (Dashboard empty = Dashboard.of(FakeEngine.empty())) {
            assertProblem(empty.get("/api/v1/results/markdown"), 404);
        }
    }

    @Test
    void hold_isAnAnswer_notAnError() {
        JsonNode notBegun = dashboard.json("/api/v1/cutovers/auth/decision");
        JsonNode otherShare = dashboard.json("/api/v1/cutovers/cart/decision?share=0.5");

        assertThat(notBegun.get("decision").asText()).isEqualTo("HOLD");
        assertThat(notBegun.get("run").isNull()).isTrue();
        assertThat(notBegun.get("evidence").isNull()).isTrue();
        assertThat(otherShare.at("/reasons/0/code").asText()).isEqualTo("STEP_MISMATCH");
        assertThat(otherShare.get("score").asInt()).isStrictlyBetween(0, 100);
        assertThat(otherShare.get("status").asText()).isEqualTo("RUNNING");
    }

    @Test
    void decisions_areNewestFirst_andLimited() {
        JsonNode decisions =
                dashboard.json("/api/v1/cutovers/cart/decisions?limit=3").get("decisions");

        assertThat(decisions.size()).isEqualTo(3);
        assertThat(decisions.get(0).get("evaluatedAt").asText())
                .isGreaterThan(decisions.get(1).get("evaluatedAt").asText());
    }

    @Test
    void anApproval_isOfARoleOrLiftsAHold_withAReason() {
        String approvals = "/api/v1/cutovers/cart/runs/1/approvals";
        HttpResponse<String> approved =
                dashboard.post(
                        approvals, "{\"step\":1,\"role\":\"release-manager\",\"reason\":\"seen\"}");
        assertThat(approved.statusCode()).isEqualTo(201);
        assertThat(approved.body()).contains("\"principal\":\"local\"", "release-manager");
        assertThat(dashboard.get(approvals).body()).contains("release-manager");
        for (String wrong :
                List.of(
                        "{\"step\":1,\"reason\":\"neither\"}",
                        "{\"step\":1,\"role\":\"sre\"}",
                        "{\"step\":1,\"role\":\"sre\",\"lifts\":\"DEADLINE_PASSED\",\"reason\":\"both\"}",
                        "{\"step\":1,\"lifts\":\"GRAVITY\",\"reason\":\"none\"}")) {
            assertProblem(dashboard.post(approvals, wrong), 400);
        }
        assertProblem(
                dashboard.post(
                        "/api/v1/cutovers/cart/runs/9/approvals",
                        "{\"step\":1,\"role\":\"sre\",\"reason\":\"no such run\"}"),
                404);
    }

    @Test
    void aRefusedPlan_isAConflictWithItsNumbers_andBegunWithAReasonOnly() {
        HttpResponse<String> refused =
                dashboard.post("/api/v1/cutovers/auth/runs", "{\"revision\":\"refused-1\"}");
        assertProblem(refused, 409);
        assertThat(refused.body()).contains("about 120 min; the deadline is 60 min");
        assertProblem(
                dashboard.post(
                        "/api/v1/cutovers/auth/runs",
                        "{\"revision\":\"refused-1\",\"override\":{}}"),
                400);
        assertThat(
                        dashboard
                                .post(
                                        "/api/v1/cutovers/auth/runs",
                                        "{\"revision\":\"refused-1\",\"override\":{\"reason\":\"Sunday\"}}")
                                .statusCode())
                .isEqualTo(201);
    }

    @Test
    void run_startsAndTakesSteps_andTheSameReportAgainChangesNothing() {
        HttpResponse<String> run =
                dashboard.post("/api/v1/cutovers/auth/runs", "{\"revision\":\"auth-3.0.0\"}");
        assertThat(run.statusCode()).isEqualTo(201);
        assertThat(Dashboard.parse(run.body()).get("run").asText()).isEqualTo("1");

        String steps = "/api/v1/cutovers/auth/runs/1/steps";
        HttpResponse<String> step = dashboard.post(steps, "{\"index\":0,\"share\":0.01}");
        assertThat(step.statusCode()).isEqualTo(200);
        assertThat(dashboard.post(steps, "{\"index\":0,\"share\":0.01}").body())
                .isEqualTo(step.body());
        assertThat(dashboard.json("/api/v1/cutovers/auth").at("/run/steps")).hasSize(1);
        assertThat(dashboard.json("/api/v1/cutovers/auth").at("/run/principal").asText())
                .isEqualTo("local");
    }

    @Test
    void stepOfAnEndedRun_isAConflict_andOfNoRun_isNotFound() {
        dashboard.post("/api/v1/cutovers/cart/runs", "{\"revision\":\"cart-2.1.1\"}");

        assertProblem(
                dashboard.post(
                        "/api/v1/cutovers/cart/runs/1/steps", "{\"index\":0,\"share\":0.01}"),
                409);
        assertProblem(
                dashboard.post(
                        "/api/v1/cutovers/cart/runs/9/steps", "{\"index\":0,\"share\":0.01}"),
                404);
        assertProblem(
                dashboard.post(
                        "/api/v1/cutovers/cart/runs/x/steps", "{\"index\":0,\"share\":0.01}"),
                404);
        assertProblem(
                dashboard.post(
                        "/api/v1/cutovers/cart/runs/2/steps", "{\"index\":0,\"share\":0.02}"),
                400);
    }

    @Test
    void deployment_isRecorded_nowUnlessItSaysWhen() {
        dashboard.post("/api/v1/deployments", "{\"service\":\"cart\",\"version\":\"2.1.0\"}");
        HttpResponse<String> past =
                dashboard.post(
                        "/api/v1/deployments",
                        """
                        {"service":"cart","version":"2.0.9","deployedAt":"2026-01-02T03:04:05Z",
                         "committedAt":"2026-01-01T00:00:00Z"}\
                        """);

        assertThat(past.statusCode()).isEqualTo(201);
        assertThat(engine.deployments())
                .containsExactly(
                        "cart 2.1.0 " + FakeEngine.NOW + " -",
                        "cart 2.0.9 2026-01-02T03:04:05Z 2026-01-01T00:00:00Z");
    }

    @Test
    void results_haveBothPeriods_andUnmeasuredRowsSayWhy() {
        JsonNode results = dashboard.json("/api/v1/results");

        assertThat(results.at("/rows/0/improvement").asText()).isEqualTo("down 82 %");
        JsonNode unmeasured = results.at("/rows/8");
        assertThat(unmeasured.get("after").isNull()).isTrue();
        assertThat(unmeasured.get("note").asText()).contains("needs");
        assertThat(dashboard.json("/api/v1/results?name=shopflow")).isEqualTo(results);
        assertProblem(dashboard.get("/api/v1/results?name=none"), 404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                   | line 1, column",
                "                                    | $",
                "null                                | $",
                "[]                                  | $",
                "{}                                  | $.revision",
                "{\"revision\":7}                    | $.revision",
                "{\"revision\":null}                 | $.revision",
                "{\"revision\":\" \"}                | $.revision",
                "{\"revision\":\"a\",\"share\":1}    | $.share",
                "{\"revision\":\"a\",\"revision\":1} | line 1, column",
                "{\"revision\":\"a\"} {}             | $ (line 1, column",
            })
    void badBody_getsAnAnswerThatSaysWhere(String body, String where) {
        HttpResponse<String> answer =
                dashboard.post("/api/v1/cutovers/auth/runs", body == null ? "" : body);

        JsonNode problem = assertProblem(answer, 400);
        assertThat(problem.get("where").asText()).startsWith(where);
        assertThat(problem.get("expected").asText()).isNotBlank();
        assertThat(dashboard.json("/api/v1/cutovers/auth").get("run").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"leaveOut\":[null]                                | $.leaveOut[0]",
                "\"leaveOut\":[{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\","
                        + "\"reason\":\"a\"}]                      | $.leaveOut[0].from",
                "\"leaveOut\":[{\"from\":\"+12026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\","
                        + "\"reason\":\"a\"}]                      | $.leaveOut[0].from",
                "\"exclusions\":[null]                              | $.exclusions[0]",
                "\"exclusions\":[\"none\"]                          | $.exclusions",
                "\"exclusions\":[\"none\"],\"to\":\"2036-01-10T00:00:00Z\" | $.from",
            })
    void badBaseline_getsAnAnswerThatSaysWhere(String members, String where) {
        JsonNode problem =
                assertProblem(
                        dashboard.post(
                                "/api/v1/baselines",
                                "{\"name\":\"quiet\",\"from\":\"2026-01-01T00:00:00Z\","
                                        + members
                                        + "}"),
                        400);

        assertThat(problem.get("where").asText()).startsWith(where);
        assertThat(problem.get("expected").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"files\":[null]}     | $.files[0]",
                "{\"incidents\":[null]} | $.incidents[0]",
            })
    void nothingInAList_isRefused(String body, String where) {
        JsonNode problem = assertProblem(dashboard.post("/api/v1/backtest", body), 400);

        assertThat(problem.get("where").asText()).startsWith(where);
        assertThat(problem.get("detail").asText()).isEqualTo("this is null");
        assertThat(problem.get("expected").asText()).isEqualTo("an object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"index\":0.5,\"share\":0.01}     | $.index",
                "{\"index\":\"0\",\"share\":0.01}   | $.index",
                "{\"share\":0.01}                   | $.index",
                "{\"index\":null,\"share\":0.01}    | $.index",
                "{\"index\":0,\"share\":\"1 %\"}    | $.share",
                "{\"index\":99999999999,\"share\":1} | line 1, column",
            })
    void badNumber_getsAnAnswerThatSaysWhere(String body, String where) {
        JsonNode problem =
                assertProblem(dashboard.post("/api/v1/cutovers/cart/runs/1/steps", body), 400);

        assertThat(problem.get("where").asText()).startsWith(where);
    }

    @ParameterizedTest
    @CsvSource({
        "/slos/checkout-success/burndown?points=1, ?points",
        "/slos/checkout-success/burndown?points=many, ?points",
        "/slos/checkout-success/burndown?objective=1, ?objective",
        "/slos/checkout-success/burndown?from=yesterday, ?from",
        "/slos/checkout-success/burndown?from=2026-02-14T11:00:00Z, ?from",
        "/slos/checkout-success/burndown?from=2020-02-14T11:00:00Z, ?from",
        "/slos/checkout-success/burned?window=1y, ?window",
        "/slos/checkout-success/burned?window=900d, ?window",
        "/journeys?window=900d, ?window",
        "/journeys/purchase?windows=1d, ?windows",
        "/cutovers/cart/decision?share=1.5, ?share",
        "/cutovers/cart/decision?share=NaN, ?share",
        "/cutovers/cart/decision?shares=0.1, ?shares",
        "/cutovers/cart/decision?share=0.1&share=0.5, ?share",
        "/cutovers/cart/decisions?limit=0, ?limit",
        "/results?before=yesterday, ?before",
        "/results?before=-1000000-01-01T00:00:00Z/2026-01-01T00:00:00Z, ?before",
        "/slos/checkout-success/burndown?to=-1000000000-01-01T00:00:00Z, ?to",
        "/backtest?from=-0001-12-31T00:00:00Z, ?from",
        "/results/csv?after=2026-02-14T09:30:00Z/2026-02-14T09:30:00Z, ?after",
    })
    void badParameter_getsAnAnswerThatSaysWhich(String path, String where) {
        JsonNode problem = assertProblem(dashboard.get("/api/v1" + path), 400);

        assertThat(problem.get("where").asText()).isEqualTo(where);
        assertThat(problem.get("expected").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/slos/none",
        "/api/v1/slos/none/burndown",
        "/api/v1/slos/none/burned",
        "/api/v1/journeys/none",
        "/api/v1/cutovers/none",
        "/api/v1/cutovers/none/decision",
        "/api/v1/cutovers/none/decisions",
        "/api/v1/evidence/none",
        "/api/v1/migrations/none",
        "/api/v1/baselines/none",
        "/api/v1/baselines/none/comparison?with=none",
        "/api/v1/cutovers/none/runs/latest/evidence",
        "/api/v1/cutovers/checkout/runs/7/evidence",
        "/api/v1/cutovers/checkout/runs/first/evidence",
        "/api/v1/nothing",
        "/api/v2/slos",
        "/nothing"
    })
    void unknownNameOrPath_isNotFound(String path) {
        assertProblem(dashboard.get(path), 404);
    }

    @Test
    void otherMethod_isRefused_andSaysWhichWouldDo() {
        HttpResponse<String> answer = dashboard.post("/api/v1/slos", "{}");

        assertProblem(answer, 405);
        assertThat(answer.headers().firstValue("Allow"))
                .hasValueSatisfying(allow -> assertThat(allow).contains("GET"));
        assertProblem(dashboard.send(dashboard.request("/api/v1/deployments").DELETE()), 405);
    }

    @Test
    void bodyThatIsNotJson_isRefused() {
        HttpRequest.Builder form =
                dashboard
                        .request(
                                "/api/v1/deployments",
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("service=cart&version=1"));
        assertProblem(dashboard.send(form), 415);

        HttpRequest.Builder untyped =
                dashboard
                        .request("/api/v1/deployments")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"));
        assertProblem(dashboard.send(untyped), 415);
        assertThat(engine.deployments()).isEmpty();
    }

    @Test
    void largeBody_isRefused_withAndWithoutALength() {
        String large = "{\"service\":\"" + "x".repeat(1_100_000) + "\",\"version\":\"1\"}";
        assertProblem(dashboard.post("/api/v1/deployments", large), 413);

        HttpRequest.Builder chunked =
                dashboard
                        .request("/api/v1/deployments", "Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofInputStream(
                                        () ->
                                                new java.io.ByteArrayInputStream(
                                                        large.getBytes(
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8))));
        assertProblem(dashboard.send(chunked), 413);
        assertThat(engine.deployments()).isEmpty();
    }

    @Test
    void requestThatIsNoHttp_getsAProblemToo() throws Exception {
        try (var socket = new java.net.Socket("127.0.0.1", dashboard.port())) {
            socket.getOutputStream()
                    .write(
                            "GET /api/v1/slos HTTP/1.1\r\nHost: a b\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            String answer =
                    new String(
                            socket.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);

            assertThat(answer)
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json")
                    .contains("\"status\":400");
        }
    }

    @Test
    void head_answersAsGetDoes() {
        HttpRequest.Builder head =
                dashboard
                        .request("/api/v1/slos")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody());
        HttpRequest.Builder unknown =
                dashboard
                        .request("/api/v1/slos/none")
                        .method("HEAD", HttpRequest.BodyPublishers.noBody());

        assertThat(dashboard.send(head).statusCode()).isEqualTo(200);
        assertThat(dashboard.send(unknown).statusCode()).isEqualTo(404);
    }

    @Test
    void withoutDefinitions_everyListIsEmpty() {
        try (Dashboard empty = Dashboard.of(FakeEngine.empty())) {
            assertThat(empty.json("/api/v1/slos").get("slos")).isEmpty();
            assertThat(empty.json("/api/v1/cutovers").get("cutovers")).isEmpty();
            assertThat(empty.json("/api/v1/results").get("rows")).isEmpty();
            assertThat(empty.json("/api/v1/ingest").get("receivers")).isEmpty();
        }
    }

    private static JsonNode assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(
                        type -> assertThat(type).startsWith("application/problem+json"));
        JsonNode problem = Dashboard.parse(answer.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("detail").asText()).isNotBlank();
        return problem;
    }

    @Test
    void incidents_haveTheirTimesAndTheMeansOfThem() {
        JsonNode page = dashboard.json("/api/v1/incidents");
        assertThat(page.path("meanTimeToDetectSeconds").asDouble()).isEqualTo(52);
        assertThat(page.path("meanTimeToAcknowledgeSeconds").asDouble()).isEqualTo(300);
        assertThat(page.path("meanTimeToResolveSeconds").asDouble()).isEqualTo(7200);
        assertThat(page.path("missed").asLong()).isZero();

        assertThat(dashboard.post("/api/v1/incidents/open/acknowledge", "").statusCode())
                .isEqualTo(200);
        assertThat(dashboard.post("/api/v1/incidents/past/acknowledge", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void missedIncident_isKeptWithWhoSaidSo() {
        HttpResponse<String> kept =
                dashboard.post(
                        "/api/v1/incidents",
                        "{\"slo\":\"cart-errors\",\"from\":\"2026-02-14T09:00:00Z\",\"to\":\"2026-02-14T09:30:00Z\"}");
        assertThat(kept.statusCode()).isEqualTo(201);
        assertThat(kept.body()).contains("\"missed\":true", "\"timeToDetectSeconds\":null");
        assertThat(
                        dashboard
                                .post(
                                        "/api/v1/incidents",
                                        "{\"slo\":\"cart-errors\",\"from\":\"2026-02-14T09:00:00Z\",\"to\":\"2026-02-14T08:30:00Z\"}")
                                .statusCode())
                .isEqualTo(400);
        assertThat(
                        dashboard
                                .post(
                                        "/api/v1/incidents",
                                        "{\"slo\":\"nothing\",\"from\":\"2026-02-14T09:00:00Z\",\"to\":\"2026-02-14T09:30:00Z\"}")
                                .statusCode())
                .isEqualTo(404);
    }

    @Test
    void silence_isMadeAndListed() {
        HttpResponse<String> made =
                dashboard.post(
                        "/api/v1/silences",
                        "{\"slo\":\"cart-errors\",\"until\":\"2026-02-14T12:00:00Z\",\"reason\":\"deploying\"}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(dashboard.json("/api/v1/silences").at("/silences/0/reason").asText())
                .isEqualTo("deploying");
        assertThat(
                        dashboard
                                .post(
                                        "/api/v1/silences",
                                        "{\"until\":\"2026-02-14T10:00:00Z\",\"reason\":\"too"
                                                + " late\"}")
                                .statusCode())
                .isEqualTo(400);
    }
}
