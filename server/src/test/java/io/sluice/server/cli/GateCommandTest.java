package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.server.cli.AnsweringServer.Answer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** The exit codes that pipelines rely on, against a server that answers what the test says. */
final class GateCommandTest {
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final StringWriter out = new StringWriter();

    private final AnsweringServer server = new AnsweringServer(this::answer);

    private Answer answer(AnsweringServer.Asked question) {
        asked.add(question.uri().toString());
        return answers.size() > 1 ? answers.poll() : answers.peek();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void go_isZero() {
        answers.add(decision("GO"));
        assertThat(gate("checkout")).isZero();
        assertThat(out.toString()).startsWith("GO checkout").contains("PROVEN: not worse");
    }

    @Test
    void noGo_isOne_withoutWaiting() {
        answers.add(decision("NO_GO"));
        assertThat(gate("checkout", "--wait", "1h")).isEqualTo(1);
        assertThat(asked).hasSize(1);
    }

    @Test
    void hold_isTwo() {
        answers.add(decision("HOLD"));
        assertThat(gate("checkout")).isEqualTo(2);
    }

    @Test
    void hold_thenGo_isZeroWithinTheWait() {
        answers.add(decision("HOLD"));
        answers.add(decision("GO"));
        assertThat(gate("checkout", "--wait", "1m")).isZero();
        assertThat(asked).hasSize(2);
    }

    @Test
    void anAnswerOfALaterVersion_isNotAGo() {
        answers.add(decision("PERHAPS"));
        assertThat(gate("checkout")).isEqualTo(2);
    }

    @Test
    void unknownCutover_isAUsageError() {
        answers.add(new Answer(404, "{\"title\":\"no such cutover\"}"));
        assertThat(gate("nothing")).isEqualTo(3);
    }

    @Test
    void wrongOption_isAUsageError() {
        assertThat(gate("checkout", "--wait", "soon")).isEqualTo(3);
        assertThat(asked).isEmpty();
    }

    @Test
    void brokenServer_isUnreachable() {
        answers.add(new Answer(503, "{}"));
        assertThat(gate("checkout")).isEqualTo(4);
    }

    @Test
    void noServer_isUnreachable_unlessThatIsAllowed() {
        server.close();
        assertThat(gate("checkout")).isEqualTo(4);
        assertThat(gate("checkout", "--allow-unreachable")).isZero();
    }

    @Test
    void aHoldThatGoesAway_isNotExcused() {
        answers.add(decision("HOLD"));
        answers.add(new Answer(503, "{}"));
        assertThat(gate("checkout", "--wait", "1500ms", "--allow-unreachable")).isEqualTo(4);
        assertThat(asked).hasSizeGreaterThan(1);
    }

    /** 1 would be a NO_GO, and somebody would roll back. */
    @ParameterizedTest
    @ValueSource(strings = {"sluice.example.com", "''", "127.0.0.1:8080", "ftp://127.0.0.1"})
    void aCommandThatFails_isNoNoGo(String url) {
        assertThat(
                        new CommandLine(new SluiceCommand())
                                .setOut(new PrintWriter(out))
                                .setErr(new PrintWriter(new StringWriter()))
                                .execute("gate", "checkout", "--url", url))
                .isIn(3, 4);
    }

    @Test
    void answersThatAreNone_areNoDecision() {
        for (String body : List.of("", "[]", "\"GO\"", "<html>GO</html>", "{\"decision\":")) {
            answers.clear();
            answers.add(new Answer(200, body));
            assertThat(gate("checkout")).as(body).isIn(2, 4);
        }
    }

    @Test
    void explained_saysCountsBoundsAndHowFarEachProofIs() {
        answers.add(decision("HOLD"));
        answers.add(
                new Answer(
                        200,
                        """
                        {"decision": {"decision": "HOLD", "run": "3", "revision": "v2",
                          "dataThrough": "2026-02-14T09:30:00Z",
                          "metrics": [{"name": "errors", "required": true,
                            "baseline": {"bad": 101, "total": 20114},
                            "candidate": {"bad": 12, "total": 2310}, "ratio": 1.0345,
                            "goMargin": 1.5, "noGoMargin": 1.2,
                            "logEGo": 2.0, "logEGoNeeded": 2.995732273553991,
                            "logENoGo": -1.0, "logENoGoNeeded": 4.605170185988092,
                            "goProven": false, "noGoProven": false}],
                          "forecast": {"candidateRequestsToGo": 4300, "secondsAtCurrentTraffic": 2580},
                          "evidence": {"id": "ev_00000042", "sha256": "aa", "configSha256": "bb"}},
                         "confidence": 0.95,
                         "metrics": [{"name": "errors", "ratioLow": 0.61, "ratioHigh": 1.42,
                           "baseline": "LIVE", "baselineText": "live, compared stratum by stratum",
                           "dispersion": 1.0}]}
                        """));
        assertThat(gate("checkout", "--explain", "--share", "0.1")).isEqualTo(2);
        assertThat(asked)
                .containsExactly(
                        "/api/v1/cutovers/checkout/decision?share=0.1",
                        "/api/v1/cutovers/checkout/explanation?share=0.1");
        assertThat(out.toString().lines())
                .contains(
                        "run 3 (v2), data through 2026-02-14T09:30:00Z",
                        "errors, needed for GO",
                        "  candidate 12 bad of 2,310 (0.519 %)",
                        "  baseline  101 bad of 20,114 (0.502 %); live, compared stratum by"
                                + " stratum",
                        "  ratio 1.03; with 95 % confidence at all looks together, from 0.61 to"
                                + " 1.42",
                        "  for GO, worse than x1.5 must be ruled out: e-value 7.39 of 20",
                        "  for NO_GO, worse than x1.2 must be proven: e-value 0.368 of 100",
                        "if both sides go on so: 4,300 more candidate requests to GO, 43 min at the"
                                + " present traffic",
                        "evidence ev_00000042, sha256 aa, definition bb");
    }

    @Test
    void explained_aQuantileSaysBetweenWhichValuesItIs() {
        answers.add(decision("HOLD"));
        answers.add(
                new Answer(
                        200,
                        """
                        {"decision": {"decision": "HOLD", "run": "3", "revision": "v2",
                          "metrics": [{"name": "p95", "required": false,
                            "baseline": {"bad": 0, "total": 20114},
                            "candidate": {"bad": 0, "total": 2310}, "ratio": 1.0345,
                            "goMargin": 1.5, "noGoMargin": 1.2,
                            "quantile": {"quantile": 0.95, "baseline": 260.4, "candidate": 269.4}}]},
                         "confidence": 0.95,
                         "metrics": [{"name": "p95", "ratioLow": 0.91, "ratioHigh": 1.2,
                           "baseline": "LIVE", "baselineText": "live, compared stratum by stratum",
                           "dispersion": 1.0,
                           "quantile": {"baselineLow": 251.2, "baselineHigh": 270.6,
                             "candidateLow": 240.0, "candidateHigh": null}}]}
                        """));
        gate("checkout", "--explain");
        assertThat(out.toString().lines())
                .contains(
                        "  candidate P95 269, surely over 240 (2,310 values)",
                        "  baseline  P95 260, surely from 251 to 271 (20,114 values); live,"
                                + " compared stratum by stratum",
                        "  ratio 1.03; with 95 % confidence at all looks together, from 0.91 to"
                                + " 1.2");
    }

    @Test
    void aMigration_isAskedWhetherTheOldSystemMayGo() {
        String answer =
                "{\"name\": \"shopflow\", \"decommission\": {\"phase\": \"off\", \"decision\":"
                        + " \"%s\", \"reasons\": [\"soak: not long enough\"]}}";
        for (var expected : Map.of("GO", 0, "NO_GO", 1, "HOLD", 2, "LATER", 2).entrySet()) {
            answers.clear();
            answers.add(new Answer(200, answer.formatted(expected.getKey())));
            assertThat(gate("shopflow", "--migration")).isEqualTo(expected.getValue());
        }
        assertThat(asked).containsOnly("/api/v1/migrations/shopflow");
        assertThat(out.toString())
                .contains("HOLD decommission of shopflow", "  soak: not long enough");
        answers.clear();
        answers.add(new Answer(200, "{\"name\": \"shopflow\", \"decommission\": null}"));
        assertThat(gate("shopflow", "--migration")).isEqualTo(3);
    }

    @Test
    void aMigration_hasNoShareAndNoExplanation() {
        assertThat(gate("shopflow", "--migration", "--share", "0.1")).isEqualTo(3);
        assertThat(gate("shopflow", "--migration", "--explain")).isEqualTo(3);
        assertThat(asked).isEmpty();
    }

    @Test
    void anExplanationThatDoesNotCome_changesNothing() {
        answers.add(decision("GO"));
        answers.add(new Answer(500, "{}"));
        assertThat(gate("checkout", "--explain")).isZero();
    }

    @Test
    void share_isAskedFor() {
        answers.add(decision("GO"));
        gate("checkout", "--share", "0.1");
        assertThat(asked).containsExactly("/api/v1/cutovers/checkout/decision?share=0.1");
    }

    private static Answer decision(String decision) {
        return new Answer(
                200,
                """
                {"cutover": "checkout", "decision": "%s", "retryAfterSeconds": 1,
                 "step": {"index": 1, "candidateShare": 0.1},
                 "reasons": [{"code": "PROVEN", "metric": "errors", "text": "not worse"}]}
                """
                        .formatted(decision));
    }

    private int gate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("gate", "--url", url()));
        all.addAll(List.of(arguments));
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(all.toArray(String[]::new));
    }

    private String url() {
        return server.url();
    }
}
