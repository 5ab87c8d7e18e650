package io.sluice.examples.automation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

class HttpGateTest {
    private FakeGate fake;
    private Gate gate;
    private String run;

    @BeforeEach
    void start() throws Exception {
        fake = new FakeGate();
        gate = new HttpGate(fake.uri());
        run = gate.startRun("cart", "1.0.0");
        gate.reportStep("cart", run, 1, 0.1);
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @Test
    void answer_isReadWhole() throws Exception {
        fake.says("GO");
        GateAnswer answer = gate.decision("cart", run, 0.1);
        assertThat(answer.decision()).isEqualTo(Decision.GO);
        assertThat(answer.reasons())
                .containsExactly(new GateAnswer.Reason("C", "errors", "because"));
        assertThat(answer.forecast()).contains(Duration.ofSeconds(40));
        assertThat(fake.calls())
                .containsExactly(
                        "/api/v1/cutovers/cart/runs {\"revision\":\"1.0.0\"}",
                        "/api/v1/cutovers/cart/runs/1/steps {\"index\":1,\"share\":0.1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500 | GO                                                                     ",
                "404 | GO                                                                     ",
                "200 | {}                                                                     ",
                "200 | {not json                                                              ",
                "200 | {\"decision\":\"PROCEED\",\"run\":\"1\",\"step\":{\"candidateShare\":0.1}}",
                "200 | {\"decision\":\"GO\",\"run\":\"7\",\"step\":{\"candidateShare\":0.1}}     ",
                "200 | {\"decision\":\"GO\",\"run\":\"1\",\"step\":{\"candidateShare\":0.01}}    ",
                "200 | {\"decision\":\"NO_GO\",\"run\":\"7\",\"step\":{\"candidateShare\":0.1}}  "
            })
    void whateverIsNoClearAnswerAboutThisStep_isAHold(int status, String body) throws Exception {
        fake.answers(status, body);
        GateAnswer answer = gate.decision("cart", run, 0.1);
        assertThat(answer.decision()).isEqualTo(Decision.HOLD);
        assertThat(answer.reasons().getFirst().code()).startsWith("GATE_");
    }

    @Test
    void gateThatIsGone_isAHold() throws Exception {
        fake.close();
        GateAnswer answer = gate.decision("cart", run, 0.1);
        assertThat(answer.decision()).isEqualTo(Decision.HOLD);
        assertThat(answer.reasons().getFirst().code()).isEqualTo("GATE_UNREACHABLE");
        assertThat(answer.reasons().getFirst().text())
                .startsWith("Sluice at " + fake.uri() + " gives no answer: ");
        assertThatThrownBy(() -> new HttpGate(URI.create(fake.uri().toString())).startRun("c", "r"))
                .isInstanceOf(IOException.class);
    }
}
