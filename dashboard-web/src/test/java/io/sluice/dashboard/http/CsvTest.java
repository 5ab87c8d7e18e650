package io.sluice.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Optional;
import java.util.OptionalDouble;

/** Rows that every spreadsheet takes as they are meant. */
final class CsvTest {
    @Test
    void numbers_haveNoExponent_howeverTheyAreGiven() {
        assertThat(
                        Csv.of("a", "b", "c", "d")
                                .row(1e-5, Optional.of(1e10), OptionalDouble.of(1e-7), 12L)
                                .toString())
                .isEqualTo("a,b,c,d\r\n0.000010,10000000000,0.00000010,12\r\n");
    }

    @Test
    void whatIsNoNumber_isEmpty() {
        assertThat(
                        Csv.of("a", "b", "c")
                                .row(
                                        Double.NaN,
                                        Optional.of(Double.POSITIVE_INFINITY),
                                        OptionalDouble.of(Double.NEGATIVE_INFINITY))
                                .toString())
                .isEqualTo("a,b,c\r\n,,\r\n");
    }
}
