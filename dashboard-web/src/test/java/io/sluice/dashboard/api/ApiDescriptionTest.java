package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.sluice.dashboard.Dashboard;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.security.AuditLog;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code /openapi.json} is OpenAPI 3.1 as others read it, and answers are exactly as it says. */
final class ApiDescriptionTest {
    private static Dashboard dashboard;
    private static JsonNode root;
    private static Description description;

    @BeforeAll
    static void start() {
        dashboard = Dashboard.of(FakeEngine.shopFlow());
        root = dashboard.json("/openapi.json");
        description = new Description(root);
    }

    @AfterAll
    static void stop() {
        dashboard.close();
    }

    @Test
    void readersOfOpenApi31_findNothingWrong() {
        assertThat(problemsOf(root)).isEmpty();
        assertThat(root.get("openapi").asText()).startsWith("3.1.");
        assertThat(root.at("/servers/0/url").asText()).isEqualTo(ApiRoutes.BASE);
    }

    @Test
    void readersOfOpenApi31_findWhatIsWrong() {
        ObjectNode broken = root.deepCopy();
        ((ObjectNode) broken.at("/paths/~1slos/get")).remove("responses");
        ((ObjectNode) broken.at("/paths/~1slos~1{name}/get/parameters/0")).remove("in");

        assertThat(problemsOf(broken)).hasSizeGreaterThanOrEqualTo(2);
    }

    private static List<String> problemsOf(JsonNode description) {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        return new OpenAPIV3Parser()
                .readContents(description.toString(), null, options)
                .getMessages();
    }

    @Test
    void everyOperationIsDescribed_underAnIdOfItsOwn() {
        List<Operation> operations = operations();
        Set<String> ids = new TreeSet<>();
        int described = 0;
        for (JsonNode path : root.get("paths")) {
            described += path.size();
            path.forEach(operation -> ids.add(operation.get("operationId").asText()));
        }

        assertThat(described).isEqualTo(operations.size());
        assertThat(ids).hasSize(operations.size());
    }

    @Test
    void everyReferenceResolves() {
        root.findParents("$ref")
                .forEach(
                        holder ->
                                assertThat(
                                                root.at(holder.get("$ref").asText().substring(1))
                                                        .isMissingNode())
                                        .as(holder.toString())
                                        .isFalse());
    }

    private static List<Operation> operations() {
        FakeEngine engine = FakeEngine.empty();
        return new ApiRoutes(
                        engine,
                        engine,
                        engine,
                        new SharedAnswers(() -> 0, engine::now),
                        new AuditLog(engine::now))
                .operations();
    }

    @ParameterizedTest
    @CsvSource({
        "/slos, /slos",
        "/slos/{name}, /slos/checkout-success",
        "/slos/{name}, /slos/cold-start",
        "/slos/{name}/burndown, /slos/checkout-success/burndown?points=40",
        "/slos/{name}/burndown, /slos/cold-start/burndown?points=3",
        "/slos/{name}/burned, /slos/checkout-success/burned?window=1h",
        "/journeys, /journeys",
        "/journeys/{name}, /journeys/purchase?window=7d",
        "/alerts, /alerts",
        "/backtest, /backtest?slo=checkout-success",
        "/outlook, /outlook",
        "/incidents, /incidents",
        "/silences, /silences",
        "/cutovers, /cutovers",
        "/cutovers/{name}, /cutovers/checkout",
        "/cutovers/{name}, /cutovers/auth",
        "/cutovers/{name}/decision, /cutovers/checkout/decision",
        "/cutovers/{name}/plan, /cutovers/cart/plan",
        "/cutovers/{name}/decision, /cutovers/auth/decision?share=0.01",
        "/cutovers/{name}/explanation, /cutovers/cart/explanation",
        "/cutovers/{name}/explanation, /cutovers/auth/explanation?share=0.01",
        "/cutovers/{name}/decisions, /cutovers/cart/decisions?limit=5",
        "/traces, /traces?slo=checkout-success&outcome=bad&route=/checkout",
        "/traces/{id}, /traces/4bf92f3577b34da6a3ce929d0e0e4736",
        "/migrations, /migrations",
        "/migrations/{name}, /migrations/shopflow",
        "/results, /results",
        "/results, /results?cutovers=catalog,cart&before=2026-01-01T00:00:00Z/2026-01-08T00:00:00Z",
        "/definitions, /definitions",
        "/counts, /counts",
        "/ingest, /ingest",
        "/system, /system"
    })
    void answerIsAsDescribed(String described, String path) {
        JsonNode answer = dashboard.json(ApiRoutes.BASE + path);

        assertThat(description.differences(description.schemaOf("get", described), answer))
                .isEmpty();
    }

    @Test
    void definitionsWithProblems_areAsDescribed() {
        try (Dashboard broken = Dashboard.of(FakeEngine.shopFlow().withBrokenDefinitions())) {
            JsonNode answer = broken.json(ApiRoutes.BASE + "/definitions");

            assertThat(answer.get("problems")).hasSize(7);
            assertThat(description.differences(description.schemaOf("get", "/definitions"), answer))
                    .isEmpty();
        }
    }

    @Test
    void answersToChangesAreAsDescribed() {
        JsonNode run = created("/cutovers/auth/runs", "{\"revision\":\"auth-3\"}");
        assertThat(
                        description.differences(
                                description.schemaOf("post", "/cutovers/{name}/runs"), run))
                .isEmpty();

        JsonNode step =
                Dashboard.parse(
                        dashboard
                                .post(
                                        ApiRoutes.BASE + "/cutovers/auth/runs/1/steps",
                                        "{\"index\":0,\"share\":0.01}")
                                .body());
        assertThat(
                        description.differences(
                                description.schemaOf("post", "/cutovers/{name}/runs/{run}/steps"),
                                step))
                .isEmpty();

        JsonNode deployment = created("/deployments", "{\"service\":\"cart\",\"version\":\"2\"}");
        assertThat(
                        description.differences(
                                description.schemaOf("post", "/deployments"), deployment))
                .isEmpty();
    }

    @Test
    void baselinesAreAsDescribed() {
        JsonNode recorded =
                created(
                        "/baselines",
                        """
                        {"name":"before","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z",
                         "leaveOut":[{"from":"2026-01-10T00:00:00Z","to":"2026-01-10T04:00:00Z",
                                      "reason":"Flash Friday"}]}
                        """);
        assertThat(description.differences(description.schemaOf("post", "/baselines"), recorded))
                .isEmpty();
        for (String path :
                List.of(
                        "/baselines",
                        "/baselines/before",
                        "/baselines/before/comparison?with=before",
                        "/baselines/before/comparison?range=2026-02-01T00:00:00Z/2026-02-02T00:00:00Z")) {
            String described = path.replace("before", "{name}").replaceAll("\\?.*", "");
            assertThat(
                            description.differences(
                                    description.schemaOf("get", described),
                                    dashboard.json(ApiRoutes.BASE + path)))
                    .as(path)
                    .isEmpty();
        }
    }

    @Test
    void comparedBacktestIsAsDescribed() {
        var answer =
                dashboard.post(
                        ApiRoutes.BASE + "/backtest",
                        """
                        {"from":"2026-02-01T00:00:00Z","to":"2026-02-08T00:00:00Z",
                         "files":[],
                         "incidents":[{"from":"2026-02-02T00:00:00Z","to":"2026-02-02T01:00:00Z"}]}
                        """);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(
                        description.differences(
                                description.schemaOf("post", "/backtest"),
                                Dashboard.parse(answer.body())))
                .isEmpty();
    }

    @Test
    void outlookOfFilesIsAsDescribed() {
        var answer = dashboard.post(ApiRoutes.BASE + "/outlook", "{\"files\":[]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(
                        description.differences(
                                description.schemaOf("post", "/outlook"),
                                Dashboard.parse(answer.body())))
                .isEmpty();
        assertThat(dashboard.post(ApiRoutes.BASE + "/outlook", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void gatesBacktestIsAsDescribed() {
        var answer = dashboard.post(ApiRoutes.BASE + "/cutovers/cart/backtest", "{}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(
                        description.differences(
                                description.schemaOf("post", "/cutovers/{name}/backtest"),
                                Dashboard.parse(answer.body())))
                .isEmpty();
        assertThat(dashboard.post(ApiRoutes.BASE + "/cutovers/none/backtest", "{}").statusCode())
                .isEqualTo(404);
        var tooLongAgo =
                dashboard.post(
                        ApiRoutes.BASE + "/cutovers/cart/backtest",
                        "{\"from\":\"2020-01-01T00:00:00Z\"}");
        assertThat(tooLongAgo.statusCode()).isEqualTo(400);
        assertThat(tooLongAgo.body()).contains("at most 10 days ago");
    }

    @Test
    void problemIsAsDescribed() {
        JsonNode problem = Dashboard.parse(dashboard.get(ApiRoutes.BASE + "/slos?x=1").body());

        assertThat(description.differences(root.at("/components/schemas/Problem"), problem))
                .isEmpty();
    }

    @Test
    void differencesAreSeen() {
        JsonNode schema = Dashboard.parse("{\"$ref\":\"#/components/schemas/Budget\"}");

        assertThat(
                        description.differences(
                                schema,
                                Dashboard.parse("{\"allowed\":1.5,\"consumed\":true,\"more\":1}")))
                .hasSize(4)
                .anyMatch(difference -> difference.contains("'remainingRatio'"))
                .anyMatch(difference -> difference.contains("'failuresLeft'"))
                .anyMatch(difference -> difference.contains("/consumed"))
                .anyMatch(difference -> difference.contains("'more'"));
    }

    private static JsonNode created(String path, String body) {
        var answer = dashboard.post(ApiRoutes.BASE + path, body);
        assertThat(answer.statusCode()).isEqualTo(201);
        return Dashboard.parse(answer.body());
    }
}
