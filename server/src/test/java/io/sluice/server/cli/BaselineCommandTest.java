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
final class BaselineCommandTest {
    private static final String BASELINE =
            """
            {"name": "before", "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z",
             "leftOut": [{"from": "2026-01-09T19:00:00Z", "to": "2026-01-09T23:00:00Z",
                          "reason": "Flash Friday"}],
             "recordedAt": "2026-02-01T00:00:01Z", "principal": "ann", "sha256": "aa", "subjects": 2,
             "namedBy": ["checkout"]}\
            """;

    private final List<String> asked = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private int status = 200;
    private String answer = BASELINE;

    private final AnsweringServer server = new AnsweringServer(this::answer);

    private AnsweringServer.Answer answer(AnsweringServer.Asked question) {
        asked.add(question.uri() + question.body());
        return new AnsweringServer.Answer(status, answer);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private int baseline(String... arguments) {
        List<String> all = new ArrayList<>(List.of("baseline"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--server", server.url()));
        return new CommandLine(new SluiceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(all.toArray(String[]::new));
    }

    @Test
    void record_saysWhatIsLeftOut() {
        assertThat(
                        baseline(
                                "record",
                                "before",
                                "--from",
                                "2026-01-01T00:00:00Z",
                                "--leave-out",
                                "2026-01-09T19:00:00Z/2026-01-09T23:00:00Z Flash Friday",
                                "--exclusion",
                                "backup"))
                .isZero();
        assertThat(asked)
                .containsExactly(
                        "/api/v1/baselines{\"name\":\"before\",\"from\":\"2026-01-01T00:00:00Z\","
                                + "\"leaveOut\":[{\"from\":\"2026-01-09T19:00:00Z\","
                                + "\"to\":\"2026-01-09T23:00:00Z\",\"reason\":\"Flash Friday\"}],"
                                + "\"exclusions\":[\"backup\"]}");
        assertThat(out.toString())
                .contains(
                        "before: 2026-01-01T00:00:00Z to 2026-02-01T00:00:00Z, 2 subjects",
                        "  without 2026-01-09T19:00:00Z to 2026-01-09T23:00:00Z: Flash Friday",
                        "  named by cutovers checkout");
    }

    @Test
    void list_andShow() {
        answer = "{\"baselines\": [" + BASELINE + "]}";
        assertThat(baseline("list")).isZero();
        answer =
                "{\"baseline\": "
                        + BASELINE
                        + ", \"subjects\": [{\"subject\": \"slo/checkout/0\", \"bad\": 3,"
                        + " \"total\": 1000, \"p50\": 100.0, \"p95\": 200.0, \"p99\": 412.0}]}";
        assertThat(baseline("show", "before")).isZero();
        assertThat(out.toString())
                .contains("slo/checkout/0: 3 bad of 1,000 (0.3 %), P50 100, P95 200, P99 412");
        assertThat(asked).containsExactly("/api/v1/baselines", "/api/v1/baselines/before");
    }

    @Test
    void compare_withAnother_orWithATime() {
        answer =
                """
                {"confidence": 0.95, "subjects": [{"subject": "slo/checkout/0",
                  "baseline": {"bad": 3, "total": 1000}, "other": {"bad": 0, "total": 500},
                  "ratio": 0.0, "ratioLow": 0.0, "ratioHigh": null,
                  "values": [{"quantile": 0.99, "baseline": 412.0, "other": 90.5}]}]}\
                """;
        assertThat(baseline("compare", "before", "after")).isZero();
        assertThat(baseline("compare", "before", "2026-02-01T00:00:00Z/2026-02-02T00:00:00Z"))
                .isZero();
        assertThat(asked)
                .containsExactly(
                        "/api/v1/baselines/before/comparison?with=after",
                        "/api/v1/baselines/before/comparison?range=2026-02-01T00%3A00%3A00Z%2F"
                                + "2026-02-02T00%3A00%3A00Z");
        assertThat(out.toString())
                .contains(
                        "slo/checkout/0: 3 bad of 1,000 (0.3 %), then 0 bad of 500 (0 %); ratio 0"
                                + " (95 %: 0 to unknown)",
                        "  P99 412, then 90.5");
    }

    @Test
    void whatIsRefused_orAway_hasItsOwnCode() {
        assertThat(baseline("record", "before", "--from", "x", "--leave-out", "x")).isEqualTo(2);
        assertThat(baseline("record", "before")).isEqualTo(2);
        assertThat(baseline()).isEqualTo(2);
        status = 409;
        answer = "{\"detail\": \"taken\"}";
        assertThat(baseline("record", "before", "--from", "2026-01-01T00:00:00Z")).isEqualTo(2);
        server.close();
        assertThat(baseline("list")).isEqualTo(4);
    }
}
