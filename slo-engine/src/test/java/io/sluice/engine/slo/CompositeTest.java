package io.sluice.engine.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.slo.SloStatus.Composite;
import io.sluice.engine.slo.SloStatus.State;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/** The composite rules of OpenSLO v1, and what Sluice decides where the text leaves off. */
class CompositeTest {
    private static final long T = SloScene.T;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void occurrences_addTheirBurnRatesUp_eachUnderItsOwnTargetAndTimesItsWeight() {
        SloScene scene =
                composite(
                        BudgetingMethod.OCCURRENCES,
                        weighted(TestDefinitions.errors("cart", "0.99"), "1"),
                        weighted(TestDefinitions.errors("search", "0.9"), "0.5"));
        // 40 % of 10 allowed, and half of 60 % of 100 allowed.
        scene.part(0, T, 996, 4);
        scene.part(1, T, 940, 60);

        Composite composite = composite(scene);
        assertThat(composite.remainingRatio().orElseThrow()).isCloseTo(0.3, within(1e-12));
        assertThat(composite.state()).isEqualTo(State.MET);
        assertThat(composite.burnRates().getFirst().rate().orElseThrow())
                .isCloseTo(0.7, within(1e-12));
    }

    @Test
    void occurrences_areBreachedWhenThePartsTogetherSpendMoreThanTheBudget() {
        SloScene scene =
                composite(
                        BudgetingMethod.OCCURRENCES,
                        TestDefinitions.errors("cart", "0.99"),
                        TestDefinitions.errors("search", "0.99"));
        scene.part(0, T, 995, 5);
        scene.part(1, T, 995, 5);
        assertThat(composite(scene).state())
                .as("all of it, to the last event")
                .isEqualTo(State.MET);

        scene.part(1, T, 0, 1);
        assertThat(composite(scene).state()).isEqualTo(State.BREACHED);
        assertThat(scene.status(T).objectives())
                .extracting(SloStatus.ObjectiveStatus::state)
                .containsExactly(State.MET, State.MET);
        assertThat(scene.status(T).state()).isEqualTo(State.BREACHED);
    }

    @Test
    void aPartOfWhichNothingIsKnown_leavesTheWholeUnmeasured_unlessTheOthersSpentTheBudget() {
        SloScene scene =
                composite(
                        BudgetingMethod.OCCURRENCES,
                        TestDefinitions.errors("cart", "0.99"),
                        TestDefinitions.errors("search", "0.99"));
        assertThat(composite(scene).remainingRatio()).isEmpty();

        scene.heartbeat("cart", T);
        scene.part(0, T, 995, 5);
        assertThat(composite(scene).state()).isEqualTo(State.UNMEASURED);
        assertThat(composite(scene).coverage()).isZero();

        scene.part(0, T, 0, 6);
        assertThat(composite(scene).state()).isEqualTo(State.BREACHED);
    }

    @Test
    void timeslices_aMinuteIsBadThatIsBadForAnyPart() {
        SloScene scene =
                composite(
                        BudgetingMethod.TIMESLICES,
                        TestDefinitions.slices("cart", "0.9", "0.95", MINUTE),
                        TestDefinitions.slices("search", "0.8", "0.95", MINUTE));
        for (int minute = 0; minute < 20; minute++) {
            long at = T - 1200 + minute * 60;
            scene.part(0, at, minute == 3 ? 0 : 100, minute == 3 ? 100 : 0);
            scene.part(1, at, minute == 3 || minute == 7 ? 0 : 100, minute == 7 ? 100 : 0);
        }

        // Two of twenty minutes at 90 %, the higher target: all of the budget.
        Composite composite = composite(scene);
        assertThat(composite.remainingRatio().orElseThrow()).isCloseTo(0, within(1e-12));
        assertThat(composite.state()).isEqualTo(State.MET);
    }

    @Test
    void timeslices_ofDifferentLengths_areComparedInTheirCommonLength() {
        SloScene scene =
                composite(
                        BudgetingMethod.TIMESLICES,
                        TestDefinitions.slices("cart", "0.5", "0.95", Duration.ofMinutes(2)),
                        TestDefinitions.slices("search", "0.5", "0.95", Duration.ofMinutes(3)));
        for (int minute = 0; minute < 6; minute++) {
            scene.part(0, T - 360 + minute * 60, 10, minute == 0 ? 90 : 0);
            scene.part(1, T - 360 + minute * 60, 10, minute == 5 ? 90 : 0);
        }

        // Minutes 0, 1 for one part and 3, 4, 5 for the other: five of six.
        assertThat(composite(scene).remainingRatio().orElseThrow())
                .isCloseTo(1 - (5 / 6.0) / 0.5, within(1e-9));
    }

    @Test
    void ratioTimeslices_addUpWhatIsMissing_timesWeight_andNeverMissMoreThanAll() {
        SloScene scene =
                composite(
                        BudgetingMethod.RATIO_TIMESLICES,
                        weighted(TestDefinitions.slices("cart", "0.8", "0.5", MINUTE), "1"),
                        weighted(TestDefinitions.slices("search", "0.8", "0.5", MINUTE), "1"));
        scene.part(0, T - 60, 95, 5);
        scene.part(1, T - 60, 95, 5);
        assertThat(composite(scene).remainingRatio().orElseThrow())
                .as("95 % and 95 % are 90 %")
                .isCloseTo(1 - 0.1 / 0.2, within(1e-9));

        scene.part(0, T - 120, 10, 90);
        scene.part(1, T - 120, 10, 90);
        assertThat(composite(scene).remainingRatio().orElseThrow())
                .as("90 % and 0 %")
                .isCloseTo(1 - 0.55 / 0.2, within(1e-9));
    }

    @Test
    void anSloWithOneIndicator_hasNoSharedBudget() {
        SloScene scene =
                new SloScene(TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(28)));
        assertThat(scene.status(T).composite()).isEmpty();
    }

    private static Composite composite(SloScene scene) {
        return scene.status(T).composite().orElseThrow();
    }

    private static Objective weighted(Objective objective, String weight) {
        return new Objective(
                objective.displayName(),
                objective.sli(),
                objective.indicator(),
                objective.threshold(),
                objective.target(),
                objective.timeSliceTarget(),
                objective.timeSliceWindow(),
                new BigDecimal(weight));
    }

    private static SloScene composite(BudgetingMethod method, Objective... parts) {
        return new SloScene(
                new Slo(
                        TestDefinitions.named("shop"),
                        "",
                        "shop",
                        Tier.SERVICE,
                        method,
                        TestDefinitions.rolling(28),
                        true,
                        List.of(parts),
                        List.of(
                                TestDefinitions.burnRate(
                                        "fast",
                                        2,
                                        Duration.ofHours(1),
                                        Duration.ofMinutes(5),
                                        0))));
    }
}
