package io.sluice.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.GateRow;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class DecisionBenchTest {

    @Test
    void aServerIsAskedAtTheRate_andEachAnswerTimed_besideEmptyOnes() throws Exception {
        List<GateRow> rows = new DecisionBench().run(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(rows)
                .extracting(GateRow::measure)
                .containsExactly(
                        GateRow.Measure.P50_LATENCY,
                        GateRow.Measure.P99_LATENCY,
                        GateRow.Measure.P50_LATENCY,
                        GateRow.Measure.P99_LATENCY);
        assertThat(rows)
                .allSatisfy(
                        row -> {
                            assertThat(row.runs())
                                    .isBetween(DecisionBench.RATE - 1, DecisionBench.RATE + 1);
                            assertThat(row.value())
                                    .isPositive()
                                    .isBetween(row.low95(), row.high95());
                        });
    }
}
