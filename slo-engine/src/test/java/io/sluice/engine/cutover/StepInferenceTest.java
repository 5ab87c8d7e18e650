package io.sluice.engine.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.store.StoredStratum;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalInt;

class StepInferenceTest {

    private static final CutoverPlan PLAN =
            Fixtures.cutover()
                    .metric("errors")
                    .metric("slow")
                    .step(0.01, 3, 1.2)
                    .step(0.1, 2, 1.2)
                    .step(0.5, 1.5, 1.2)
                    .step(1, 1.5, 1.2)
                    .plan();

    private static StoredStratum stratum(
            String metric, String route, long baseline, long candidate) {
        return new StoredStratum("orders", 1, -1, metric, 0, route, 0, baseline, 0, candidate);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0, -1",
        "990, 10, 0",
        "999, 1, 0",
        "900, 100, 1",
        "910, 90, 1",
        "700, 300, 1",
        "520, 480, 2",
        "100, 900, 2",
        "0, 1000, 3",
        "1, 9999, 3",
        "0, 0, -1"
    })
    void theStepIsTheHighestWhoseShareWasReached(long baseline, long candidate, int step) {
        assertThat(StepInference.step(PLAN, List.of(stratum("errors", "", baseline, candidate))))
                .isEqualTo(step < 0 ? OptionalInt.empty() : OptionalInt.of(step));
    }

    @Test
    void aFewEvents_areNoProofOfAHigherStep() {
        assertThat(StepInference.step(PLAN, List.of(stratum("errors", "", 4, 1)))).hasValue(0);
        assertThat(StepInference.step(PLAN, List.of(stratum("errors", "", 1, 1)))).hasValue(0);
    }

    @Test
    void groupsAddUp_andTheMetricWithTheMostEventsCounts() {
        assertThat(
                        StepInference.step(
                                PLAN,
                                List.of(
                                        stratum("errors", "/a", 500, 0),
                                        stratum("errors", "/b", 400, 100),
                                        stratum("slow", "/a", 0, 200))))
                .hasValue(1);
    }

    @Test
    void whatIsHeldToALimit_isAskedOnlyWhereThereIsNothingElse() {
        BigDecimal limit = new BigDecimal("0.001");
        List<StoredStratum> interval =
                List.of(stratum("errors", "", 900, 100), stratum("parity", "", 0, 5_000));
        Fixtures both = Fixtures.cutover().metric("errors").metricWithLimit("parity", limit);
        assertThat(StepInference.step(both.step(0.1, 2, 1.2).step(0.5, 2, 1.2).plan(), interval))
                .hasValue(0);
        Fixtures alone = Fixtures.cutover().metricWithLimit("parity", limit);
        assertThat(StepInference.step(alone.step(0.1, 2, 1.2).step(0.5, 2, 1.2).plan(), interval))
                .hasValue(1);
    }
}
