package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.engine.cutover.GateRow.Measure;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class GateBenchTest {

    private static List<GateRow> rows(long seed, int runs) {
        List<GateRow> rows = new ArrayList<>();
        new GateBench(seed, runs).run(rows::add);
        return rows;
    }

    private static List<GateRow> untimed(List<GateRow> rows) {
        return rows.stream().filter(row -> row.measure() != Measure.MEDIAN_CPU).toList();
    }

    @Test
    void aSeed_givesTheSameRowsAgain_andAnotherOneOthers() {
        List<GateRow> rows = untimed(rows(1, 3));
        assertThat(untimed(rows(1, 3))).isEqualTo(rows);
        assertThat(untimed(rows(2, 3))).isNotEqualTo(rows);
    }

    @Test
    void everyRowIsNamedOnce_andLiesWithinItsBounds() {
        List<GateRow> rows = rows(1, 5);
        assertThat(rows.stream().map(row -> row.name() + row.measure())).doesNotHaveDuplicates();
        assertThat(rows)
                .allSatisfy(row -> assertThat(row.value()).isBetween(row.low95(), row.high95()));
        assertThat(rows)
                .extracting(GateRow::measure)
                .containsOnly(
                        Arrays.stream(Measure.values())
                                .filter(measure -> measure != Measure.P50_LATENCY)
                                .filter(measure -> measure != Measure.P99_LATENCY)
                                .toArray(Measure[]::new));
    }

    @Test
    void withoutRuns_thereIsNothingToMeasure() {
        assertThatThrownBy(() -> new GateBench(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }
}
