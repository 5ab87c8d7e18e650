package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.alert.Conditions;
import io.sluice.engine.alert.Finding;
import io.sluice.engine.alert.Sighting;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;
import io.sluice.engine.slo.SloStatus.State;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Objectives whose source says which share was good, and not of how many events. */
class SharesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static SloScene scene(
            BudgetingMethod method, String target, int days, AlertPolicy... policies) {
        boolean slices = method != BudgetingMethod.OCCURRENCES;
        Objective objective =
                new Objective(
                        "",
                        "shares",
                        new Indicator.Raw(
                                Indicator.Polarity.GOOD,
                                new EventSource.Metrics(
                                        Optional.of("shop"),
                                        "share",
                                        List.of(),
                                        Optional.empty(),
                                        List.of()),
                                false),
                        Optional.empty(),
                        new BigDecimal(target),
                        method == BudgetingMethod.TIMESLICES
                                ? Optional.of(new BigDecimal("0.9995"))
                                : Optional.empty(),
                        slices ? Optional.of(MINUTE) : Optional.empty(),
                        BigDecimal.ONE);
        Slo slo =
                TestDefinitions.slo(
                        "shares", method, objective, TestDefinitions.rolling(days), policies);
        return new SloScene(slo);
    }

    private static void point(SloScene scene, long second, String share) {
        BigDecimal part = new BigDecimal(share);
        scene.series.add(
                new SeriesKey(scene.plan.forObjective("shares", 0).id(), ""),
                second - Math.floorMod(second, 10),
                part.compareTo(BigDecimal.ONE) == 0 ? 1 : 0,
                1,
                part.movePointRight(9).longValueExact(),
                Measure.Tap.Share.ONE,
                null,
                T);
    }

    @Test
    void aSlicesRatio_isTheMeanOfItsPoints_howeverMany() {
        SloScene scene = scene(BudgetingMethod.RATIO_TIMESLICES, "0.9", 1);
        point(scene, T - 60, "0.8");
        point(scene, T - 30, "0.6");
        for (int second = 120; second > 60; second -= 10) {
            point(scene, T - second, "1");
        }

        ObjectiveStatus status = scene.objective(T);
        assertThat(status.total()).isEqualTo(2000);
        assertThat(status.good()).isEqualTo(1700);
        assertThat(status.budget().consumed()).isEqualTo(0.3);
        assertThat(status.state()).isEqualTo(State.BREACHED);
    }

    @Test
    void aSliceIsGoodIfTheMeanOfItsPointsReachesItsTarget_toTheNinthDecimal() {
        SloScene scene = scene(BudgetingMethod.TIMESLICES, "0.5", 1);
        point(scene, T - 60, "0.999");
        point(scene, T - 30, "1");
        point(scene, T - 120, "0.999");
        point(scene, T - 90, "0.999999999");

        ObjectiveStatus status = scene.objective(T);
        assertThat(status.good()).isEqualTo(1);
        assertThat(status.total()).isEqualTo(2);
    }

    @Test
    void occurrencesAreOfPoints_andNoOneFailureIsKnown() {
        SloScene scene = scene(BudgetingMethod.OCCURRENCES, "0.9996", 1);
        point(scene, T - 60, "0.9995");
        point(scene, T - 30, "1");
        point(scene, T - 3600, "0.9990");

        ObjectiveStatus status = scene.objective(T);
        assertThat(status.total()).isEqualTo(3000);
        assertThat(status.budget().consumed()).isEqualTo(0.0015);
        assertThat(status.budget().allowed()).isCloseTo(0.0012, within(1e-15));
        assertThat(status.budget().remainingRatio().orElseThrow()).isCloseTo(-0.25, within(1e-12));
        assertThat(status.state()).isEqualTo(State.BREACHED);
        assertThat(status.budget().failuresLeft()).isEmpty();
        assertThat(status.interval()).isEmpty();
    }

    @Test
    void theBurnDownEndsWhereTheBudgetStands() {
        SloScene scene = scene(BudgetingMethod.OCCURRENCES, "0.9996", 1);
        point(scene, T - 3610, "0.9990");
        point(scene, T - 60, "0.9999");

        Instant at = Instant.ofEpochSecond(T);
        BurnDown.Point last =
                scene.evaluator
                        .burnDown(scene.plan, scene.slo, 0, at.minusSeconds(7200), at, 2, at)
                        .points()
                        .getLast();
        assertThat(last.remainingRatio()).isEqualTo(scene.objective(T).budget().remainingRatio());
        assertThat(last.total()).isEqualTo(1);
        assertThat(last.sli().orElseThrow()).isEqualTo(0.9999);
    }

    @Test
    void alertsNeedNoMinimumOfBadEvents_whereNobodyKnowsHowManyThereAre() {
        SloScene scene =
                scene(
                        BudgetingMethod.OCCURRENCES,
                        "0.999",
                        28,
                        TestDefinitions.burnRate(
                                "page", 14.4, Duration.ofHours(1), Duration.ofMinutes(5), 5));
        for (int second = 3600; second > 0; second -= 30) {
            point(scene, T - second, second <= 3000 ? "0.98" : "1");
        }

        Sighting seen =
                new Conditions(scene.evaluator, scene.series)
                        .burnRates(scene.plan, scene.slo, Instant.ofEpochSecond(T - 10))
                        .getFirst();
        assertThat(seen.finding()).isEqualTo(Finding.TRUE);
        assertThat(seen.shortBurnRate().orElseThrow()).isCloseTo(20, within(1e-9));
    }
}
