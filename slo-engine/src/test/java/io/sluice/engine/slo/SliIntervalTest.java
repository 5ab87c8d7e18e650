package io.sluice.engine.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.TestDefinitions;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.time.Duration;

class SliIntervalTest {

    /** Method 3 in table I of Newcombe, Statistics in Medicine 17 (1998), pp. 857-872. */
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662",
        "15, 148, 0.0624, 0.1605",
        "0, 20, 0.0000, 0.1611",
        "1, 29, 0.0061, 0.1718",
    })
    void intervalIsThePublishedOne_ofTheGoodAndOfTheBad(
            long part, long events, double low, double high) {
        SliInterval good = of(part, events);
        assertThat(good.low()).isCloseTo(low, within(5e-5));
        assertThat(good.high()).isCloseTo(high, within(5e-5));
        SliInterval bad = of(events - part, events);
        assertThat(bad.low()).isCloseTo(1 - high, within(5e-5));
        assertThat(bad.high()).isCloseTo(1 - low, within(5e-5));
    }

    /**
     * By what the interval is, not by its formula: the shares that a score test does not reject.
     */
    @Property(tries = 500)
    void eachEndIsAShareOfWhichTheCountIsJustSoManyDeviationsAway(
            @ForAll @LongRange(min = 1, max = 1_000_000) long events,
            @ForAll @IntRange(max = 1000) int thousandthsGood) {
        long good = events * thousandthsGood / 1000;
        SliInterval interval = of(good, events);
        double share = (double) good / events;
        assertThat(interval.low()).isBetween(0.0, share);
        assertThat(interval.high()).isBetween(share, 1.0);
        for (double end : new double[] {interval.low(), interval.high()}) {
            double deviation = Math.sqrt(end * (1 - end) / events);
            if (deviation > 1e-9) {
                assertThat(Math.abs(share - end) / deviation).isCloseTo(1.96, within(1e-3));
            }
        }
    }

    @Test
    void withoutEventsThereIsNone_andASampleSaysNoMoreThanWhatWasSeen() {
        assertThat(SliInterval.of(new WindowCounts(0, 0, 5, 5), 0)).isEmpty();
        assertThat(SliInterval.of(new WindowCounts(0, 1_000_000, 0, 0), 20)).contains(of(0, 20));
    }

    @Test
    void statusHasIt_ofWhatCountsAsAnEvent() {
        SloScene scene =
                new SloScene(TestDefinitions.slo("cart", "0.9", TestDefinitions.rolling(28)));
        assertThat(scene.objective(SloScene.T).interval()).isEmpty();
        scene.events(SloScene.T, 81, 182);
        assertThat(scene.objective(SloScene.T).interval()).contains(of(81, 263));

        SloScene slices =
                new SloScene(
                        TestDefinitions.slo(
                                "cart",
                                io.sluice.definitions.model.BudgetingMethod.TIMESLICES,
                                TestDefinitions.slices(
                                        "cart", "0.9", "0.95", Duration.ofMinutes(1)),
                                TestDefinitions.rolling(28)));
        slices.events(SloScene.T - 60, 81, 182);
        assertThat(slices.objective(SloScene.T).total()).isEqualTo(1);
        assertThat(slices.objective(SloScene.T).interval()).isEmpty();
    }

    /** Against counting up, one failure after the other. */
    @Property(tries = 500)
    void failuresLeftAreThoseThatTheTargetStillBears(
            @ForAll @LongRange(max = 5000) long total,
            @ForAll @IntRange(max = 60) int bad,
            @ForAll @IntRange(min = 1, max = 999) int target) {
        BigDecimal share = BigDecimal.valueOf(target, 3);
        long failed = Math.min(bad, total);
        var left =
                new WindowCounts(1000 * (total - failed), 1000 * total, 0, 0)
                        .budget(share)
                        .failuresLeft();
        if (total == 0) {
            assertThat(left).isEmpty();
            return;
        }
        long more = 0;
        // All in thousandths, so in whole numbers.
        while ((failed + more + 1) * 1000 <= (1000 - target) * total) {
            more++;
        }
        assertThat(left).hasValue(more);
    }

    private static SliInterval of(long good, long total) {
        return SliInterval.of(new WindowCounts(1000 * good, 1000 * total, 0, 0), total)
                .orElseThrow();
    }
}
