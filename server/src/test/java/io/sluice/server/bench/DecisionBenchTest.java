package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.GateRow;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class DecisionBenchTest {

    @Test
    void aServerIsAskedAtTheRate_andEachAnswerTimed() throws Exception {
        GateRow row = new DecisionBench().run(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(row.measure()).isEqualTo(GateRow.Measure.P99_LATENCY);
        assertThat(row.runs()).isBetween(DecisionBench.RATE - 1, DecisionBench.RATE + 1);
        assertThat(row.value()).isPositive().isBetween(row.low95(), row.high95());
    }
}
