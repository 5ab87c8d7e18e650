package io.sluice.engine.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.Op;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;

class WindowCountsTest {
    private static final BigDecimal THREE_NINES = new BigDecimal("0.999");

    private static WindowCounts counts(long good, long total) {
        return new WindowCounts(1000 * good, 1000 * total, 0, 1);
    }

    @Test
    void rateThatEqualsTheThreshold_isNotAboveIt() {
        // 144 of 10,000 at 99.9 % burns at exactly 14.4, which binary fractions get wrong.
        WindowCounts counts = counts(9_856, 10_000);

        assertThat(counts.burns(Op.GT, 14.4, THREE_NINES)).isFalse();
        assertThat(counts.burns(Op.GTE, 14.4, THREE_NINES)).isTrue();
        assertThat(counts(9_855, 10_000).burns(Op.GT, 14.4, THREE_NINES)).isTrue();
    }

    @Test
    void targetThatIsJustReached_isMet() {
        assertThat(counts(999, 1000).meets(THREE_NINES)).isTrue();
        assertThat(counts(998, 1000).meets(THREE_NINES)).isFalse();
    }

    @Test
    void nothing_burnsNothingAndHasNoRate() {
        assertThat(counts(0, 0).burns(Op.GTE, 0, THREE_NINES)).isFalse();
        assertThat(counts(0, 0).burnRate(THREE_NINES)).isEmpty();
        assertThat(counts(0, 0).isMeasured()).isFalse();
        assertThat(new WindowCounts(0, 0, 1, 6).isMeasured()).isTrue();
    }

    @Test
    void partThatArrivedBeforeItsTotal_countsNoMoreThanTheTotal() {
        assertThat(counts(5, 3).bad()).isZero();
        assertThat(counts(-2, 3).goodCount()).isZero();
    }

    @Test
    void allowance_isTheBudgetToTheLastDigit() {
        assertThat(counts(0, 10_080).allowed(new BigDecimal("0.9995"))).isEqualTo(5.04);
    }
}
