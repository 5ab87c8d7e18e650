package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.cutover.GateRow.Measure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/**
 * The shares of GO and NO_GO that an independent simulation of the same tests gave, in percent: at
 * most 40,000 candidate requests at a share of 10 %, baseline errors 0.5 %, the first verdict wins.
 * Ours must lie within four standard errors of the difference.
 */
class PublishedVerdictsTest {
    private static final int RUNS = 150;

    /** At least so many runs are behind the published shares. */
    private static final int PUBLISHED_RUNS = 200;

    private static final List<GateRow> ROWS = rows();

    private static List<GateRow> rows() {
        List<GateRow> rows = new ArrayList<>();
        new GateBench(7, RUNS).verdicts(rows::add);
        return rows;
    }

    private static double share(String margins, double truth, Measure measure) {
        return ROWS.stream()
                .filter(row -> row.measure() == measure)
                .filter(row -> row.name().contains(margins + ","))
                .filter(row -> row.name().endsWith("truth x" + truth))
                .mapToDouble(GateRow::value)
                .findFirst()
                .orElseThrow();
    }

    private static void assertClose(double ours, double published) {
        // Of no error in so many runs, the standard error is not zero.
        double p = (ours * RUNS + published * PUBLISHED_RUNS + 1) / (RUNS + PUBLISHED_RUNS + 2);
        double error = Math.sqrt(p * (1 - p) * (1.0 / RUNS + 1.0 / PUBLISHED_RUNS));
        assertThat(Math.abs(ours - published)).as(ours + " and " + published).isLessThan(4 * error);
    }

    @ParameterizedTest
    @CsvSource({
        "1.5, 1.0, 0.5, 100, 0",
        "1.5, 1.0, 1.0, 99.8, 0.2",
        "1.5, 1.0, 1.2, 74, 24",
        "1.5, 1.0, 1.5, 4, 96",
        "1.5, 1.0, 2.0, 0, 100",
        "1.5, 1.0, 3.0, 0, 100",
        "1.5, 1.0, 10.0, 0, 100",
        "1.5, 1.2, 0.5, 100, 0",
        "1.5, 1.2, 1.0, 99.4, 0",
        "1.5, 1.2, 1.2, 77, 0.2",
        "1.5, 1.2, 1.5, 3.8, 60",
        "1.5, 1.2, 2.0, 0, 100",
        "1.5, 1.2, 3.0, 0, 100",
        "1.5, 1.2, 10.0, 0, 100",
        "1.5, 1.5, 0.5, 100, 0",
        "1.5, 1.5, 1.0, 100, 0",
        "1.5, 1.5, 1.2, 73, 0",
        "1.5, 1.5, 1.5, 3.8, 0",
        "1.5, 1.5, 2.0, 0, 97",
        "1.5, 1.5, 3.0, 0, 100",
        "1.5, 1.5, 10.0, 0, 100",
        "2.0, 1.2, 0.5, 100, 0",
        "2.0, 1.2, 1.0, 100, 0",
        "2.0, 1.2, 1.2, 99.6, 0",
        "2.0, 1.2, 1.5, 76, 24",
        "2.0, 1.2, 2.0, 3, 97",
        "2.0, 1.2, 3.0, 0, 100",
        "2.0, 1.2, 10.0, 0, 100"
    })
    void sharesOfGoAndNoGo_areThePublishedOnes(
            double goMargin, double noGoMargin, double truth, double go, double noGo) {
        String margins = "GO x" + goMargin + ", NO_GO x" + noGoMargin;
        assertClose(share(margins, truth, Measure.GO_SHARE), go / 100);
        assertClose(share(margins, truth, Measure.NO_GO_SHARE), noGo / 100);
    }

    /** The comparison can fail: another margin's shares are not within four standard errors. */
    @Test
    void sharesOfAnotherMargin_areNotThePublishedOnes() {
        double ours = share("GO x2.0, NO_GO x1.2", 1.5, Measure.GO_SHARE);
        double published = 0.038;
        double p = (ours + published) / 2;
        double error = Math.sqrt(p * (1 - p) * (1.0 / RUNS + 1.0 / PUBLISHED_RUNS));
        assertThat(ours - published).isGreaterThan(4 * error);
    }
}
