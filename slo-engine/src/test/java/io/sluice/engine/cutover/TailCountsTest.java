package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.series.Sketch;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.List;

class TailCountsTest {

    @Property(tries = 300)
    void theTrueCountLiesBetween_andAtABucketsEndBothAreIt(
            @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = 0, max = 500) Double> values,
            @ForAll @DoubleRange(min = -1, max = 600) double bound) {
        Sketch sketch = new Sketch();
        values.forEach(sketch::add);
        TailCounts counts = new TailCounts(sketch);
        assertBetween(counts, values, bound);
        for (int bucket = 0; bucket < counts.buckets(); bucket++) {
            double end = counts.upper(bucket);
            assertBetween(counts, values, end);
            assertThat(counts.surelyAbove(end)).isEqualTo(counts.possiblyAbove(end));
            assertThat(counts.from(bucket + 1)).isEqualTo(counts.surelyAbove(end));
        }
    }

    private static void assertBetween(TailCounts counts, List<Double> values, double bound) {
        long above = values.stream().filter(value -> value > bound).count();
        assertThat(counts.surelyAbove(bound)).isLessThanOrEqualTo(above);
        assertThat(counts.possiblyAbove(bound)).isGreaterThanOrEqualTo(above);
    }

    @Test
    void valuesAtZero_areNotAboveIt() {
        Sketch sketch = new Sketch();
        sketch.add(0, 5);
        sketch.add(1, 2);
        TailCounts counts = new TailCounts(sketch);
        assertThat(counts.surelyAbove(0)).isEqualTo(2);
        assertThat(counts.possiblyAbove(0)).isEqualTo(2);
        assertThat(counts.count()).isEqualTo(7);
    }
}
