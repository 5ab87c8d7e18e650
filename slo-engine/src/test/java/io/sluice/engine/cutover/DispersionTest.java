package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class DispersionTest {
    private static final int THREE_DAYS = 3 * 24 * 60;

    @FunctionalInterface
    private interface Minute {
        BadOfTotal at(int minute, Traffic traffic);
    }

    private static Dispersion of(long seed, int minutes, Minute each) {
        Traffic traffic = new Traffic(seed);
        return Dispersion.of(
                IntStream.range(0, minutes).mapToObj(i -> each.at(i, traffic)).toList());
    }

    @Test
    void independentErrors_haveNone() {
        for (long seed = 0; seed < 40; seed++) {
            assertThat(
                            of(
                                            seed,
                                            THREE_DAYS,
                                            (i, t) -> new BadOfTotal(t.errors(1_000, 0.005), 1_000))
                                    .factor())
                    .isBetween(1.0, 1.6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 10})
    void errorsThatComeTogether_countAsOne(int size) {
        Dispersion dispersion =
                of(
                        size,
                        THREE_DAYS,
                        (i, t) -> new BadOfTotal(size * t.errors(1_000, 0.005 / size), 1_000));
        assertThat(dispersion.factor()).isBetween(0.9 * size, 1.7 * size);
    }

    @Test
    void aBadMinuteThatIsFollowedByOthers_isSeenInLongBlocks() {
        ShockedRatio ratio = new ShockedRatio(0.005, 0.5, 0.9);
        Dispersion dispersion =
                of(3, THREE_DAYS, (i, t) -> new BadOfTotal(t.errors(1_000, ratio.next(t)), 1_000));
        assertThat(dispersion.blockSeconds()).isGreaterThanOrEqualTo(1_200);
        assertThat(dispersion.factor()).isGreaterThan(5);
    }

    @Test
    void theCourseOfADay_isNoDispersion() {
        Dispersion dispersion =
                of(
                        4,
                        THREE_DAYS,
                        (i, t) -> {
                            long requests = 600 + Math.round(500 * Math.sin(i * Math.TAU / 1440));
                            double ratio = 0.005 * (1 + 0.5 * Math.cos(i * Math.TAU / 1440));
                            return new BadOfTotal(t.errors(requests, ratio), requests);
                        });
        assertThat(dispersion.factor()).isLessThan(2);
    }

    @Test
    void oneOutage_isNotHowErrorsAlwaysCome() {
        Dispersion dispersion =
                of(
                        5,
                        THREE_DAYS,
                        (i, t) ->
                                new BadOfTotal(
                                        t.errors(1_000, i >= 1_000 && i < 1_020 ? 0.6 : 0.005),
                                        1_000));
        assertThat(dispersion.factor()).isLessThan(1.6);
    }

    @Test
    void littleHistory_saysNothing() {
        Minute any = (i, t) -> new BadOfTotal(t.errors(1_000, 0.005), 1_000);
        assertThat(of(1, 29, any)).isEqualTo(Dispersion.UNMEASURED);
        assertThat(of(1, 30, any).blocks()).isEqualTo(30);
        assertThat(of(1, THREE_DAYS, (i, t) -> new BadOfTotal(0, 1_000)))
                .isEqualTo(Dispersion.UNMEASURED);
        assertThat(of(1, THREE_DAYS, (i, t) -> new BadOfTotal(0, 0)))
                .isEqualTo(Dispersion.UNMEASURED);
    }

    /** Written anew, without streams: the minutes' estimate of a single stretch. */
    @Property
    void thirtyMinutes_areJudgedByNeighboursDifferences(
            @ForAll @Size(29) List<@LongRange(min = 0, max = 50) Long> bad,
            @ForAll @IntRange(min = 50, max = 1_000) int total) {
        // 29 given and the first once more: 30 blocks are three stretches.
        List<BadOfTotal> minutes =
                IntStream.range(0, 30)
                        .mapToObj(i -> new BadOfTotal(bad.get(i % 29), total))
                        .toList();
        double[] factors = new double[3];
        double sum = 0;
        for (int stretch = 0; stretch < 3; stretch++) {
            double squares = 0;
            double expected = 0;
            for (int i = 10 * stretch + 1; i < 10 * stretch + 10; i++) {
                long a = minutes.get(i - 1).bad();
                long b = minutes.get(i).bad();
                squares += (double) (a - b) * (a - b);
                expected += (a + b) * (1 - (a + b) / (2.0 * total));
            }
            factors[stretch] = expected > 0 ? squares / expected : 0;
        }
        for (BadOfTotal minute : minutes) {
            sum += minute.bad();
        }
        Arrays.sort(factors);
        double chance = 2 * Math.sqrt((3 + 30 / sum) / 30);
        Dispersion dispersion = Dispersion.of(minutes);
        if (factors[0] > 0 && Math.abs(factors[1] - 1 - chance) > 1e-9) {
            assertThat(dispersion.factor())
                    .isCloseTo(factors[1] > 1 + chance ? factors[1] : 1, within(1e-9));
        }
    }

    @Test
    void itIsKeptAsItWas() {
        Dispersion dispersion = new Dispersion(2.5, 300, 288);
        String json = BaselineHistory.write(Map.of("errors", dispersion));
        assertThat(BaselineHistory.read(json)).containsOnly(Map.entry("errors", dispersion));
    }

    @Test
    void lessThanIndependentErrors_isNothingToDivideBy() {
        assertThatThrownBy(() -> new Dispersion(0.9, 60, 30))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.9");
    }
}
