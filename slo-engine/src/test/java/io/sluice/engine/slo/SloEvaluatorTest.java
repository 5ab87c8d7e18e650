package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.slo.SloStatus.CapacityState;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;
import io.sluice.engine.slo.SloStatus.State;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

class SloEvaluatorTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static SloScene occurrences(String target) {
        return new SloScene(TestDefinitions.slo("cart", target, TestDefinitions.rolling(14)));
    }

    private static SloScene slices(BudgetingMethod method, String target, int days) {
        return new SloScene(
                TestDefinitions.slo(
                        "cart",
                        method,
                        TestDefinitions.slices("cart", target, "0.95", MINUTE),
                        TestDefinitions.rolling(days)));
    }

    @Test
    void occurrences_asInTheOpenSloExample() {
        SloScene scene = occurrences("0.95");
        scene.events(T - 86_400, 336_000 - 16_632, 16_632);

        ObjectiveStatus status = scene.objective(T);
        assertThat(status.total()).isEqualTo(336_000);
        assertThat(status.budget().allowed()).isEqualTo(16_800);
        assertThat(status.budget().consumed()).isEqualTo(16_632);
        assertThat(status.budget().remainingRatio().orElseThrow()).isCloseTo(0.01, within(1e-12));
        assertThat(status.state()).isEqualTo(State.MET);
    }

    @Test
    void timeslices_asInTheOpenSloExample() {
        // 16 h 48 min of an attack that leaves 1 % good spend it all; a minute more is too much.
        assertThat(afterAttack(BudgetingMethod.TIMESLICES, 1008).state()).isEqualTo(State.MET);
        assertThat(afterAttack(BudgetingMethod.TIMESLICES, 1009).state()).isEqualTo(State.BREACHED);
        assertThat(afterAttack(BudgetingMethod.TIMESLICES, 1008).total()).isEqualTo(20_160);
    }

    @Test
    void ratioTimeslices_asInTheOpenSloExample() {
        // About 13 h 45 min: 0.05 x 20,160 = 0.99 n + 0.01 (20,160 - n) gives 822.9 min.
        assertThat(afterAttack(BudgetingMethod.RATIO_TIMESLICES, 822).state()).isEqualTo(State.MET);
        assertThat(afterAttack(BudgetingMethod.RATIO_TIMESLICES, 823).state())
                .isEqualTo(State.BREACHED);
    }

    @Test
    void aRatiosBudget_isSpentByPartsOfSlices() {
        SloScene scene = slices(BudgetingMethod.RATIO_TIMESLICES, "0.9", 1);
        scene.events(T - 60, 80, 20);
        for (int i = 2; i <= 9; i++) {
            scene.events(T - 60L * i, 92, 8);
        }

        // 0.20 and eight times 0.08 are 0.84 of a slice; a tenth of nine is 0.9.
        SloStatus.Budget budget = scene.objective(T).budget();
        assertThat(budget.allowed()).isEqualTo(0.9);
        assertThat(budget.consumed()).isEqualTo(0.84);
        assertThat(budget.remainingRatio().orElseThrow()).isCloseTo(1 - 84.0 / 90, within(1e-12));
    }

    private static ObjectiveStatus afterAttack(BudgetingMethod method, int minutes) {
        SloScene scene = slices(method, "0.95", 14);
        for (int i = 0; i < 20_160; i++) {
            boolean attack = i < minutes;
            scene.events(T - 60L * (i + 1), attack ? 1 : 99, attack ? 99 : 1);
        }
        return scene.objective(T);
    }

    @Test
    void weekOfMinutesAt9995_hasABudgetOfFivePointZeroFourSlices() {
        SloScene scene = slices(BudgetingMethod.TIMESLICES, "0.9995", 7);
        for (int i = 0; i < 10_080; i++) {
            scene.events(T - 60L * (i + 1), 100, 0);
        }

        assertThat(scene.objective(T).total()).isEqualTo(10_080);
        assertThat(scene.objective(T).budget().allowed()).isEqualTo(5.04);
    }

    @Test
    void emptySlice_isUnmeasuredAndNotGood() {
        SloScene scene = slices(BudgetingMethod.TIMESLICES, "0.9", 1);
        scene.events(T - 60, 9, 0);
        scene.events(T - 180, 0, 9);

        assertThat(scene.objective(T).good()).isEqualTo(1);
        assertThat(scene.objective(T).total()).isEqualTo(2);
    }

    @Test
    void sliceStaysASlice_whenTheBucketsOfItsMeasureBecomeCoarser() {
        SloScene scene = slices(BudgetingMethod.TIMESLICES, "0.9", 28);
        long old = Math.floorDiv(T - 20 * 86_400, 300) * 300;
        scene.events(old, 50, 50);
        scene.events(old + 60, 100, 0);
        scene.series.compact(T);

        assertThat(scene.objective(T).total()).isEqualTo(2);
        assertThat(scene.objective(T).good()).isEqualTo(1);
    }

    @Test
    void sliceThatWasNotCountedAsSuch_isJudgedByTheCoarserBucketThatIsThere() {
        SloScene scene = slices(BudgetingMethod.TIMESLICES, "0.9", 28);
        scene.keepsSlices = false;
        long old = Math.floorDiv(T - 20 * 86_400, 300) * 300;
        scene.events(old, 50, 50);

        assertThat(scene.objective(T).total()).isEqualTo(5);
        assertThat(scene.objective(T).good()).isZero();
    }

    @Test
    void serviceThatNobodyHeardOf_isUnmeasured() {
        ObjectiveStatus status = occurrences("0.99").objective(T);

        assertThat(status.state()).isEqualTo(State.UNMEASURED);
        assertThat(status.sli()).isEmpty();
        assertThat(status.coverage()).isZero();
    }

    @Test
    void idleServiceWithHeartbeat_isMeasuredAndEmpty() {
        SloScene scene = occurrences("0.99");
        scene.heartbeat("cart", T);

        assertThat(scene.objective(T).state()).isEqualTo(State.MET);
        assertThat(scene.objective(T).sli()).isEmpty();
        assertThat(scene.objective(T).coverage()).isCloseTo(10.0 / (14 * 86_400), within(1e-6));
    }

    @Test
    void eventsInTheOpenBucket_count() {
        SloScene scene = occurrences("0.99");
        scene.events(T, 1, 0);

        assertThat(scene.objective(T).total()).isEqualTo(1);
        assertThat(scene.recent(Duration.ofMinutes(5), T).totalCount()).isEqualTo(1);
    }

    @Test
    void calendarWindow_countsFromItsBeginning() {
        Instant monday = Instant.parse("2027-01-11T00:00:00Z");
        SloScene scene =
                new SloScene(
                        TestDefinitions.slo(
                                "cart",
                                "0.99",
                                new TimeWindow.Calendar(
                                        1,
                                        TimeWindow.Period.WEEK,
                                        LocalDateTime.of(2027, 1, 4, 0, 0),
                                        ZoneOffset.UTC)));
        scene.events(monday.getEpochSecond() - 10, 0, 5);
        scene.events(monday.getEpochSecond(), 7, 0);

        SloStatus status = scene.status(monday.getEpochSecond() + 3600);
        assertThat(status.from()).isEqualTo(monday);
        assertThat(status.objectives().getFirst().total()).isEqualTo(7);
    }

    @Test
    void backfilledEvents_countInTheBudgetButNotInBurnRates() {
        SloScene scene =
                new SloScene(
                        TestDefinitions.slo(
                                "cart",
                                "0.99",
                                TestDefinitions.rolling(14),
                                TestDefinitions.burnRate(
                                        "page",
                                        14.4,
                                        Duration.ofHours(1),
                                        Duration.ofMinutes(5),
                                        0)));
        scene.events(T - 20, 0, 50);
        String measure = scene.plan.forObjective("cart", 0).id();
        scene.series.add(
                new SeriesKey("backfill/" + measure, ""), T - 20, 0, 50, 0, 50_000, null, T);

        assertThat(scene.objective(T).budget().consumed()).isEqualTo(50);
        assertThat(scene.objective(T).burnRates())
                .extracting(SloStatus.BurnRate::rate)
                .containsExactly(OptionalDouble.empty(), OptionalDouble.empty());
    }

    private static Slo rate(String name, Map<String, String> annotations, double perMinute) {
        return new Slo(
                new Metadata(name, name, Map.of(), annotations),
                "",
                "shop",
                Tier.SERVICE,
                BudgetingMethod.TIMESLICES,
                TestDefinitions.rolling(1),
                false,
                List.of(TestDefinitions.perMinute("cart", "0.99", Op.GTE, perMinute)),
                List.of());
    }

    @Test
    void minutesAreJudgedByHowManyEventsTheyHad() {
        SloScene scene = new SloScene(rate("throughput", Map.of(), 500));
        scene.events(T - 120, 499, 0);
        scene.events(T - 180, 250, 0);
        scene.events(T - 170, 250, 0);
        scene.heartbeat("cart", T - 240);

        // 499, 500 and none at all though the service was heard of; the newest minute has not
        // settled.
        scene.events(T - 60, 1, 0);
        assertThat(scene.objective(T).total()).isEqualTo(3);
        assertThat(scene.objective(T).good()).isEqualTo(1);
        assertThat(scene.objective(T + 30).total()).isEqualTo(4);
    }

    @Test
    void capacity_isProvenByTheLoadUnderWhichTheObjectivesHeld() {
        Map<String, String> promise = Map.of(CapacityProof.ANNOTATION, "cart, cart-latency");
        Slo errors = TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(1));
        SloScene scene = new SloScene(rate("capacity", promise, 1000), errors);

        scene.events(T - 660, 2000, 0);
        assertThat(capacity(scene))
                .as("nobody knows how that load went")
                .isEqualTo(new SloStatus.Capacity(CapacityState.NOT_EXERCISED, 1000, 0));

        scene.events(T - 600, 300, 0);
        scene.events(errors, "", T - 600, 300, 0);
        assertThat(capacity(scene))
                .isEqualTo(new SloStatus.Capacity(CapacityState.NOT_EXERCISED, 1000, 300));

        scene.events(T - 540, 900, 0);
        scene.events(errors, "", T - 540, 800, 100);
        assertThat(capacity(scene))
                .isEqualTo(new SloStatus.Capacity(CapacityState.BREACHED, 1000, 300));

        scene.events(T - 480, 1001, 0);
        scene.events(errors, "", T - 480, 1001, 0);
        assertThat(capacity(scene))
                .isEqualTo(new SloStatus.Capacity(CapacityState.PROVEN, 1000, 1001));
    }

    private static SloStatus.Capacity capacity(SloScene scene) {
        return scene.status(T).capacity().orElseThrow();
    }

    @Test
    void burnDown_saysAtEachPointWhatAnEvaluationThereWouldSay() {
        SloScene scene = occurrences("0.99");
        for (long t = T - 20 * 86_400; t < T; t += 3600) {
            scene.events(t, 1000, t / 3600 % 7);
        }

        BurnDown burnDown =
                scene.evaluator.burnDown(
                        scene.plan,
                        scene.slo,
                        0,
                        Instant.ofEpochSecond(T - 2 * 86_400),
                        Instant.ofEpochSecond(T),
                        48,
                        Instant.ofEpochSecond(T));

        assertThat(burnDown.points()).hasSize(48);
        assertThat(burnDown.points().getLast().at()).isEqualTo(Instant.ofEpochSecond(T));
        for (BurnDown.Point point : burnDown.points()) {
            // The window that ends there, not the one whose open bucket begins there.
            ObjectiveStatus there = scene.objective(point.at().getEpochSecond() - 1);
            assertThat(point.remainingRatio().orElseThrow())
                    .isCloseTo(there.budget().remainingRatio().orElseThrow(), within(1e-9));
            assertThat(point.total()).isEqualTo(1000 + point.bad());
            assertThat(point.measured()).isTrue();
        }
    }

    @Test
    void burned_namesGroupsAndAttributesMostBadFirst() {
        SloScene scene = occurrences("0.99");
        scene.events(scene.slo, "/cart", T, 90, 10);
        scene.events(scene.slo, "/checkout", T, 5, 30);
        String measure = scene.plan.forObjective("cart", 0).id();
        scene.series.add(
                SeriesKey.badBy(measure, "service.version", "v2"), T, 0, 40, 0, 40_000, null, T);

        Burned burned =
                scene.evaluator.burned(
                        scene.plan,
                        scene.slo,
                        Duration.ofHours(1),
                        Instant.ofEpochSecond(T),
                        new Exemplars());

        assertThat(burned.bad()).isEqualTo(40);
        assertThat(burned.shares())
                .containsExactly(
                        new Burned.Share("service.version", "v2", 40, 0),
                        new Burned.Share("http.route", "/checkout", 30, 35),
                        new Burned.Share("http.route", "/cart", 10, 100));
    }
}
