package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficSplitTest {

    /** The look at which the split was called off; 0 if it never was. */
    private static int calledOffAt(long seed, double reported, double truth, int looks) {
        Traffic traffic = new Traffic(seed);
        long candidate = 0;
        for (int look = 1; look <= looks; look++) {
            candidate += traffic.errors(200, truth);
            if (TrafficSplit.isOff(candidate, 200L * look, reported)) {
                return look;
            }
        }
        return 0;
    }

    @ParameterizedTest
    @CsvSource({"0.01, 0.01", "0.1, 0.1", "0.5, 0.5", "0.1, 0.15", "0.5, 0.334", "0.9, 0.95"})
    void withinTheTolerance_aShareIsAsReported_howeverOftenItIsLookedAt(
            double reported, double truth) {
        int wrong = 0;
        for (long seed = 0; seed < 300; seed++) {
            wrong += calledOffAt(seed, reported, truth, 300) > 0 ? 1 : 0;
        }
        // One in a thousand of 300 is 0.3.
        assertThat(wrong).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0.01, 0.05, 10", "0.1, 0.3, 3", "0.1, 0.03, 20", "0.5, 0.1, 2", "0.5, 0.9, 2"})
    void anotherShare_isNoticedSoon(double reported, double truth, int looks) {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(calledOffAt(seed, reported, truth, looks)).isPositive();
        }
    }
}
