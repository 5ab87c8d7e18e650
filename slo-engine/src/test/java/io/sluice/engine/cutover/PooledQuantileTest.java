package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.series.Sketch;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.Random;
import java.util.TreeSet;

/** Against all values that a quantile may have, tried one by one on the values themselves. */
class PooledQuantileTest {

    private static double[] durations(Random random, int number, double median) {
        return random.doubles(number)
                .map(_ -> median * Math.exp(0.6 * random.nextGaussian()))
                .toArray();
    }

    private static Sketch sketch(double... values) {
        Sketch sketch = new Sketch();
        for (double value : values) {
            sketch.add(value);
        }
        return sketch;
    }

    private static double atLeast(double[] values, double bound) {
        double n = 0;
        for (double value : values) {
            n += value >= bound ? 1 : 0;
        }
        return n;
    }

    private static double above(double[] values, double bound) {
        double n = 0;
        for (double value : values) {
            n += value > bound ? 1 : 0;
        }
        return n;
    }

    private static double both(double one, double other) {
        return Math.log1p(Math.exp(one)) + Math.log1p(Math.exp(other)) - Math.log(4);
    }

    /** What exact values prove: the lowest product over every place where q may be. */
    private static double exactly(
            double[] b, double[] c, double tail, double margin, boolean worse) {
        TreeSet<Double> places = new TreeSet<>();
        places.add(-1.0);
        places.add(1e9);
        for (double value : b) {
            places.add(value);
            places.add(Math.nextUp(value));
            places.add(Math.nextDown(value));
        }
        for (double value : c) {
            places.add(value / margin);
            places.add(Math.nextUp(value / margin));
            places.add(Math.nextDown(value / margin));
        }
        double lowest = Double.POSITIVE_INFINITY;
        for (double q : places) {
            double ofB =
                    worse
                            ? GridMixture.BETTER.logRatio(atLeast(b, q), b.length, tail)
                            : GridMixture.WORSE.logRatio(above(b, q), b.length, tail);
            double ofC =
                    worse
                            ? GridMixture.WORSE.logRatio(above(c, q * margin), c.length, tail)
                            : GridMixture.BETTER.logRatio(atLeast(c, q * margin), c.length, tail);
            lowest = Math.min(lowest, both(ofB, ofC));
        }
        return lowest;
    }

    @Property(tries = 60)
    void roundedOutward_itNeverSaysMoreThanTheValuesThemselves(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 150) int baseline,
            @ForAll @IntRange(min = 1, max = 150) int candidate,
            @ForAll @DoubleRange(min = 0.5, max = 2) double times) {
        double[] b = durations(random, baseline, 100);
        double[] c = durations(random, candidate, 100 * times);
        for (double tail : new double[] {0.5, 0.1}) {
            double over = PooledQuantile.thatItIsOver(sketch(b), sketch(c), tail, 1.1, 1);
            double under = PooledQuantile.thatItIsUnder(sketch(b), sketch(c), tail, 1.25, 1);
            assertThat(over).isLessThanOrEqualTo(exactly(b, c, tail, 1.1, true) + 1e-9);
            assertThat(under).isLessThanOrEqualTo(exactly(b, c, tail, 1.25, false) + 1e-9);
        }
    }

    /** The same sketches, every place of theirs in turn, none left out. */
    private static double everyPlace(
            TailCounts b, TailCounts c, double tail, double margin, boolean worse) {
        double lowest = Double.POSITIVE_INFINITY;
        TreeSet<Double> edges = new TreeSet<>();
        edges.add(Double.NEGATIVE_INFINITY);
        edges.add(Double.MAX_VALUE);
        for (int i = 0; i < b.buckets(); i++) {
            edges.add(b.lower(i));
            edges.add(b.upper(i));
        }
        Double from = null;
        for (double to : edges) {
            if (from != null) {
                double ofB =
                        worse
                                ? GridMixture.BETTER.logRatio(b.surelyAbove(from), b.count(), tail)
                                : GridMixture.WORSE.logRatio(b.surelyAbove(to), b.count(), tail);
                double ofC =
                        worse
                                ? GridMixture.WORSE.logRatio(
                                        c.surelyAbove(to * margin), c.count(), tail)
                                : GridMixture.BETTER.logRatio(
                                        c.possiblyAbove(from * margin), c.count(), tail);
                lowest = Math.min(lowest, both(ofB, ofC));
            }
            from = to;
        }
        return lowest;
    }

    @Property(tries = 150)
    void theSearchLeavesNoPlaceOut(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 400) int baseline,
            @ForAll @IntRange(min = 1, max = 400) int candidate,
            @ForAll @DoubleRange(min = 0.2, max = 5) double times,
            @ForAll @DoubleRange(min = 1, max = 3) double margin) {
        Sketch b = sketch(durations(random, baseline, 100));
        Sketch c = sketch(durations(random, candidate, 100 * times));
        for (double tail : new double[] {0.5, 0.05, 0.01}) {
            assertThat(PooledQuantile.thatItIsOver(b, c, tail, margin, 1))
                    .isCloseTo(
                            everyPlace(new TailCounts(b), new TailCounts(c), tail, margin, true),
                            within(1e-9));
            assertThat(PooledQuantile.thatItIsUnder(b, c, tail, margin, 1))
                    .isCloseTo(
                            everyPlace(new TailCounts(b), new TailCounts(c), tail, margin, false),
                            within(1e-9));
        }
    }

    @Test
    void withoutValuesOnEitherSide_thereIsNoEvidence() {
        assertThat(PooledQuantile.thatItIsOver(new Sketch(), sketch(1, 2), 0.5, 1, 1)).isZero();
        assertThat(PooledQuantile.thatItIsUnder(sketch(1, 2), new Sketch(), 0.5, 1, 1)).isZero();
    }

    @Test
    void dispersion_takesThatManyTimesTheValues() {
        Random random = new Random(7);
        Sketch b = sketch(durations(random, 4_000, 100));
        Sketch c = sketch(durations(random, 4_000, 150));
        double independent = PooledQuantile.thatItIsOver(b, c, 0.05, 1, 1);
        double inFours = PooledQuantile.thatItIsOver(b, c, 0.05, 1, 4);
        assertThat(inFours).isPositive().isLessThan(independent / 2.5);
    }
}
