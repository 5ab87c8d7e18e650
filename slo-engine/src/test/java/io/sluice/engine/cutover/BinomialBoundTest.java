package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialBoundTest {

    /** Quantiles of the beta distribution, from another library. */
    @ParameterizedTest
    @CsvSource({
        "0, 10, 0.05, 0, 0.2588655508930523",
        "1, 10, 0.05, 0.005116196891823701, 0.39416330243650477",
        "10, 10, 0.01, 0.6309573444801932, 1",
        "100, 20000, 0.002, 0.0036839797129368957, 0.006612664756070949",
        "5000, 1000000, 0.01, 0.00483736679077108, 0.005166551323887564",
        "3, 3000000000, 0.01, 1.4534838839731743e-10, 3.3483725010122594e-09",
        "999999, 1000000, 1e-6, 0.9999833117101159, 0.999999999999"
    })
    void boundsAreClopperAndPearsons(
            long successes, long trials, double risk, double lower, double upper) {
        assertThat(BinomialBound.lower(successes, trials, risk))
                .isCloseTo(lower, within(1e-5 * lower));
        assertThat(BinomialBound.upper(successes, trials, risk))
                .isCloseTo(upper, within(1e-5 * upper));
    }

    /** The definition: at the bound, so few (or so many) successes have just that probability. */
    @Property(tries = 200)
    void atTheBound_whatWasSeenHasTheProbabilityOfTheRisk(
            @ForAll @IntRange(min = 1, max = 300) int trials,
            @ForAll @DoubleRange(min = 0, max = 1) double part,
            @ForAll @Scale(6) @DoubleRange(min = 1e-6, max = 0.4) double risk) {
        int successes = (int) (trials * part);
        if (successes < trials) {
            double upper = BinomialBound.upper(successes, trials, risk);
            assertThat(probability(0, successes, trials, upper)).isCloseTo(risk, within(1e-6));
        }
        if (successes > 0) {
            double lower = BinomialBound.lower(successes, trials, risk);
            assertThat(probability(successes, trials, trials, lower)).isCloseTo(risk, within(1e-6));
        }
    }

    private static double probability(int from, int to, int trials, double p) {
        double sum = 0;
        double logChoose = 0;
        for (int k = 0; k <= to; k++) {
            if (k > 0) {
                logChoose += Math.log((double) (trials - k + 1) / k);
            }
            if (k >= from) {
                sum += Math.exp(logChoose + k * Math.log(p) + (trials - k) * Math.log1p(-p));
            }
        }
        return sum;
    }

    @Test
    void withoutTrials_nothingIsKnown() {
        assertThat(BinomialBound.lower(0, 0, 0.01)).isZero();
        assertThat(BinomialBound.upper(0, 0, 0.01)).isEqualTo(1);
    }

    @Test
    void impossibleCounts_areRefused() {
        assertThatThrownBy(() -> BinomialBound.upper(2, 1, 0.01))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BinomialBound.lower(0, 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
