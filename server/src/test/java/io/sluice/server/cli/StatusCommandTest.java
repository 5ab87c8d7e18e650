package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;

/** What is told of a server's answers, and what of a server that does not give them. */
final class StatusCommandTest {
    private final Map<String, String> answers = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private int status = 200;

    private final AnsweringServer server =
            new AnsweringServer(
                    asked ->
                            new AnsweringServer.Answer(
                                    status, answers.getOrDefault(asked.uri().toString(), "{}")));

    @AfterEach
    void stop() {
        server.close();
    }

    private int status() {
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("status", "--server", server.url());
    }

    private static String slo(String name, String state, String sli, String budget) {
        return """
        {"name": "%s", "tier": "BUSINESS", "objectives": [{"state": "%s", "sli": %s, "target": 0.9995,
         "budget": {"remainingRatio": %s}}]}"""
                .formatted(name, state, sli, budget);
    }

    @Test
    void whatFiresStandsAboveAllObjectives_fromEveryPage() {
        answers.put(
                "/api/v1/slos",
                """
                {"slos": [%s, %s, %s], "next": "a b"}"""
                        .formatted(
                                slo("checkout-success", "BURNING", "0.99982", "0.6619"),
                                slo("a-name-that-is-longer-than-a-column", "MET", "1.0", "1.0"),
                                """
                                {"name": "load", "tier": "SERVICE", "objectives": [{"state": "BREACHED", "sli": 0.25, "target": 0.99}],
                                 "capacity": {"status": "NOT_EXERCISED", "target": 15000.0, "highestPerMinute": 12904}}"""));
        answers.put(
                "/api/v1/slos?cursor=a%20b",
                "{\"slos\": [%s]}".formatted(slo("cold", "UNMEASURED", "null", "null")));
        answers.put(
                "/api/v1/alerts",
                """
                {"alerts": [
                  {"severity": "PAGE", "state": "FIRING", "slo": "checkout-success", "burnRate": 23.04, "shortBurnRate": 36.9,
                   "longWindowSeconds": 3600, "shortWindowSeconds": 300, "threshold": 14.4, "conditionTrueAt": "2026-02-14T10:17:00Z"},
                  {"severity": "TICKET", "state": "RESOLVED", "slo": "cold"},
                  {"severity": "TICKET", "state": "FROZEN", "slo": "cold", "burnRate": null, "longWindowSeconds": 241920,
                   "conditionTrueAt": "2026-02-14T09:00:00Z"}]}""");
        answers.put(
                "/api/v1/cutovers",
                """
                {"cutovers": [
                  {"name": "checkout", "state": "STOPPED", "revision": "rc1", "decision": "NO_GO", "step": {"share": 0.01}},
                  {"name": "catalog", "state": "COMPLETED", "revision": "2", "decision": "GO", "step": {"share": 1.0}},
                  {"name": "cart", "state": "NOT_STARTED", "decision": "HOLD"}]}""");

        assertThat(status()).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "1 burning, 1 met, 1 not exercised, 1 unmeasured",
                        "",
                        "page    checkout-success burns 23x over 1 h and 36.9x over 5 min; fires at 14.4x, since 2026-02-14T10:17:00Z",
                        "ticket  cold has no data over 2 d 19 h 12 min; its data stopped, since 2026-02-14T09:00:00Z",
                        "",
                        "OBJECTIVE                            TIER                 NOW       TARGET     BUDGET  STATE",
                        "checkout-success                     business        99.982 %      99.95 %     66.1 %  burning",
                        "a-name-that-is-longer-than-a-column  business           100 %      99.95 %    100.0 %  met",
                        "load                                 service       12,904/min   15,000/min          -  not exercised",
                        "cold                                 business      unmeasured      99.95 %          -  unmeasured",
                        "",
                        "cutover checkout: no go, at 1 % of rc1",
                        "cutover catalog: done, at 100 % of 2",
                        "cutover cart: not begun");
    }

    @Test
    void nearlyAllGood_isNot100Percent() {
        answers.put(
                "/api/v1/slos",
                "{\"slos\": [%s, %s]}"
                        .formatted(
                                slo("near", "MET", "0.9999996", "0.9999"),
                                slo("over", "BREACHED", "0.954545454", "-3.5449")));
        assertThat(status()).isZero();
        assertThat(out.toString()).contains("99.99996 %", "99.9 %", "95.4 %", "-354.5 %");
    }

    @Test
    void aRefusalIsNoEmptyStatus() {
        status = 401;
        answers.put(
                "/api/v1/slos", "{\"title\": \"Unauthorized\", \"detail\": \"a token is needed\"}");
        assertThat(status()).isEqualTo(2);
        assertThat(err.toString()).contains("refuses: a token is needed");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aServerThatFails_isNotReachable() {
        status = 503;
        answers.put("/api/v1/slos", "{\"detail\": \"it is starting\"}");
        assertThat(status()).isEqualTo(Api.UNREACHABLE);
        assertThat(err.toString()).contains("it is starting");
    }
}
