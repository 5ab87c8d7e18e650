package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.GateRow.Measure;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

class GateRowTest {

    /** 1 to n: a value is its own rank. */
    private static double[] ranks(int n) {
        return IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray();
    }

    @Test
    void bounds_areThoseOfPublishedTables() {
        // Clopper and Pearson for 0 of 100 and 5 of 100; order statistics of 100 values' median.
        GateRow none = GateRow.share("none", Measure.GO_SHARE, 0, 100);
        assertThat(none.low95()).isZero();
        assertThat(none.high95()).isCloseTo(0.0362, within(5e-5));
        GateRow five = GateRow.share("five", Measure.GO_SHARE, 5, 100);
        assertThat(five.low95()).isCloseTo(0.0164, within(5e-5));
        assertThat(five.high95()).isCloseTo(0.1128, within(5e-5));
        GateRow median = GateRow.median("median", Measure.MEDIAN_REQUESTS, ranks(100));
        assertThat(median.value()).isEqualTo(50);
        assertThat(median.low95()).isEqualTo(40);
        assertThat(median.high95()).isEqualTo(61);
    }

    @Property
    void aFigureLiesWithinItsBounds(
            @ForAll @IntRange(min = 1, max = 300) int n,
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double quantile) {
        GateRow row = GateRow.quantile("q", Measure.P90_REQUESTS, ranks(n), quantile);
        assertThat(row.value()).isBetween(row.low95(), row.high95());
    }

    @Test
    void theBoundsHoldTheTrueMedian_inNineteenOfTwentyCases() {
        SplittableRandom random = new SplittableRandom(5);
        int held = 0;
        int cases = 2_000;
        for (int i = 0; i < cases; i++) {
            GateRow row =
                    GateRow.median(
                            "median",
                            Measure.MEDIAN_REQUESTS,
                            random.doubles(60).map(Math::sqrt).toArray());
            held += row.low95() <= Math.sqrt(0.5) && Math.sqrt(0.5) <= row.high95() ? 1 : 0;
        }
        // The exact coverage of order statistics of 60 values is 97.3 %.
        assertThat((double) held / cases).isBetween(0.95, 0.99);
    }
}
