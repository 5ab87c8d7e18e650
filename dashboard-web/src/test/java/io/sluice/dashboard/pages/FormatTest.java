package io.sluice.dashboard.pages;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/** What a number reads as. */
final class FormatTest {
    private static final Instant NOW = Instant.parse("2026-02-14T10:40:00Z");

    @ParameterizedTest
    @CsvSource({
        "0, 0, –",
        "5, 5, 100 %",
        "0, 5, 0 %",
        "999999999, 1000000000, 99.99999 %",
        "99953, 100000, 99.953 %",
        "999499, 1000000, 99.949 %",
        "9996, 10000, 99.960 %",
        "978, 1000, 97.8 %",
        "85, 100, 85 %",
        "1, 3, 33 %"
    })
    void goodShare_showsTwoDigitsOfWhatIsBad(long good, long total, String text) {
        assertThat(Format.goodShare(good, total)).isEqualTo(text);
    }

    @Property
    void goodShare_isNeverRoundedUp(
            @ForAll @LongRange(min = 1, max = 4_000_000_000L) long total,
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long bad) {
        long good = Math.max(0, total - bad);
        String text = Format.goodShare(good, total);
        BigDecimal shown = new BigDecimal(text.substring(0, text.length() - 2));

        BigDecimal exact =
                BigDecimal.valueOf(good)
                        .movePointRight(2)
                        .divide(BigDecimal.valueOf(total), MathContext.DECIMAL128);
        assertThat(shown).isLessThanOrEqualTo(exact);
        assertThat(text.equals("100 %")).isEqualTo(good == total);
    }

    @ParameterizedTest
    @CsvSource({"0.9995, 99.95 %", "0.99, 99 %", "0.999, 99.9 %", "0.5, 50 %", "0, 0 %"})
    void target_isExact(BigDecimal target, String text) {
        assertThat(Format.target(target)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0.658, 66 %",
        "0.042, 4.2 %",
        "0.0042, 0.42 %",
        "0.00042, 0.042 %",
        "0, 0 %",
        "-0.43, −43 %",
        "-1.2, −120 %",
        "0.0996, 10 %",
        "12.5, '1,250 %'"
    })
    void percent_hasTwoDigitsThatSaySomething(double share, String text) {
        assertThat(Format.percent(share)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.01, 1 %", "0.005, 0.5 %", "1, 100 %", "0.125, 12.5 %"})
    void chosenShare_isExact(double share, String text) {
        assertThat(Format.exactPercent(share)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "23.09, 23×",
        "2.44, 2.4×",
        "0.42, 0.42×",
        "0, 0×",
        "0.004, <0.01×",
        "0.004, <0.01×",
        "9.96, 10×",
        "1234.5, '1,235×'"
    })
    void times_hasTwoDigits(double factor, String text) {
        assertThat(Format.times(factor)).isEqualTo(text);
    }

    @Test
    void whatWasNotMeasured_isADash() {
        assertThat(Format.times(OptionalDouble.empty())).isEqualTo("–");
        assertThat(Format.percent(OptionalDouble.empty())).isEqualTo("–");
        assertThat(Format.badShare(0, 0)).isEqualTo("–");
    }

    @ParameterizedTest
    @CsvSource({
        "9999, '9,999'",
        "10000, 10 k",
        "294940, 295 k",
        "999499, 999 k",
        "999500, 1 M",
        "21394820, 21.4 M",
        "1938220000, 1.94 G"
    })
    void roughCount_hasThreeDigits(long count, String text) {
        assertThat(Format.roughly(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1023, 1023 B",
        "1024, 1 KiB",
        "48000, 46.9 KiB",
        "201326592, 192 MiB",
        "1342177280, 1.25 GiB",
        "1125899906842624, '1,024 TiB'"
    })
    void binaryBytes_areInPowersOf1024(long bytes, String text) {
        assertThat(Format.binaryBytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1249, '1,200'", "4300, '4,300'", "95, 95", "7, 7"})
    void estimate_hasTwoDigits(long count, String text) {
        assertThat(Format.about(count)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "581.2, ms, 581",
        "3204, ms, '3,204'",
        "4.5, min, 4.5",
        "1.2, min, 1.2",
        "0.3333333, per month, 0.333",
        "45, per month, 45",
        "99.2, %, 99.2",
        "99.97, %, 99.97",
        "70, %, 70",
        "0, USD, 0"
    })
    void value_hasAsManyDigitsAsItsUnitNeeds(double value, String unit, String text) {
        assertThat(Format.value(value, unit)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT59S, 59 s",
        "PT1M, 1 min",
        "PT2M5S, 2 min 5 s",
        "PT23M10S, 23 min",
        "PT1H, 1 h",
        "PT1H5M, 1 h 5 min",
        "P28D, 28 d",
        "PT76H, 3 d 4 h",
        "PT-5S, 0 s"
    })
    void duration_hasItsTwoLargestUnits(Duration duration, String text) {
        assertThat(Format.duration(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"PT125S, 2 min", "PT19H9M, 19 h", "PT76H, 3 d 4 h", "PT300H, 12 d", "PT12S, 12 s"})
    void roughDuration_isShorter(Duration duration, String text) {
        assertThat(Format.roughly(duration)).isEqualTo(text);
    }

    @Test
    void moment_saysTheDay_onceItIsLongAgo() {
        assertThat(Format.moment(NOW.minusSeconds(60), NOW)).isEqualTo("10:39:00");
        assertThat(Format.moment(NOW.minus(Duration.ofDays(8)), NOW)).isEqualTo("6 Feb, 10:40");
        assertThat(Format.moment(NOW.minus(Duration.ofDays(399)), NOW))
                .isEqualTo("11 Jan 2025, 10:40");
        assertThat(Format.ago(NOW.minusMillis(300), NOW)).isEqualTo("just now");
        assertThat(Format.ago(NOW.minusSeconds(12), NOW)).isEqualTo("12 s ago");
    }
}
