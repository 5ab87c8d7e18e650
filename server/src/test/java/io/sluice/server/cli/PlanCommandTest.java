package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** {@code sluice plan} against an answer as the server gives it. */
class PlanCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String OBJECTS =
            """
            apiVersion: openslo/v1
            kind: Service
            metadata: {name: shop}
            spec: {description: a shop}
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: errors, labels: {tier: service}}
            spec:
              service: shop
              indicator:
                metadata: {name: requests}
                spec:
                  ratioMetric:
                    bad: {metricSource: {type: spans, spec: {service: shop, where: [{attribute: a, atLeast: 500}]}}}
                    total: {metricSource: {type: spans, spec: {service: shop}}}
              budgetingMethod: Occurrences
              timeWindow: [{duration: 28d, isRolling: true}]
              objectives: [{target: 0.99}]
            """;

    @TempDir private Path folder;
    private Path file;
    private HttpServer server;
    private int status = 200;
    private String answer = "";
    private String outlook =
            """
            {"at": "2026-02-14T10:40:00Z", "lints": [], "notJudged": []}
            """;
    private int outlookStatus = 200;
    private String asked = "";
    private String backtest = "{}";
    private int backtestStatus = 200;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("shop.yaml");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/api/v1/definitions", () -> status, () -> answer);
        serve("/api/v1/outlook", () -> outlookStatus, () -> outlook);
        serve("/api/v1/backtest", () -> backtestStatus, () -> backtest);
        server.start();
        inForce(OBJECTS, List.of());
    }

    private void serve(String path, IntSupplier code, Supplier<String> text) {
        server.createContext(
                path,
                exchange -> {
                    asked =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    byte[] body = text.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(code.getAsInt(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void sameFiles_are0() throws IOException {
        Files.writeString(file, OBJECTS);

        assertThat(plan()).isZero();
        assertThat(out).hasToString("no changes: the server has the same files\n");
    }

    @Test
    void sameObjectsInOtherWords_are0() throws IOException {
        Files.writeString(file, "# the shop\n" + OBJECTS);

        assertThat(plan()).isZero();
        assertThat(out).hasToString("no changes: files differ in comments, layout or place only\n");
    }

    @Test
    void changes_areToldObjectByObject_and3() throws IOException {
        Files.writeString(
                file,
                OBJECTS.replace("target: 0.99", "target: 0.999").replace("28d", "7d")
                        + """
                        ---
                        apiVersion: openslo/v1
                        kind: Service
                        metadata: {name: warehouse}
                        spec: {}
                        """);

        assertThat(plan()).isEqualTo(3);
        assertThat(out.toString())
                .startsWith(
                        """
                        + Service warehouse
                        ~ SLO errors
                            window.length: 28d → 7d
                            objectives[0].target: 0.99 → 0.999
                        """)
                .contains("series: 1 kept, 0 folded anew from the log, 0 no longer counted\n")
                .endsWith("changes: 1 added, 1 changed, 0 removed\n");
    }

    @Test
    void json_saysTheSame() throws IOException {
        Files.writeString(file, OBJECTS.replace("atLeast: 500", "atLeast: 400"));

        assertThat(plan("--format", "json")).isEqualTo(3);
        JsonNode plan = JSON.readTree(out.toString());
        assertThat(plan.at("/version").asInt()).isOne();
        assertThat(plan.at("/changes").asBoolean()).isTrue();
        assertThat(plan.at("/digest").asText())
                .hasSize(64)
                .isNotEqualTo(plan.at("/inForce").asText());
        assertThat(plan.at("/objects/0/change").asText()).isEqualTo("changed");
        assertThat(plan.at("/objects/0/kind").asText()).isEqualTo("SLO");
        assertThat(plan.at("/objects/0/fields/0/path").asText())
                .isEqualTo("objectives[0].indicator.part");
        assertThat(plan.at("/series/kept").asInt()).isZero();
        assertThat(plan.at("/series/anew/0/uses/0").asText()).isEqualTo("slo/errors/0");
        assertThat(plan.at("/series/dropped")).hasSize(1);
    }

    @Test
    void whatTheDataSays_isToldOfChanges() throws IOException {
        outlook =
                """
                {"at": "2026-02-14T10:40:00Z",
                 "lints": [
                   {"kind": "ONE_FAILURE_SPENDS", "object": "errors", "objective": 0, "part": null,
                    "events": 900, "needed": 1000, "says": "one failure spends it all"},
                   {"kind": "FIRES_ON_ONE", "object": "errors", "objective": 0, "part": "p/fast",
                    "events": 2, "needed": 70, "says": "any one failure fires it"},
                   {"kind": "FIRES_ON_ONE", "object": "other", "objective": 0, "part": "p/fast",
                    "events": 2, "needed": 70, "says": "it does not change"}],
                 "notJudged": [
                   {"slo": "errors", "objective": 1, "reason": "nothing of it was counted"},
                   {"slo": "other", "objective": 1, "reason": "nothing of it was counted"}]}
                """;
        backtest =
                """
                {"inForce": {"slos": [{"firings": [{"key": "errors/0/p/slow", "resolvedAt": null}]}]},
                 "candidate": {"slos": [{"firings": [
                   {"key": "errors/0/p/fast", "severity": "PAGE", "resolvedAt": null},
                   {"key": "errors/0/p/slow", "severity": "TICKET", "resolvedAt": null},
                   {"key": "errors/0/p/over", "severity": "PAGE", "resolvedAt": "2026-02-14T10:35:00Z"}]}]}}
                """;
        Files.writeString(file, OBJECTS.replace("target: 0.99", "target: 0.999"));

        assertThat(plan()).isEqualTo(3);
        assertThat(out.toString())
                .contains(
                        """
                        would fire now: PAGE errors/0/p/fast
                        would fire now: TICKET errors/0/p/slow, as it does already
                        at this traffic: errors objectives[0]: one failure spends it all
                        at this traffic: errors objectives[0] p/fast: any one failure fires it
                        its traffic is not known: errors objectives[1]: nothing of it was counted
                        """)
                .doesNotContain("over", "other");
        assertThat(asked).as("ten minutes").contains("\"from\":\"2026-02-14T10:30:00Z\"");

        out.getBuffer().setLength(0);
        backtestStatus = 403;
        assertThat(plan("--format", "json")).isEqualTo(3);
        JsonNode told = JSON.readTree(out.toString()).path("outlook");
        assertThat(told.at("/tooFewEvents/0/target").asDouble()).isEqualTo(0.999);
        assertThat(told.at("/tooFewEvents/0/needed").asInt()).isEqualTo(1000);
        assertThat(told.path("lints")).hasSize(2);
        assertThat(told.path("wouldAlert")).isEmpty();
        assertThat(told.path("notTold").path(0).asText()).endsWith("it answered 403");

        out.getBuffer().setLength(0);
        outlookStatus = 404;
        assertThat(plan()).isEqualTo(3);
        assertThat(out.toString())
                .contains("the server does not say what its data says: it answered 404");
    }

    @Test
    void filesWithProblems_are1() throws IOException {
        Files.writeString(file, OBJECTS.replace("budgetingMethod", "budgetingMetod"));

        assertThat(plan()).isOne();
        assertThat(out.toString())
                .contains("did you mean `budgetingMethod`?")
                .endsWith("not valid: 1 error, 0 warnings, 0 notes\n");
        assertThat(plan("--format", "json")).isOne();
    }

    @Test
    void serverThatHoldsBackANewerSet_isMentioned() throws IOException {
        Files.writeString(file, OBJECTS);
        inForce(OBJECTS, List.of(Map.of("message", "wrong")));

        assertThat(plan()).isZero();
        assertThat(out.toString()).contains("holds back a newer set with 1 problem");
    }

    @Test
    void refusal_is2_andNoServer4() throws IOException {
        Files.writeString(file, OBJECTS);
        status = 403;
        answer = "{\"title\": \"Forbidden\", \"detail\": \"lacks the role read\"}";
        assertThat(plan()).isEqualTo(2);
        assertThat(err.toString()).contains("answered 403: lacks the role read");

        status = 503;
        assertThat(plan()).isEqualTo(4);
        server.stop(0);
        assertThat(plan()).isEqualTo(4);
        assertThat(err.toString()).contains("is the server running?");
    }

    @Test
    void missingFiles_are2() {
        assertThat(plan()).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read");
    }

    private void inForce(String text, List<Map<String, String>> problems) throws IOException {
        answer =
                JSON.writeValueAsString(
                        Map.of(
                                "digest",
                                "",
                                "files",
                                List.of(Map.of("path", "shop.yaml", "text", text)),
                                "problems",
                                problems));
    }

    private int plan(String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "plan",
                                "--server",
                                "http://127.0.0.1:" + server.getAddress().getPort()));
        all.addAll(List.of(arguments));
        all.add(file.toString());
        return new CommandLine(new SluiceCommand())
                .setColorScheme(Help.defaultColorScheme(Ansi.OFF))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }
}
