package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What is asked, what is printed, and the exit codes, against a server that answers so. */
final class BacktestCommandTest {
    private static final String QUIET =
            """
            {"pages":0,"pagesPerWeek":0.0,"pagesOutsideIncidents":0,
             "slos":[{"slo":"cart","judgedFrom":"2026-02-01T00:00:00Z","countedFrom":null,
                      "firings":[]}],
             "incidents":[{"from":"2026-02-02T00:00:00Z","to":"2026-02-02T01:00:00Z",
                           "missed":true,"page":null,"timeToDetectSeconds":null}]}""";
    private static final String LOUD =
            """
            {"pages":2,"pagesPerWeek":2.0,"pagesOutsideIncidents":1,
             "slos":[{"slo":"cart","judgedFrom":"2026-02-01T00:00:00Z",
                      "countedFrom":"2026-01-01T00:00:00Z",
                      "firings":[{"key":"cart/0/page/fast","objective":0,"severity":"PAGE",
                                  "policy":"page","condition":"fast",
                                  "firedAt":"2026-02-02T00:01:00Z","resolvedAt":null,
                                  "burnRate":20.0,"budgetRemainingRatio":0.972}]}],
             "incidents":[{"from":"2026-02-02T00:00:00Z","to":"2026-02-02T01:00:00Z",
                           "missed":false,"page":"cart/0/page/fast","timeToDetectSeconds":60}]}""";

    private final List<String> asked = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private int status = 200;
    private String answer = answer(LOUD, "null");

    private static String answer(String inForce, String candidate) {
        return "{\"from\":\"2026-02-01T00:00:00Z\",\"to\":\"2026-02-08T00:00:00Z\",\"inForce\":"
                + inForce
                + ",\"candidate\":"
                + candidate
                + "}";
    }

    private final AnsweringServer server = new AnsweringServer(this::answer);

    private AnsweringServer.Answer answer(AnsweringServer.Asked question) {
        String path = question.uri().getRawPath();
        if (!path.startsWith("/api/v1/")) {
            return new AnsweringServer.Answer(404, "");
        }
        paths.add(path);
        asked.add(question.body());
        return new AnsweringServer.Answer(status, answer);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int backtest(String... arguments) {
        List<String> all = new ArrayList<>(List.of("backtest"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--server", server.url()));
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    @Test
    void whatIsInForceIsPrinted() {
        assertThat(backtest("--incident", "2026-02-02T00:00:00Z/2026-02-02T01:00:00Z")).isZero();
        assertThat(asked)
                .containsExactly(
                        "{\"incidents\":[{\"from\":\"2026-02-02T00:00:00Z\","
                                + "\"to\":\"2026-02-02T01:00:00Z\"}]}");
        assertThat(out.toString())
                .contains("in force: 2 pages, 2.0 a week, 1 outside the incidents; 0 of 1 incident")
                .contains(
                        "2026-02-02T00:01:00Z  PAGE  cart/0/page/fast, until the end, budget left"
                                + " 97.2 %")
                .contains("paged after 60 s by cart/0/page/fast")
                .doesNotContain("these files");
    }

    @Test
    void aMissedIncidentIsThree_byTheFilesIfThereAreAny() {
        answer = answer(QUIET, "null");
        assertThat(backtest()).isEqualTo(3);

        answer = answer(QUIET, LOUD);
        assertThat(backtest()).isZero();
        assertThat(out.toString())
                .contains("cart: nothing like it was ever counted")
                .contains("these files: 2 pages");
    }

    @Test
    void aRefusalIsTwo_andSaysWhy() {
        status = 400;
        answer =
                "{\"title\":\"Bad Request\",\"detail\":\"it is later\",\"where\":\"$.from\","
                        + "\"expected\":\"a time before the end\"}";

        assertThat(backtest("--slo", "cart")).isEqualTo(2);
        assertThat(err.toString())
                .contains("400: $.from: it is later; expected a time before the end");
    }

    @Test
    void anIncidentThatIsNoIntervalIsRefused_andNothingIsAsked() {
        assertThat(backtest("--incident", "yesterday")).isEqualTo(2);
        assertThat(err.toString()).contains("'yesterday' is not a time");
        assertThat(asked).isEmpty();
    }

    @Test
    void noAnswerIsFour() {
        server.close();

        assertThat(backtest()).isEqualTo(4);
        assertThat(err.toString()).contains("is the server running?");
    }

    private static String gate(String refusals) {
        return """
        {"cutover":"cart","from":"2026-02-01T00:00:00Z","to":"2026-02-04T00:00:00Z","run":null,
         "verdicts":[{"at":"2026-02-01T00:06:40Z","step":{"index":1,"candidateShare":0.1},
                      "secondsAfterStep":400,"decision":"NO_GO",
                      "reasons":[{"code":"REGRESSION","metric":"errors","text":"worse than x1.2"}]}],
         "replays":[{"step":0,"share":0.01,"goMargin":3,"noGoMargin":1.2,"hours":72,"noGo":1,"go":70,
                     "rate":0.0139,"low95":0.0004,"high95":0.0750}],
         "drifts":[{"metric":"errors","factor":1.31,"hours":71}],
         "refusals":%s}"""
                .formatted(refusals);
    }

    @Test
    void aGatesBacktest_saysAtWhichMinuteItWouldHaveStopped() {
        answer = gate("[]");
        assertThat(backtest("--gate", "cart", "--from", "2026-02-01T00:00:00Z")).isZero();
        assertThat(paths).containsExactly("/api/v1/cutovers/cart/backtest");
        assertThat(asked).containsExactly("{\"from\":\"2026-02-01T00:00:00Z\"}");
        assertThat(out.toString())
                .contains("NO_GO at 10.0 %, in minute 7 of step 1")
                .contains("REGRESSION: worse than x1.2")
                .contains("NO_GO in 1 of 72 hours (1.4 %, between 0.0 % and 7.5 %), GO in 70")
                .contains("errors drifts by up to x1.31");
    }

    @Test
    void marginsThatTheBaselineDoesNotKeep_areThree() {
        answer = gate("[\"step 3: too narrow\"]");
        assertThat(backtest("--gate", "cart")).isEqualTo(3);
        assertThat(out.toString()).contains("refused: step 3: too narrow");
        assertThat(backtest("--gate", "cart", "--slo", "cart")).isEqualTo(2);
        assertThat(err.toString()).contains("--gate takes no files, no --slo and no --incident");
    }
}
