package io.sluice.engine.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.AlertEngine;
import io.sluice.engine.alert.Conditions;
import io.sluice.engine.backtest.BacktestReport.Firing;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.store.InMemoryStore;
import io.sluice.engine.time.Interval;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

class BacktestTest {
    /** A Friday, on the hour. */
    private static final long T = 1_800_000_000L;

    private static final long BUCKET = 10;
    private static final long PER_BUCKET = 10_000;
    private static final AlertPolicy FAST =
            TestDefinitions.burnRate("fast", 14.4, Duration.ofHours(1), Duration.ofMinutes(5), 10);

    /** One SLO's series, filled by hand. */
    private static final class Scene {
        final SeriesTable series = new SeriesTable();
        final SloEvaluator evaluator = new SloEvaluator(series, History.COMPLETE);
        final MeasurePlan plan;
        final String measure;
        long newest;

        Scene(Slo slo) {
            plan = MeasurePlan.compile(new TestDefinitions().set("scene", slo));
            measure = plan.forObjective(slo.name(), 0).id();
        }

        static Scene of(String target, AlertPolicy... policies) {
            return new Scene(
                    TestDefinitions.slo("cart", target, TestDefinitions.rolling(30), policies));
        }

        void traffic(long from, long to, long bad) {
            for (long bucket = from; bucket < to; bucket += BUCKET) {
                events("", bucket, PER_BUCKET - bad, PER_BUCKET);
                add(SeriesKey.heartbeat("cart"), bucket, 1, 1);
            }
            newest = Math.max(newest, to);
        }

        void events(String prefix, long bucket, long good, long total) {
            add(new SeriesKey(prefix + measure, ""), bucket, good, total);
        }

        private void add(SeriesKey key, long bucket, long good, long total) {
            series.add(key, bucket, good, total, 1000 * good, 1000 * total, null, bucket);
        }

        BacktestReport test(long from, long to, Interval... incidents) {
            return new Backtest(series, evaluator)
                    .run(
                            plan,
                            Optional.empty(),
                            interval(from, to),
                            List.of(incidents),
                            at(newest));
        }

        List<Firing> firings(long from, long to) {
            return test(from, to).slos().getFirst().firings();
        }
    }

    private static Instant at(long second) {
        return Instant.ofEpochSecond(second);
    }

    private static Interval interval(long from, long to) {
        return new Interval(at(from), at(to));
    }

    @ParameterizedTest
    @CsvSource({
        // SLO, bad of 10,000, burn, long, short, detect s, reset s
        "0.999, 10000, 14.4, PT1H, PT5M, 51.8, 296",
        "0.999, 10000, 6, PT6H, PT30M, 130, 1789",
        "0.999, 10000, 3, P1D, PT2H, 259, 7178",
        "0.999, 10000, 1, P3D, PT6H, 259, 21578",
        "0.999, 1000, 14.4, PT1H, PT5M, 518, 257",
        "0.999, 1000, 6, PT6H, PT30M, 1296, 1692",
        "0.999, 1000, 3, P1D, PT2H, 2592, 6984",
        "0.999, 1000, 1, P3D, PT6H, 2592, 21384",
        "0.999, 150, 14.4, PT1H, PT5M, 3456, 12",
        "0.999, 150, 6, PT6H, PT30M, 8640, 1080",
        "0.999, 150, 3, P1D, PT2H, 17280, 5760",
        "0.999, 150, 1, P3D, PT6H, 17280, 20160",
        "0.999, 20, 1, P3D, PT6H, 129600, 10800",
        "0.999, 20, 14.4, PT1H, PT5M, -1, 0",
        "0.999, 20, 6, PT6H, PT30M, -1, 0",
        "0.999, 20, 3, P1D, PT2H, -1, 0",
        "0.99, 10000, 14.4, PT1H, PT5M, 518, 257",
        "0.99, 10000, 6, PT6H, PT30M, 1296, 1692",
        "0.99, 10000, 3, P1D, PT2H, 2592, 6984",
        "0.99, 10000, 1, P3D, PT6H, 2592, 21384",
        "0.95, 10000, 14.4, PT1H, PT5M, 2592, 84",
        "0.95, 10000, 6, PT6H, PT30M, 6480, 1260",
        "0.95, 10000, 3, P1D, PT2H, 12960, 6120",
        "0.95, 10000, 1, P3D, PT6H, 12960, 20520",
        "0.90, 10000, 14.4, PT1H, PT5M, -1, 0",
        "0.90, 10000, 6, PT6H, PT30M, 12960, 720",
        "0.90, 10000, 3, P1D, PT2H, 25920, 5040",
        "0.90, 10000, 1, P3D, PT6H, 25920, 19440",
    })
    void workbookPairsFireAndStopWhenTheorySays(
            String target,
            long bad,
            double burn,
            Duration longWindow,
            Duration shortWindow,
            double detect,
            long reset) {
        Scene scene =
                Scene.of(
                        target, TestDefinitions.burnRate("pair", burn, longWindow, shortWindow, 0));
        long errors = detect < 0 ? longWindow.toSeconds() : (long) detect + 600;
        long end =
                T + Math.ceilDiv(Math.max(errors, shortWindow.toSeconds() + 60), BUCKET) * BUCKET;
        long over = end + shortWindow.toSeconds() + 60;
        scene.traffic(T - longWindow.toSeconds() - 60, T, 0);
        scene.traffic(T, end, bad);
        scene.traffic(end, over, 0);

        List<Firing> firings = scene.firings(T - 60, over);

        if (detect < 0) {
            assertThat(firings).isEmpty();
            return;
        }
        Firing firing = firings.getFirst();
        assertThat(firings).hasSize(1);
        assertThat((double) firing.firedAt().getEpochSecond() - T)
                .isCloseTo(detect, within(tolerance(longWindow)));
        assertThat((double) firing.resolvedAt().orElseThrow().getEpochSecond() - end)
                .isCloseTo((double) reset, within(tolerance(shortWindow)));
    }

    /** One bucket of the window's grid, and the bucket that the theory's instant falls into. */
    private static double tolerance(Duration window) {
        return BUCKET + (window.compareTo(Duration.ofHours(6)) <= 0 ? 0 : 60);
    }

    @Property(tries = 30)
    void tellsWhatAlertingTold_whenNothingCameLate(
            @ForAll @Size(30) List<@IntRange(max = 60) Integer> badPerMinute) {
        Scene scene = Scene.of("0.999", FAST);
        AlertEngine live =
                new AlertEngine(
                        scene.evaluator,
                        scene.series,
                        new Exemplars(),
                        new InMemoryStore(),
                        List.of(),
                        "",
                        at(T));
        List<String> told = new ArrayList<>();
        scene.traffic(T - 7200, T, 0);
        long end = T;
        for (int bad : badPerMinute) {
            for (int i = 0; i < 6; i++, end += BUCKET) {
                // Every third minute may be without a sign of life.
                if (bad % 3 != 0) {
                    scene.traffic(end, end + BUCKET, bad * 60L);
                }
                live.evaluate(scene.plan, at(end + BUCKET - 1));
                live.alerts().stream()
                        .filter(alert -> !alert.condition().equals(Conditions.NO_DATA))
                        .forEach(alert -> note(alert, told));
            }
        }
        scene.newest = end;

        List<String> tested = new ArrayList<>();
        for (Firing firing : scene.firings(T, end)) {
            if (!firing.alert().condition().equals(Conditions.NO_DATA)) {
                tested.add("fired " + (firing.firedAt().getEpochSecond() - 1));
                firing.resolvedAt()
                        .ifPresent(at -> tested.add("resolved " + (at.getEpochSecond() - 1)));
            }
        }
        assertThat(tested).isEqualTo(told);
    }

    private static void note(Alert alert, List<String> told) {
        String now =
                alert.active()
                        ? "fired " + alert.firedAt().orElseThrow().getEpochSecond()
                        : "resolved " + alert.resolvedAt().orElseThrow().getEpochSecond();
        if (!told.contains(now)) {
            told.add(now);
        }
    }

    @Test
    void countsPagesAndIncidents_andNamesTheMissedOnes() {
        Scene scene = Scene.of("0.999", FAST);
        scene.traffic(T - 7200, T, 0);
        scene.traffic(T, T + 600, 10_000);
        scene.traffic(T + 600, T + 7 * 86_400, 0);

        BacktestReport report =
                scene.test(
                        T, T + 7 * 86_400, interval(T, T + 600), interval(T + 86_400, T + 90_000));

        assertThat(report.pages()).isEqualTo(1);
        assertThat(report.pagesPerWeek()).isEqualTo(1);
        assertThat(report.pagesOutsideIncidents()).isZero();
        assertThat(report.incidents().getFirst().timeToDetect()).contains(Duration.ofSeconds(60));
        assertThat(report.incidents().getLast().page()).isEmpty();
        // 720 clean buckets and 6 bad ones allow 7.26 buckets' tenths of a percent.
        Firing firing = report.slos().getFirst().firings().getFirst();
        assertThat(firing.budgetRemaining().orElseThrow())
                .isCloseTo(1 - 6 / (0.001 * 726), within(1e-9));
    }

    @Test
    void pagesAWeekAreOfTheTimeThatWasCounted() {
        Scene scene = Scene.of("0.999", FAST);
        scene.traffic(T, T + 86_400, 0);
        scene.traffic(T + 86_400, T + 87_000, 10_000);
        scene.traffic(T + 87_000, T + 2 * 86_400, 0);

        assertThat(scene.test(T - 5 * 86_400, T + 2 * 86_400).pagesPerWeek()).isEqualTo(3.5);
        assertThat(scene.test(T - 5 * 86_400, T - 86_400).pagesPerWeek()).isZero();
    }

    @Test
    void aPageOutsideEveryIncidentIsCountedAsSuch() {
        Scene scene = Scene.of("0.999", FAST);
        scene.traffic(T - 7200, T, 0);
        scene.traffic(T, T + 600, 10_000);
        scene.traffic(T + 600, T + 7200, 0);

        BacktestReport report = scene.test(T, T + 7200, interval(T + 3600, T + 7200));

        assertThat(report.pagesOutsideIncidents()).isEqualTo(1);
        assertThat(report.incidents().getFirst().page()).isEmpty();
    }

    @Test
    void silenceIsToldAfterFiveMinutes_andEndsWithTheNextEvent() {
        Scene scene = Scene.of("0.999", FAST);
        scene.traffic(T - 7200, T, 0);
        scene.traffic(T + 900, T + 1800, 0);

        Firing silence = scene.firings(T - 3600, T + 1800).getFirst();

        assertThat(silence.alert().condition()).isEqualTo(Conditions.NO_DATA);
        assertThat(silence.firedAt()).isEqualTo(at(T + 300));
        assertThat(silence.resolvedAt()).contains(at(T + 910));
    }

    @Test
    void whatABackfillSourceSentFiresNothing() {
        Scene scene = Scene.of("0.999", FAST);
        scene.traffic(T - 7200, T + 600, 0);
        for (long bucket = T; bucket < T + 600; bucket += BUCKET) {
            scene.events("", bucket, 0, 100_000);
            scene.events("backfill/", bucket, 0, 100_000);
        }

        assertThat(scene.firings(T - 3600, T + 600)).isEmpty();
    }

    @Test
    void aConditionThatIsTrueAtTheBeginningFiresThen_andMayFireToTheEnd() {
        Scene scene = Scene.of("0.999", FAST);
        scene.traffic(T - 7200, T + 600, 10_000);

        Firing firing = scene.firings(T, T + 600).getFirst();

        assertThat(firing.firedAt()).isEqualTo(at(T + 10));
        assertThat(firing.resolvedAt()).isEmpty();
    }

    @Test
    void whatWasNeverCountedIsSaid() {
        Scene scene = Scene.of("0.999", FAST);

        assertThat(scene.test(T, T + 600).slos().getFirst().countedFrom()).isEmpty();
    }

    @Test
    void slicesAreJudgedOnlyWhereTheyAreKept() {
        Scene scene =
                new Scene(
                        TestDefinitions.slo(
                                "cart",
                                BudgetingMethod.TIMESLICES,
                                TestDefinitions.slices(
                                        "cart", "0.99", "0.9", Duration.ofMinutes(1)),
                                TestDefinitions.rolling(30),
                                FAST));
        scene.newest = T;

        assertThat(scene.test(T - 30 * 86_400, T).slos().getFirst().judgedFrom())
                .isEqualTo(at(T - 14 * 86_400 + 3600));
    }

    @Test
    void slicesThatAreCountedAsSuchAreJudgedAtAnyAge() {
        Slo slo =
                TestDefinitions.slo(
                        "cart",
                        BudgetingMethod.TIMESLICES,
                        TestDefinitions.slices("cart", "0.99", "0.9", Duration.ofMinutes(1)),
                        TestDefinitions.rolling(30),
                        FAST);
        Scene scene = new Scene(slo);
        scene.newest = T;
        String measure = scene.plan.forObjective("cart", 0).id();
        scene.plan.slicesOf(measure).forEach(slices -> scene.add(slices, T - 20 * 86_400, 10, 10));

        assertThat(scene.test(T - 30 * 86_400, T).slos().getFirst().judgedFrom())
                .isEqualTo(at(T - 30 * 86_400));
    }

    @Test
    void refusesMoreThanItsLongest() {
        Scene scene = Scene.of("0.999", FAST);

        assertThatThrownBy(() -> scene.test(T - 93 * 86_400, T))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("92 days");
    }
}
