package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.automation.Decision;
import io.sluice.examples.automation.GateAnswer;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

class DecisionLogTest {
    private static final Instant AT = Instant.parse("2026-02-14T09:00:00Z");

    private final DecisionLog log = new DecisionLog();

    @Test
    void answerThatDiffersInItsFiguresOnly_isKeptOnce() {
        assertThat(add("1", Decision.HOLD, "ratio 1.0")).isTrue();
        assertThat(add("1", Decision.HOLD, "ratio 0.9")).isFalse();
        assertThat(add("1", Decision.NO_GO, "ratio 9")).isTrue();
        assertThat(add("2", Decision.NO_GO, "ratio 9")).isTrue();
        assertThat(log.entries()).hasSize(3);
        assertThat(log.firstRun("cart"))
                .extracting(GateAnswer::decision)
                .containsExactly(Decision.HOLD, Decision.NO_GO);
        assertThat(log.firstRun("other")).isEmpty();
    }

    private boolean add(String run, Decision decision, String text) {
        GateAnswer.Reason reason = new GateAnswer.Reason("C", "errors", text);
        GateAnswer answer = new GateAnswer(decision, run, 0.01, List.of(reason), Optional.empty());
        return log.add("cart", answer, AT);
    }
}
