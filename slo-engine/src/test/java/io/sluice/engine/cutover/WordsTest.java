package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class WordsTest {

    @ParameterizedTest
    @CsvSource({
        "1, 2310, '0.043 % of 2,310'",
        "163, 20114, '0.81 % of 20,114'",
        "0, 500, 0 % of 500",
        "500, 500, 100 % of 500",
        "1, 3, 33.33 % of 3",
        "1, 2000000, '0.00005 % of 2,000,000'",
        "0, 0, no share of 0"
    })
    void sharesKeepTheDigitsThatSaySomething(long bad, long total, String words) {
        assertThat(Words.share(bad, total)).isEqualTo(words);
    }

    @Test
    void whatIsNoShare_isSaidByItsName() {
        assertThat(Words.percent(Double.NaN)).isEqualTo("NaN");
        assertThat(Words.percent(Double.POSITIVE_INFINITY)).isEqualTo("Infinity");
    }

    @Test
    void timesHaveTheUnitThatPeopleUse() {
        assertThat(Words.time(Duration.ofSeconds(90))).isEqualTo("90 s");
        assertThat(Words.time(Duration.ofMinutes(1))).isEqualTo("60 s");
        assertThat(Words.time(Duration.ofMinutes(10))).isEqualTo("10 min");
        assertThat(Words.time(Duration.ofHours(24))).isEqualTo("24 h");
    }

    @Test
    void marginsAreFactors() {
        assertThat(Words.margin(3.0)).isEqualTo("x3");
        assertThat(Words.margin(1.25)).isEqualTo("x1.25");
    }
}
