package io.sluice.collector.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.Indicator.Unit;
import io.sluice.definitions.model.Op;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

class SourceUnitTest {

    private static SourceUnit of(String symbol) {
        byte[] bytes = symbol.getBytes(StandardCharsets.UTF_8);
        return SourceUnit.of(bytes, 0, bytes.length);
    }

    @Test
    void units_areKnownByTheirSymbols_othersAreTakenAsTheyAre() {
        assertThat(of("ms")).isEqualTo(SourceUnit.MILLISECONDS);
        assertThat(of("s")).isEqualTo(SourceUnit.SECONDS);
        assertThat(of("min")).isEqualTo(SourceUnit.MINUTES);
        assertThat(of("USD").convert(3.5, Unit.MILLISECONDS)).isEqualTo(3.5);
        assertThat(of("").test(3.5, Op.LTE, 3.5, Unit.SECONDS)).isTrue();
        assertThat(of("ms").convert(3.5, Unit.NONE)).isEqualTo(3.5);
    }

    @Property
    void valueOnTheBound_isOnTheBound_inEitherUnit(
            @ForAll @IntRange(min = 1, max = 1_000_000) int millis) {
        double seconds = BigDecimal.valueOf(millis, 3).doubleValue();
        assertThat(SourceUnit.MILLISECONDS.test(millis, Op.LTE, seconds, Unit.SECONDS)).isTrue();
        assertThat(SourceUnit.MILLISECONDS.test(millis, Op.LT, seconds, Unit.SECONDS)).isFalse();
        assertThat(SourceUnit.SECONDS.test(seconds, Op.GTE, millis, Unit.MILLISECONDS)).isTrue();
        assertThat(SourceUnit.SECONDS.test(seconds, Op.GT, millis, Unit.MILLISECONDS)).isFalse();
        assertThat(SourceUnit.NANOSECONDS.test(millis * 1e6, Op.LTE, millis, Unit.MILLISECONDS))
                .isTrue();
        assertThat(SourceUnit.NANOSECONDS.test(millis * 1e6 + 1, Op.LTE, millis, Unit.MILLISECONDS))
                .isFalse();
    }
}
