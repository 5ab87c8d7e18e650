package io.sluice.engine.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.ResultsTable.Improvement;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImprovementsTest {

    @ParameterizedTest
    @CsvSource({
        "3200, 580, PERCENT, down 82 %",
        "4.5, 1.2, PERCENT, down 73 %",
        "3000, 35000, PERCENT, 'up 1,067 %'",
        "70500, 36200, PERCENT, down 49 %",
        "99.2, 99.97, PERCENTAGE_POINTS, up 0.77 percentage points",
        "99.97, 99.2, PERCENTAGE_POINTS, down 0.77 percentage points",
        "100, 100.4, PERCENT, unchanged",
        "200, 201, PERCENT, up 1 %",
        "0, 5, PERCENT,",
        "1, 2, NONE,"
    })
    void changesAreRoundedAsTheTableRoundsThem(
            double before, double after, Improvement improvement, String words) {
        assertThat(Improvements.between(before, after, improvement).orElse(null)).isEqualTo(words);
    }
}
