package io.sluice.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.Indicator.Unit;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.WindowSum;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;

class ExactSumTest {
    private static final SeriesKey BILLS = new SeriesKey("bills", "");
    private static final long NOW = 1_800_000_000L / 3600 * 3600;
    private static final long KEPT = 400L * 24 * 3600;

    private SeriesTable series = new SeriesTable();
    private long taken;

    /** A property's tries share one instance while they shrink. */
    private void begin() {
        series = new SeriesTable();
        taken = 0;
    }

    private void take(double value, long second) {
        long steps = ExactSum.steps(value, Unit.NONE);
        if (steps != ExactSum.NOT_TAKEN) {
            taken++;
            series.add(
                    BILLS,
                    second / 10 * 10,
                    1,
                    1,
                    ExactSum.goodThousandths(steps),
                    ExactSum.totalThousandths(steps),
                    null,
                    NOW);
        }
    }

    private OptionalDouble mean(long values) {
        WindowSum sum = series.sum(BILLS.measure(), NOW - 2 * KEPT, NOW + 3600);
        assertThat(sum.bad()).isZero();
        return ExactSum.mean(sum, values, Unit.NONE);
    }

    /** Amounts as people write them, of all sizes, with up to six decimals. */
    @Provide
    Arbitrary<BigDecimal> amounts() {
        return Arbitraries.oneOf(
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-1e9"), new BigDecimal("1e9"))
                        .ofScale(6),
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-0.01"), new BigDecimal("0.01"))
                        .ofScale(6),
                Arbitraries.bigDecimals()
                        .between(BigDecimal.ZERO, new BigDecimal("100000"))
                        .ofScale(2));
    }

    @Property(tries = 500)
    void theMeanIsThatOfTheDecimals_howeverOldTheyAre_andStoredOrNot(
            @ForAll @Size(min = 1, max = 60) List<@From("amounts") BigDecimal> amounts,
            @ForAll long seed) {
        begin();
        BigDecimal sum = BigDecimal.ZERO;
        Random random = new Random(seed);
        for (BigDecimal amount : amounts) {
            take(amount.doubleValue(), NOW - random.nextLong(KEPT - 7200));
            sum = sum.add(amount);
        }
        double expected =
                sum.divide(BigDecimal.valueOf(amounts.size()), MathContext.DECIMAL128)
                        .doubleValue();
        assertThat(taken).isEqualTo(amounts.size());
        assertThat(mean(amounts.size())).hasValue(expected);

        SeriesTable reopened = new SeriesTable();
        series.drainDirty().forEach(reopened::load);
        reopened.compact(NOW + 3600);
        assertThat(
                        ExactSum.mean(
                                reopened.sum(BILLS.measure(), NOW - 2 * KEPT, NOW + 3600),
                                amounts.size(),
                                Unit.NONE))
                .hasValue(expected);
    }

    @Property(tries = 2000)
    void aValueThatIsTaken_isWithinHalfAStep_andAMillionthOfItself(@ForAll double value) {
        for (Unit unit : Unit.values()) {
            long steps = ExactSum.steps(value, unit);
            if (steps != ExactSum.NOT_TAKEN) {
                BigDecimal scale = new BigDecimal(unit == Unit.SECONDS ? "1e9" : "1e6");
                BigDecimal off =
                        new BigDecimal(value)
                                .multiply(scale)
                                .subtract(BigDecimal.valueOf(steps))
                                .abs();
                assertThat(off).isLessThanOrEqualTo(new BigDecimal("0.75"));
                assertThat(off.doubleValue())
                        .isLessThanOrEqualTo(1.0001e-6 * Math.abs(value) * scale.doubleValue());
            }
        }
    }

    @Property
    void aDurationIsTakenToTheNanosecond(@ForAll("nanos") long nanos) {
        assertThat(ExactSum.steps(nanos / 1e6, Unit.MILLISECONDS)).isEqualTo(nanos);
        assertThat(ExactSum.steps(nanos / 1e9, Unit.SECONDS)).isEqualTo(nanos);
    }

    @Provide
    Arbitrary<Long> nanos() {
        return Arbitraries.longs().between(0, ExactSum.MOST_STEPS);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                1_000_000_001,
                -1e10,
                Double.MAX_VALUE,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                0.0000001,
                0.0012345678,
                Double.MIN_VALUE
            })
    void whatIsTooLargeOrTooFine_isNotTaken_andThenThereIsNoMean(double value) {
        assertThat(ExactSum.steps(value, Unit.NONE)).isEqualTo(ExactSum.NOT_TAKEN);
        take(value, NOW);
        take(3, NOW);
        assertThat(mean(2)).isEmpty();
        assertThat(mean(1)).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {0, -0.0, 1_000_000_000, -1_000_000_000, 0.000001, 0.5000000001, 1 / 3.0})
    void allElse_isTaken(double value) {
        take(value, NOW);
        assertThat(mean(1).orElseThrow())
                .isEqualTo(new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).doubleValue());
    }

    @Test
    void billionsADayForAYear_doNotOverflow() {
        long values = ExactSum.MOST_VALUES;
        for (long steps : new long[] {ExactSum.MOST_STEPS, -ExactSum.MOST_STEPS}) {
            WindowSum sum =
                    new WindowSum(
                            values,
                            values,
                            Math.multiplyExact(values, ExactSum.goodThousandths(steps)),
                            Math.multiplyExact(values, ExactSum.totalThousandths(steps)));
            assertThat(ExactSum.mean(sum, values, Unit.NONE)).hasValue(steps / 1e6);
        }
        assertThat(
                        ExactSum.mean(
                                new WindowSum(values + 1, values + 1, 0, 0), values + 1, Unit.NONE))
                .isEmpty();
    }

    @Test
    void nothing_hasNoMean() {
        assertThat(mean(0)).isEmpty();
    }
}
