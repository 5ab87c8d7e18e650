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
    private String slos = "{\"slos\": []}";
    private String backtest = "{}";
    private int backtestStatus = 200;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("shop.yaml");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/api/v1/definitions", () -> status, () -> answer);
        serve("/api/v1/slos", () -> 200, () -> slos);
        serve("/api/v1/backtest", () -> backtestStatus, () -> backtest);
        server.start();
        inForce(OBJECTS, List.of());
    }

    private void serve(String path, IntSupplier code, Supplier<String> text) {
        server.createContext(
                path,
                exchange -> {
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
        slos =
                """
                {"slos": [{"name": "errors", "evaluatedAt": "2026-02-14T10:40:00Z",
                  "objectives": [{"total": 450, "coverage": 0.5}]}]}
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
                        too few events: errors objectives[0]: one failure spends more than the budget of 0.999; its window brings 900 events, it takes 1000
                        """)
                .doesNotContain("over");

        out.getBuffer().setLength(0);
        slos = slos.replace("450", "500");
        backtestStatus = 403;
        assertThat(plan("--format", "json")).isEqualTo(3);
        JsonNode outlook = JSON.readTree(out.toString()).path("outlook");
        assertThat(outlook.path("tooFewEvents")).as("a thousand bear one").isEmpty();
        assertThat(outlook.path("wouldAlert")).isEmpty();
        assertThat(outlook.path("notTold").path(0).asText()).endsWith("it answered 403");
    }

    @Test
    void otherWindow_hasNoEventsToJudgeItBy() throws IOException {
        slos =
                """
                {"slos": [{"name": "errors", "evaluatedAt": "2026-02-14T10:40:00Z",
                  "objectives": [{"total": 1, "coverage": 1}]}]}
                """;
        Files.writeString(file, OBJECTS.replace("28d", "7d"));

        assertThat(plan()).isEqualTo(3);
        assertThat(out.toString()).doesNotContain("too few events");
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
