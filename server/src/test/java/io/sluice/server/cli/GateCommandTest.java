package io.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The exit codes that pipelines rely on, against a server that answers what the test says. */
final class GateCommandTest {
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> asked = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private HttpServer server;

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestURI().toString());
                    Answer answer = answers.size() > 1 ? answers.poll() : answers.peek();
                    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer.status(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
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
        server.stop(0);
        assertThat(gate("checkout")).isEqualTo(4);
        assertThat(gate("checkout", "--allow-unreachable")).isZero();
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
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
