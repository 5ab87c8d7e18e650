package io.sluice.dashboard.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.results.Results;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

class ResultsTextTest {
    private static final Results SHOPFLOW =
            new Results(
                    "shopflow",
                    new Results.Period(
                            Optional.of(Instant.parse("2025-01-04T00:00:00Z")),
                            Optional.of(Instant.parse("2025-02-01T00:00:00Z"))),
                    new Results.Period(Optional.empty(), Optional.empty()),
                    List.of(
                            row("page load time (P99)", "ms", 3200, 580, "down 82 %"),
                            row("checkout completion time", "min", 4.5, 1.2, "down 73 %"),
                            row("concurrent users", "", 3000, 35000, "up 1,067 %"),
                            row("availability", "%", 99.2, 99.97, "up 0.77 percentage points"),
                            new Results.Row(
                                    "a|b, \"c\"",
                                    "USD",
                                    OptionalDouble.empty(),
                                    OptionalDouble.of(0.123456),
                                    Optional.empty(),
                                    Optional.of("before: needs 7 days of data, has 2 h"))));

    private static Results.Row row(
            String metric, String unit, double before, double after, String improvement) {
        return new Results.Row(
                metric,
                unit,
                OptionalDouble.of(before),
                OptionalDouble.of(after),
                Optional.of(improvement),
                Optional.empty());
    }

    @Test
    void markdown() {
        assertThat(ResultsText.markdown(SHOPFLOW))
                .isEqualTo(
                        """
                        # shopflow: before and after

                        Before: 2025-01-04T00:00:00Z to 2025-02-01T00:00:00Z. \s
                        After: not begun.

                        | metric | before | after | improvement |
                        | --- | --- | --- | --- |
                        | page load time (P99) | 3,200 ms | 580 ms | down 82 % |
                        | checkout completion time | 4.5 min | 1.2 min | down 73 % |
                        | concurrent users | 3,000 | 35,000 | up 1,067 % |
                        | availability | 99.2 % | 99.97 % | up 0.77 percentage points |
                        | a\\|b, "c" | unmeasured | 0.1235 USD |  |

                        - a\\|b, "c": before: needs 7 days of data, has 2 h
                        """);
    }

    @Test
    void csv() {
        assertThat(ResultsText.csv(SHOPFLOW).toString().split("\r\n"))
                .startsWith(
                        "table,metric,unit,before,after,improvement,note,beforeFrom,beforeTo,"
                                + "afterFrom,afterTo",
                        "shopflow,page load time (P99),ms,3200.0,580.0,down 82 %,,"
                                + "2025-01-04T00:00:00Z,2025-02-01T00:00:00Z,,")
                .endsWith(
                        "shopflow,\"a|b, \"\"c\"\"\",USD,,0.123456,,\"before: needs 7 days of data,"
                                + " has 2 h\",2025-01-04T00:00:00Z,2025-02-01T00:00:00Z,,");
    }
}
