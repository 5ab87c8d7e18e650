package io.sluice.engine.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.series.Sketch.Bucket;
import io.sluice.engine.series.Sketch.Range;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Positive;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;

class SketchTest {
    /** {@code (base - 1) / (base + 1)} for {@code base = 2^(1/32)}, and rounding. */
    private static final double ERROR = 0.010831;

    @Test
    void emptySketch_knowsNothing() {
        Sketch sketch = new Sketch();

        assertThat(sketch.count()).isZero();
        assertThat(sketch.quantile(0.5)).isEmpty();
        assertThat(sketch.mean()).isEmpty();
        assertThat(sketch.buckets()).isEmpty();
        assertThat(sketch.countAtMost(1)).isEqualTo(new Range(0, 0));
    }

    @Property(tries = 300)
    void quantile_isTheValueOfItsRankWithinTheError(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 3000) int n,
            @ForAll @DoubleRange(max = 1) double q) {
        Random random = new Random(seed);
        double[] values = new double[n];
        Sketch sketch = new Sketch();
        for (int i = 0; i < n; i++) {
            // Ten powers of two: the finest scale holds them all.
            values[i] = 0.001 * Math.pow(2, 9.9 * random.nextDouble());
            sketch.add(values[i]);
        }
        Arrays.sort(values);

        double exact = values[(int) Math.max(1, Math.ceil(q * n)) - 1];

        assertThat(sketch.scale()).isEqualTo(Sketch.MAX_SCALE);
        assertThat(sketch.quantile(q).orElseThrow()).isCloseTo(exact, within(exact * ERROR));
        double mean = Arrays.stream(values).average().orElseThrow();
        assertThat(sketch.mean().orElseThrow()).isCloseTo(mean, within(mean * ERROR));
    }

    @Property
    void everyValue_liesInItsBucket(@ForAll @Positive double value) {
        Sketch sketch = new Sketch();
        sketch.add(value);

        Bucket bucket = sketch.buckets().getFirst();

        if (value >= Double.MIN_NORMAL) {
            assertThat(value).isGreaterThan(bucket.lower()).isLessThanOrEqualTo(bucket.upper());
        } else {
            assertThat(bucket.upper()).isEqualTo(Double.MIN_NORMAL);
        }
    }

    /**
     * The reference is exact: the value's mantissa to the 32nd against the bounds to the 32nd,
     * powers of two.
     */
    @Property
    void index_isExactEvenBesideABound(
            @ForAll @IntRange(min = -1000, max = 1000) int exponent,
            @ForAll @IntRange(max = 31) int sub,
            @ForAll @IntRange(min = -2, max = 2) int ulps) {
        double value = Math.scalb(Math.pow(2, sub / 32.0), exponent);
        for (int i = 0; i < Math.abs(ulps); i++) {
            value = ulps < 0 ? Math.nextDown(value) : Math.nextUp(value);
        }
        int inPower = ExponentialScale.index(value) - 32 * Math.getExponent(value);

        BigDecimal mantissa = new BigDecimal(Math.scalb(value, -Math.getExponent(value))).pow(32);
        assertThat(mantissa.compareTo(powerOfTwo(inPower)))
                .as("above the lower bound")
                .isPositive();
        assertThat(mantissa.compareTo(powerOfTwo(inPower + 1)))
                .as("at most the upper bound")
                .isNotPositive();
    }

    private static BigDecimal powerOfTwo(int exponent) {
        return exponent < 0 ? BigDecimal.valueOf(0.5) : BigDecimal.TWO.pow(exponent);
    }

    @Property(tries = 200)
    void merge_givesTheSameWhateverTheOrder(
            @ForAll long seed, @ForAll @IntRange(max = 2000) int n) {
        Random random = new Random(seed);
        Sketch whole = new Sketch();
        Sketch[] parts = {new Sketch(), new Sketch(), new Sketch()};
        for (int i = 0; i < n; i++) {
            // Far more than 320 buckets, some values at or below zero.
            double value =
                    random.nextInt(10) == 0
                            ? -random.nextInt(2)
                            : Math.exp(20 * random.nextGaussian());
            whole.add(value);
            parts[random.nextInt(3)].add(value);
        }
        Sketch forth = new Sketch();
        forth.merge(parts[0]);
        forth.merge(parts[1]);
        forth.merge(parts[2]);
        Sketch back = new Sketch();
        parts[1].merge(parts[0]);
        back.merge(parts[2]);
        back.merge(parts[1]);

        assertThat(forth).isEqualTo(whole).isEqualTo(back).hasSameHashCodeAs(back);
        assertThat(forth.encode()).isEqualTo(whole.encode());
        assertThat(whole.count()).isEqualTo(n);
        assertThat(whole.buckets().size()).isLessThanOrEqualTo(Sketch.MAX_BUCKETS + 1);
        assertThat(whole.buckets().stream().mapToLong(Bucket::count).sum()).isEqualTo(n);
        assertThat(Sketch.decode(whole.encode())).isEqualTo(whole);
    }

    @Test
    void sketchMergedIntoItself_isTwice() {
        Sketch sketch = new Sketch();
        sketch.add(0);
        sketch.add(3, 2);
        sketch.merge(sketch);

        Sketch twice = new Sketch();
        twice.add(0, 2);
        twice.add(3, 4);
        assertThat(sketch).isEqualTo(twice);
        assertThat(sketch.count()).isEqualTo(6);
    }

    @Test
    void tooManyBuckets_halveTheScaleAndKeepTheCounts() {
        Sketch sketch = new Sketch();
        for (int i = 0; i < Sketch.MAX_BUCKETS; i++) {
            sketch.addBucket(5, i, 1);
        }
        assertThat(sketch.scale()).isEqualTo(5);

        sketch.addBucket(5, Sketch.MAX_BUCKETS, 1);

        assertThat(sketch.scale()).isEqualTo(4);
        assertThat(sketch.count()).isEqualTo(Sketch.MAX_BUCKETS + 1);
        assertThat(sketch.buckets()).hasSize(161);
    }

    @Test
    void wholeRangeOfDoubles_fits() {
        Sketch sketch = new Sketch();
        for (double value = Double.MIN_NORMAL; value < Double.MAX_VALUE / 2; value *= 1.5) {
            sketch.add(value);
        }
        sketch.add(Double.MAX_VALUE);
        sketch.add(Double.MIN_VALUE);

        assertThat(sketch.buckets().size()).isBetween(Sketch.MAX_BUCKETS / 4, Sketch.MAX_BUCKETS);
        assertThat(sketch.buckets())
                .allSatisfy(
                        bucket ->
                                assertThat(bucket.upper())
                                        .isGreaterThan(bucket.lower())
                                        .isFinite());
        assertThat(sketch.quantile(1).orElseThrow()).isFinite();
        assertThat(Sketch.decode(sketch.encode())).isEqualTo(sketch);
    }

    @Test
    void valuesAtOrBelowZero_shareABucketWhoseValueIsZero() {
        Sketch sketch = new Sketch();
        sketch.add(-5);
        sketch.add(0);
        sketch.add(8);

        assertThat(sketch.quantile(0.5)).hasValue(0);
        assertThat(sketch.quantile(1).orElseThrow()).isCloseTo(8, within(8 * ERROR));
        assertThat(sketch.buckets().getFirst()).isEqualTo(new Bucket(0, 0, 2));
        assertThat(sketch.countAtMost(0)).isEqualTo(new Range(2, 2));
        assertThat(sketch.countAtMost(-1)).isEqualTo(new Range(0, 2));
    }

    @Test
    void countAtMost_isExactAtABoundAndAnIntervalWithinABucket() {
        Sketch sketch = new Sketch();
        sketch.add(1, 10);
        sketch.add(2, 20);
        sketch.add(2.01, 40);

        assertThat(sketch.countAtMost(2)).isEqualTo(new Range(30, 30));
        assertThat(sketch.countAtMost(2.01)).isEqualTo(new Range(30, 70));
        assertThat(sketch.countAtMost(4)).isEqualTo(new Range(70, 70));
        assertThat(sketch.countAtMost(Double.POSITIVE_INFINITY)).isEqualTo(new Range(70, 70));
    }

    @ParameterizedTest(name = "scale {0} index {1} covers ({2}, {3}]")
    @CsvSource({
        "5, 0, 1, 1.0218971486541166",
        "5, 31, 1.9571441241754002, 2",
        "0, 0, 1, 2",
        "0, -1, 0.5, 1",
        "-1, 1, 4, 16",
        "3, 8, 2, 2.1810154653305154"
    })
    void bucketOfAnOpenTelemetryHistogram_hasItsBounds(
            int scale, int index, double lower, double upper) {
        Sketch sketch = new Sketch();
        sketch.addBucket(scale, index, 3);

        Bucket bucket = sketch.buckets().getFirst();

        assertThat(bucket.count()).isEqualTo(3);
        assertThat(bucket.lower()).isCloseTo(lower, within(1e-15 * lower));
        assertThat(bucket.upper()).isCloseTo(upper, within(1e-15 * upper));
    }

    @Test
    void bucketOfAFinerHistogram_joinsOurs() {
        Sketch sketch = new Sketch();
        sketch.addBucket(7, 4 * 10, 1);
        sketch.addBucket(7, 4 * 10 + 3, 1);
        sketch.addBucket(7, -1, 1);

        Sketch expected = new Sketch();
        expected.addBucket(5, 10, 2);
        expected.addBucket(5, -1, 1);
        assertThat(sketch).isEqualTo(expected);
    }

    @Test
    void bucketOfACoarserHistogram_makesTheSketchAsCoarse() {
        Sketch sketch = new Sketch();
        sketch.add(1.5);
        sketch.addBucket(0, 0, 1);

        assertThat(sketch.scale()).isZero();
        assertThat(sketch.buckets()).containsExactly(new Bucket(1, 2, 2));
    }

    @Test
    void nonsense_isRefusedAndChangesNothing() {
        Sketch sketch = new Sketch();
        sketch.add(1);
        byte[] before = sketch.encode();

        assertThatIllegalArgumentException().isThrownBy(() -> sketch.add(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.add(Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.add(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.addBucket(21, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.addBucket(-11, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.addBucket(0, 1024, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.addBucket(0, 0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.quantile(1.01));
        assertThatIllegalArgumentException().isThrownBy(() -> sketch.quantile(Double.NaN));
        assertThatThrownBy(() -> sketch.add(1, Long.MAX_VALUE))
                .isInstanceOf(ArithmeticException.class);
        sketch.add(1, 0);
        sketch.addBucket(0, 0, 0);

        assertThat(sketch.encode()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1_200_000_000})
    void indexBelowAllDoubles_countsAsTheSmallest(int index) {
        Sketch sketch = new Sketch();
        sketch.addBucket(20, index, 1);

        assertThat(sketch.buckets().getFirst().upper()).isEqualTo(Double.MIN_NORMAL);
    }

    @Property(tries = 2000)
    void hostileBytes_areReadOrRefused(@ForAll @Size(max = 40) byte[] bytes) {
        try {
            Sketch sketch = Sketch.decode(bytes);
            assertThat(Sketch.decode(sketch.encode())).isEqualTo(sketch);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("corrupt blob");
        }
    }

    @Property(tries = 500)
    void damagedBytes_areReadOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        Sketch sketch = new Sketch();
        for (int i = 0; i < 50; i++) {
            sketch.add(Math.exp(random.nextGaussian()));
        }
        byte[] bytes = sketch.encode();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        byte[] damaged = Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
        try {
            Sketch read = Sketch.decode(damaged);
            assertThat(read.buckets().stream().mapToLong(Bucket::count).sum())
                    .isEqualTo(read.count());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("corrupt blob");
        }
    }
}
