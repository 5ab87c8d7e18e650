package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.Sketch.Bucket;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.Random;

class QuantileSequenceTest {
    private static final double TAIL = 0.05;

    /** The P95 of a log-normal of median 1 and a spread of 0.6. */
    private static final double P95 = Math.exp(0.6 * 1.6448536);

    private static double[] durations(Random random, int number, double median) {
        return random.doubles(number)
                .map(_ -> median * Math.exp(0.6 * random.nextGaussian()))
                .toArray();
    }

    private static Sketch sketch(double... values) {
        Sketch sketch = new Sketch();
        Arrays.stream(values).forEach(sketch::add);
        return sketch;
    }

    private static QuantileSequence live(Sketch baseline, Sketch candidate) {
        return QuantileSequence.live(baseline, candidate, TAIL, Dispersion.UNMEASURED);
    }

    @Test
    void nothing_saysNothing() {
        QuantileSequence none = live(new Sketch(), new Sketch());
        assertThat(none.baseline().low()).isEmpty();
        assertThat(none.candidate().high()).isEmpty();
        assertThat(none.ratioLow()).isZero();
        assertThat(none.ratioHigh()).isEmpty();
        QuantileSequence stored =
                QuantileSequence.against(new Sketch(), new Sketch(), TAIL, Dispersion.UNMEASURED);
        assertThat(stored.ratioHigh()).isEmpty();
        assertThat(stored.ratioLow()).isZero();
    }

    /** Every end of a bucket, tried one by one on the values themselves. */
    @Property(tries = 50)
    void anEndIsTheLastBucketThatTheBetsRuleOut(@ForAll Random random) {
        double[] values = durations(random, 200 + random.nextInt(3_000), 100);
        Sketch sketch = sketch(values);
        OptionalDouble low = OptionalDouble.empty();
        OptionalDouble high = OptionalDouble.empty();
        for (Bucket bucket : sketch.buckets()) {
            double end = bucket.upper();
            // Within a rounding of the bucket's end there is no value.
            double above = Arrays.stream(values).filter(v -> v > end * (1 + 1e-12)).count();
            double needed = Math.log(40);
            if (GridMixture.WORSE.logRatio(above, values.length, TAIL) >= needed) {
                low = OptionalDouble.of(end);
            }
            if (high.isEmpty()
                    && GridMixture.BETTER.logRatio(above, values.length, TAIL) >= needed) {
                high = OptionalDouble.of(end);
            }
        }
        QuantileSequence sequence = live(sketch, sketch);
        assertThat(sequence.candidate()).isEqualTo(new Explanation.Bounds(low, high));
        assertThat(sequence.baseline()).isEqualTo(sequence.candidate());
    }

    /** Of 200 simulated cutovers each looked at ten times, few may ever exclude the truth. */
    @Test
    void theTruthIsWithin_atAllLooksTogether() {
        Random random = new Random(7);
        int values = 0;
        int ratios = 0;
        for (int run = 0; run < 200; run++) {
            Sketch baseline = new Sketch();
            Sketch candidate = new Sketch();
            boolean valueMissed = false;
            boolean ratioMissed = false;
            for (int look = 0; look < 10; look++) {
                baseline.merge(sketch(durations(random, 300, 100)));
                candidate.merge(sketch(durations(random, 150, 120)));
                QuantileSequence now = live(baseline, candidate);
                valueMissed |= isOutside(now.candidate(), 120 * P95);
                ratioMissed |= now.ratioLow() > 1.2 || now.ratioHigh().orElse(2) < 1.2;
            }
            values += valueMissed ? 1 : 0;
            ratios += ratioMissed ? 1 : 0;
        }
        // 5 % are allowed; 200 runs at 5 % miss 20 or more times once in 300 tries.
        assertThat(values).isLessThan(20);
        assertThat(ratios).isLessThan(20);
    }

    private static boolean isOutside(Explanation.Bounds bounds, double truth) {
        return bounds.low().orElse(0) > truth
                || bounds.high().orElse(Double.POSITIVE_INFINITY) < truth;
    }

    @Test
    void enoughValues_narrowIt_andDispersionWidensIt() {
        Random random = new Random(3);
        Sketch baseline = sketch(durations(random, 20_000, 100));
        Sketch candidate = sketch(durations(random, 20_000, 100));
        QuantileSequence sure = live(baseline, candidate);
        assertThat(sure.ratioLow()).isBetween(0.85, 1.0);
        assertThat(sure.ratioHigh().orElseThrow()).isBetween(1.0, 1.18);
        assertThat(sure.candidate().low().orElseThrow()).isBetween(90 * P95, 100 * P95);
        assertThat(sure.candidate().high().orElseThrow()).isBetween(100 * P95, 110 * P95);
        QuantileSequence bursts =
                QuantileSequence.live(baseline, candidate, TAIL, new Dispersion(4, 60, 100));
        assertThat(bursts.ratioLow()).isLessThan(sure.ratioLow());
        assertThat(bursts.candidate().low().orElseThrow())
                .isLessThan(sure.candidate().low().orElseThrow());
        QuantileSequence stored =
                QuantileSequence.against(baseline, candidate, TAIL, Dispersion.UNMEASURED);
        assertThat(stored.ratioLow()).isBetween(0.8, 1.0);
        assertThat(stored.ratioHigh().orElseThrow()).isBetween(1.0, 1.25);
    }

    @Test
    void theDesk_explainsQuantiles_beforeAndAfterTheBaselineIsGone() {
        Random random = new Random(5);
        Rehearsal rehearsal =
                new Rehearsal(
                        Fixtures.measures(
                                Fixtures.cutover()
                                        .metric("errors")
                                        .quantile("p95", "0.95", false, 1.5, 1.1)
                                        .step(0.1, 2, 1.2)
                                        .step(1, 2, 1.2)
                                        .build()));
        rehearsal.startRun();
        rehearsal.step(1, 0, 0.1);
        for (int i = 0; i < 30; i++) {
            rehearsal.values("p95", "/a", Side.BASELINE, sketch(durations(random, 450, 100)));
            rehearsal.values("p95", "/a", Side.CANDIDATE, sketch(durations(random, 50, 100)));
            rehearsal.tenSeconds(4, 450, 0, 50);
        }
        assertThat(quantile(rehearsal).baseline()).isEqualTo(Explanation.Baseline.LIVE);
        assertHasTheTruth(quantile(rehearsal));
        rehearsal.step(1, 1, 1);
        for (int i = 0; i < 10; i++) {
            rehearsal.values("p95", "/a", Side.CANDIDATE, sketch(durations(random, 500, 100)));
            rehearsal.tenSeconds(0, 0, 4, 500);
        }
        assertThat(quantile(rehearsal).baseline()).isEqualTo(Explanation.Baseline.EARLIER_STEPS);
        assertHasTheTruth(quantile(rehearsal));
    }

    private static void assertHasTheTruth(Explanation.Metric metric) {
        assertThat(metric.ratioLow()).isBetween(0.5, 1.0);
        assertThat(metric.ratioHigh().orElseThrow()).isBetween(1.0, 2.0);
        Explanation.Quantile quantile = metric.quantile().orElseThrow();
        assertThat(isOutside(quantile.baseline(), 100 * P95)).isFalse();
        assertThat(isOutside(quantile.candidate(), 100 * P95)).isFalse();
        assertThat(quantile.candidate().high()).isPresent();
    }

    private static Explanation.Metric quantile(Rehearsal rehearsal) {
        return rehearsal
                .desk
                .explain("orders", OptionalDouble.empty(), rehearsal.now)
                .orElseThrow()
                .metrics()
                .getLast();
    }
}
