package io.sluice.engine.cutover;

import java.util.List;

/**
 * The shares of GO and NO_GO that an independent simulation of the same tests gave: at most 40,000
 * candidate requests at a share of 10 %, baseline errors 0.5 %, the first verdict wins.
 */
final class PublishedVerdicts {
    /** At least so many runs are behind each share. */
    static final int RUNS = 200;

    /**
     * One published row.
     *
     * @param truth the candidate's error ratio over the baseline's
     * @param go the share of runs that were told GO
     */
    record Row(double goMargin, double noGoMargin, double truth, double go, double noGo) {}

    static final List<Row> ROWS =
            List.of(
                    new Row(1.5, 1.0, 0.5, 1, 0),
                    new Row(1.5, 1.0, 1.0, 0.998, 0.002),
                    new Row(1.5, 1.0, 1.2, 0.74, 0.24),
                    new Row(1.5, 1.0, 1.5, 0.04, 0.96),
                    new Row(1.5, 1.0, 2.0, 0, 1),
                    new Row(1.5, 1.0, 3.0, 0, 1),
                    new Row(1.5, 1.0, 10.0, 0, 1),
                    new Row(1.5, 1.2, 0.5, 1, 0),
                    new Row(1.5, 1.2, 1.0, 0.994, 0),
                    new Row(1.5, 1.2, 1.2, 0.77, 0.002),
                    new Row(1.5, 1.2, 1.5, 0.038, 0.6),
                    new Row(1.5, 1.2, 2.0, 0, 1),
                    new Row(1.5, 1.2, 3.0, 0, 1),
                    new Row(1.5, 1.2, 10.0, 0, 1),
                    new Row(1.5, 1.5, 0.5, 1, 0),
                    new Row(1.5, 1.5, 1.0, 1, 0),
                    new Row(1.5, 1.5, 1.2, 0.73, 0),
                    new Row(1.5, 1.5, 1.5, 0.038, 0),
                    new Row(1.5, 1.5, 2.0, 0, 0.97),
                    new Row(1.5, 1.5, 3.0, 0, 1),
                    new Row(1.5, 1.5, 10.0, 0, 1),
                    new Row(2.0, 1.2, 0.5, 1, 0),
                    new Row(2.0, 1.2, 1.0, 1, 0),
                    new Row(2.0, 1.2, 1.2, 0.996, 0),
                    new Row(2.0, 1.2, 1.5, 0.76, 0.24),
                    new Row(2.0, 1.2, 2.0, 0.03, 0.97),
                    new Row(2.0, 1.2, 3.0, 0, 1),
                    new Row(2.0, 1.2, 10.0, 0, 1));

    private PublishedVerdicts() {}
}
