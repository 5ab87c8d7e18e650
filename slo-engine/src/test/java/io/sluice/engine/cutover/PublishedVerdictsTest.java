package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.engine.cutover.GateRow.Measure;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Our shares of GO and NO_GO lie within four standard errors of published ones. */
class PublishedVerdictsTest {
    private static final int RUNS = 150;

    @Test
    void sharesOfGoAndNoGo_areThePublishedOnes() {
        List<GateRow> rows = new ArrayList<>();
        new GateBench(7, RUNS).verdicts(rows::add);
        List<GateRow> compared = rows.stream().filter(row -> row.published().isPresent()).toList();
        assertThat(compared).hasSize(56);
        assertThat(compared)
                .allSatisfy(
                        row ->
                                assertThat(row.standardErrors().orElseThrow())
                                        .isLessThan(GateRow.MOST_STANDARD_ERRORS));
        GateRow far =
                compared.stream()
                        .filter(row -> row.measure() == Measure.GO_SHARE)
                        .filter(row -> row.name().endsWith("GO x2.0, NO_GO x1.2, truth x1.5"))
                        .findFirst()
                        .orElseThrow();
        assertThat(far.published()).hasValue(0.76);
        // Another margin's share is not within them: the comparison can fail.
        assertThat(far.beside(0.038, PublishedVerdicts.RUNS).standardErrors().orElseThrow())
                .isGreaterThan(GateRow.MOST_STANDARD_ERRORS);
    }

    /** 60 of 100 and 50 of 100: p = 111/202, error 0.0704. */
    @Test
    void standardErrors_areThoseOfADifferenceOfShares() {
        GateRow row = GateRow.share("a", Measure.GO_SHARE, 60, 100).beside(0.5, 100);
        assertThat(row.standardErrors().orElseThrow()).isCloseTo(0.1 / 0.07036, within(1e-3));
    }

    @Test
    void sharesOfNone_areStillUncertain() {
        GateRow row = GateRow.share("a", Measure.NO_GO_SHARE, 0, 100).beside(0, 200);
        assertThat(row.standardErrors()).hasValue(0);
        assertThat(
                        GateRow.share("a", Measure.NO_GO_SHARE, 1, 100)
                                .beside(0, 200)
                                .standardErrors()
                                .orElseThrow())
                .isBetween(0.5, 2.0);
    }
}
