package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.RecurrenceRule;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.alert.Conditions;
import io.sluice.engine.alert.Finding;
import io.sluice.engine.backtest.Backtest;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.slo.SloStatus.Capacity;
import io.sluice.engine.slo.SloStatus.CapacityState;
import io.sluice.engine.slo.SloStatus.Composite;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;
import io.sluice.engine.slo.SloStatus.State;
import io.sluice.engine.time.Interval;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

class ExclusionsTest {
    private static final long HOUR = 3600;
    private static final long DAY = 86_400;
    private static final Instant AT = Instant.ofEpochSecond(T);

    private static SloScene occurrences(int days) {
        return new SloScene(
                TestDefinitions.slo(
                        "cart",
                        "0.9",
                        TestDefinitions.rolling(days),
                        TestDefinitions.burnRate(
                                "page", 5, Duration.ofHours(1), Duration.ofMinutes(5), 0)));
    }

    private static ObjectiveStatus under(MeasurePlan plan, SloScene scene) {
        return scene.evaluator.evaluate(plan, scene.slo, AT).objectives().getFirst();
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "3, 60", "20, 300", "100, 900"})
    void anExclusion_takesWholeBucketsOfItsAgeAway_andGivesThemBack(int days, long bucket) {
        SloScene scene = occurrences(200);
        long begin = T - days * DAY;
        scene.events(begin - bucket, 1, 0);
        scene.events(begin, 0, 1);
        scene.events(begin + bucket, 0, 1);
        scene.events(begin + 2 * bucket, 1, 0);
        scene.series.compact(T);
        ObjectiveStatus before = scene.objective(T);
        assertThat(before.state()).isEqualTo(State.BREACHED);

        // It touches both buckets with failures, and ends inside the second one.
        MeasurePlan plan =
                scene.excluding(TestDefinitions.maintenance("cart", begin + 3, begin + bucket + 1));

        assertThat(under(plan, scene).total()).isEqualTo(2);
        assertThat(under(plan, scene).state()).isEqualTo(State.MET);
        assertThat(scene.objective(T)).isEqualTo(before);
    }

    @Test
    void anotherSlosExclusion_takesNothingAway() {
        SloScene scene = occurrences(7);
        scene.events(T - HOUR, 0, 1);

        MeasurePlan plan = scene.excluding(TestDefinitions.maintenance("search", T - DAY, T));

        assertThat(under(plan, scene)).isEqualTo(scene.objective(T));
    }

    @Test
    void aRecurringExclusion_takesEveryOccurrenceAway_alsoWhenClocksChange() {
        SloScene scene = occurrences(28);
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Exclusion nightly =
                TestDefinitions.excluding(
                        "nightly",
                        new Exclusion.Recurring(
                                LocalDateTime.parse("2026-10-01T03:00:00"),
                                berlin,
                                Duration.ofMinutes(30),
                                new RecurrenceRule("FREQ=DAILY")),
                        "cart");
        LocalDateTime today = LocalDateTime.ofInstant(AT, berlin).toLocalDate().atTime(3, 10);
        for (int day = 1; day <= 20; day++) {
            scene.events(today.minusDays(day).atZone(berlin).toEpochSecond(), 0, 1);
            scene.events(today.minusDays(day).plusHours(1).atZone(berlin).toEpochSecond(), 1, 0);
        }
        scene.series.compact(T);

        assertThat(under(scene.excluding(nightly), scene).total()).isEqualTo(20);
        assertThat(under(scene.excluding(nightly), scene).state()).isEqualTo(State.MET);
    }

    @Test
    void excludedTime_isNotMissingFromCoverage() {
        SloScene scene = occurrences(1);
        for (long bucket = T - DAY + 10; bucket <= T; bucket += 10) {
            if (bucket < T - 4 * HOUR || bucket >= T - 2 * HOUR) {
                scene.heartbeat("cart", bucket);
            }
        }
        assertThat(scene.objective(T).coverage()).isCloseTo(22.0 / 24, within(0.001));

        MeasurePlan plan =
                scene.excluding(TestDefinitions.maintenance("cart", T - 4 * HOUR, T - 2 * HOUR));

        assertThat(under(plan, scene).coverage()).isEqualTo(1);
    }

    @Test
    void aWindowOfWhichNothingIsLeft_isUnmeasured() {
        SloScene scene = occurrences(1);
        scene.events(T - HOUR, 5, 5);

        ObjectiveStatus status =
                under(
                        scene.excluding(TestDefinitions.maintenance("cart", T - 2 * DAY, T + DAY)),
                        scene);

        assertThat(status.state()).isEqualTo(State.UNMEASURED);
        assertThat(status.burnRates().getFirst().rate()).isEmpty();
    }

    @Test
    void aSlice_isLeftOutIfAnyPartOfItIsExcluded() {
        SloScene scene =
                new SloScene(
                        TestDefinitions.slo(
                                "cart",
                                BudgetingMethod.TIMESLICES,
                                TestDefinitions.slices("cart", "0.9", "0.9", Duration.ofMinutes(5)),
                                TestDefinitions.rolling(1)));
        scene.events(T - 900, 1, 0);
        scene.events(T - 600, 0, 1);
        scene.events(T - 300, 1, 0);

        MeasurePlan plan = scene.excluding(TestDefinitions.maintenance("cart", T - 310, T - 305));

        assertThat(under(plan, scene).total()).isEqualTo(2);
        assertThat(under(plan, scene).good()).isEqualTo(2);
    }

    @Test
    void aComposite_isSpentByWhatIsLeft() {
        Slo slo =
                new Slo(
                        TestDefinitions.named("cart"),
                        "",
                        "cart",
                        Tier.SERVICE,
                        BudgetingMethod.OCCURRENCES,
                        TestDefinitions.rolling(1),
                        true,
                        List.of(
                                TestDefinitions.errors("cart", "0.9"),
                                TestDefinitions.errors("search", "0.9")),
                        List.of());
        SloScene scene = new SloScene(slo);
        scene.part(0, T - HOUR, 99, 1);
        scene.part(1, T - HOUR, 98, 2);
        scene.part(1, T - 3 * HOUR, 0, 100);
        scene.heartbeat("cart", T);
        scene.heartbeat("search", T);
        assertThat(scene.status(T).state()).isEqualTo(State.BREACHED);

        MeasurePlan plan =
                scene.excluding(TestDefinitions.maintenance("cart", T - 4 * HOUR, T - 2 * HOUR));

        Composite composite =
                scene.evaluator.evaluate(plan, scene.slo, AT).composite().orElseThrow();
        assertThat(composite.state()).isEqualTo(State.MET);
        assertThat(composite.remainingRatio().orElseThrow()).isCloseTo(0.7, within(1e-12));
    }

    @Test
    void aBurnDown_losesNothingInExcludedTime() {
        SloScene scene = occurrences(7);
        for (long bucket = T - 2 * DAY; bucket < T; bucket += 600) {
            scene.events(bucket, 99, bucket < T - DAY ? 50 : 1);
        }
        scene.series.compact(T);
        MeasurePlan plan =
                scene.excluding(TestDefinitions.maintenance("cart", T - 2 * DAY, T - DAY));

        BurnDown down =
                scene.evaluator.burnDown(
                        plan, scene.slo, 0, AT.minus(Duration.ofDays(2)), AT, 48, AT);

        assertThat(down.points().subList(0, 24))
                .allMatch(point -> point.total() == 0 && !point.measured());
        assertThat(down.points().getLast().remainingRatio().orElseThrow())
                .isCloseTo(0.9, within(1e-12));
    }

    @Test
    void burnRatesFreezeAndSilenceTellsNobody_duringAnExclusionAndForItsFiveMinutesAfter() {
        SloScene scene = occurrences(7);
        Conditions conditions = new Conditions(scene.evaluator, scene.series);
        for (long bucket = T - DAY; bucket < T; bucket += 10) {
            scene.events(bucket, 10, 0);
            scene.heartbeat("cart", bucket);
        }
        long end = T + 1200;
        MeasurePlan plan = scene.excluding(TestDefinitions.maintenance("cart", T, end));

        assertThat(silence(conditions, scene.plan, scene.slo, T + 310)).isEqualTo(Finding.TRUE);
        assertThat(silence(conditions, plan, scene.slo, T + 310)).isEqualTo(Finding.UNMEASURED);
        assertThat(silence(conditions, plan, scene.slo, end + 290)).isEqualTo(Finding.UNMEASURED);
        assertThat(silence(conditions, plan, scene.slo, end + 310)).isEqualTo(Finding.TRUE);
        scene.events(T + 600, 0, 10);
        assertThat(burn(conditions, scene.plan, scene.slo, T + 605)).isEqualTo(Finding.FALSE);
        assertThat(burn(conditions, plan, scene.slo, T + 605)).isEqualTo(Finding.UNMEASURED);
    }

    private static Finding silence(Conditions conditions, MeasurePlan plan, Slo slo, long second) {
        Instant at = Instant.ofEpochSecond(second);
        return conditions.silence(plan, slo, Instant.MIN, at, at).orElseThrow().finding();
    }

    private static Finding burn(Conditions conditions, MeasurePlan plan, Slo slo, long second) {
        return conditions.burnRates(plan, slo, Instant.ofEpochSecond(second)).getFirst().finding();
    }

    @Test
    void whatBurnedTheBudget_isOnlyWhatCounts() {
        SloScene scene = occurrences(7);
        scene.events(scene.slo, "/cart", T - HOUR, 0, 3);
        scene.events(scene.slo, "/checkout", T - 3 * HOUR, 0, 50);
        MeasurePlan plan =
                scene.excluding(TestDefinitions.maintenance("cart", T - 4 * HOUR, T - 2 * HOUR));

        Burned burned =
                scene.evaluator.burned(plan, scene.slo, Duration.ofDays(1), AT, new Exemplars());

        assertThat(burned.bad()).isEqualTo(3);
        assertThat(burned.shares()).containsExactly(new Burned.Share("http.route", "/cart", 3, 3));
    }

    @Test
    void capacity_takesNothingFromMinutesExcludedFromThePromiseOrFromWhatMustHold() {
        Slo errors = TestDefinitions.slo("errors", "0.99", TestDefinitions.rolling(1));
        SloScene scene = new SloScene(promise("errors"), errors);
        scene.events(T - 600, 900, 0);
        scene.events(errors, "", T - 600, 800, 100);

        assertThat(capacity(scene, scene.plan).state()).isEqualTo(CapacityState.BREACHED);
        for (String excluded : List.of("capacity", "errors")) {
            MeasurePlan plan =
                    scene.excluding(TestDefinitions.maintenance(excluded, T - 600, T - 590));
            assertThat(capacity(scene, plan).state()).isEqualTo(CapacityState.NOT_EXERCISED);
        }
    }

    private static Slo promise(String of) {
        Objective rate = TestDefinitions.perMinute("cart", "0.99", Op.GTE, 1000);
        return new Slo(
                new Metadata("capacity", "", Map.of(), Map.of(CapacityProof.ANNOTATION, of)),
                "",
                "cart",
                Tier.SERVICE,
                BudgetingMethod.TIMESLICES,
                TestDefinitions.rolling(1),
                false,
                List.of(rate),
                List.of());
    }

    private static Capacity capacity(SloScene scene, MeasurePlan plan) {
        return scene.evaluator.evaluate(plan, scene.slo, AT).capacity().orElseThrow();
    }

    @Test
    void aBacktest_leavesOutWholeBucketsOfTheirAgeNow() {
        SloScene scene = occurrences(7);
        long trouble = T - 20 * DAY;
        for (long bucket = trouble - 7200; bucket < trouble + 7200; bucket += 10) {
            scene.events(bucket, 10, 0);
            scene.heartbeat("cart", bucket);
        }
        for (long bucket = trouble; bucket < trouble + 600; bucket += 10) {
            scene.events(bucket, 0, 1000);
        }
        scene.series.compact(T);
        // Ends inside the last bucket of five minutes that has failures.
        MeasurePlan plan =
                scene.excluding(TestDefinitions.maintenance("cart", trouble + 10, trouble + 301));

        assertThat(firings(scene, scene.plan, trouble)).isEqualTo(1);
        assertThat(firings(scene, plan, trouble)).isZero();
    }

    private static long firings(SloScene scene, MeasurePlan plan, long trouble) {
        return new Backtest(scene.series, scene.evaluator)
                .run(
                        plan,
                        Optional.empty(),
                        new Interval(
                                Instant.ofEpochSecond(trouble - 3600),
                                Instant.ofEpochSecond(trouble + 3600)),
                        List.of(),
                        AT)
                .slos()
                .getFirst()
                .firings()
                .size();
    }

    /** Something that comes, however late, between one question and the next. */
    record Arrival(long age, boolean heartbeat, String group) {}

    @Provide
    Arbitrary<Arrival> arrivals() {
        return Arbitraries.longs()
                .between(0, 4 * DAY)
                .flatMap(
                        age ->
                                Arbitraries.of("", "/cart", "heartbeat")
                                        .map(
                                                what ->
                                                        new Arrival(
                                                                age,
                                                                what.equals("heartbeat"),
                                                                what.equals("heartbeat")
                                                                        ? ""
                                                                        : what)));
    }

    @Provide
    Arbitrary<Span> windows() {
        return Arbitraries.longs()
                .between(0, 4 * DAY / 10)
                .list()
                .ofSize(2)
                .map(
                        ends ->
                                new Span(
                                        T - 10 * Math.max(ends.get(0), ends.get(1)),
                                        T - 10 * Math.min(ends.get(0), ends.get(1)) + 10));
    }

    @Property(tries = 40)
    void whatIsLeftOfAWindow_isTheSumOfItsGaps_whateverComesLate(
            @ForAll @Size(min = 1, max = 12) List<@From("arrivals") Arrival> arrivals,
            @ForAll @Size(min = 1, max = 6) List<@From("windows") Span> windows) {
        SloScene scene = occurrences(7);
        String measure = scene.plan.forObjective("cart", 0).id();
        List<Span> out =
                LongStream.range(1, 60)
                        .mapToObj(
                                i -> new Span(T - 4 * DAY + i * 5760, T - 4 * DAY + i * 5760 + 600))
                        .toList();
        WithoutExcluded reader = new WithoutExcluded(scene.series, new Excluded(out));
        for (Arrival arrival : arrivals) {
            long bucket = Span.floor(T - arrival.age(), 10);
            if (arrival.heartbeat()) {
                scene.heartbeat("cart", bucket);
            } else {
                scene.events(scene.slo, arrival.group(), bucket, 1, 2);
            }
            for (Span window : windows) {
                long events = 0;
                long heard = 0;
                for (Span gap : gaps(out, window)) {
                    events += scene.series.sum(measure, gap.from(), gap.to()).total();
                    heard += scene.series.measuredBuckets("cart", gap.from(), gap.to());
                }
                assertThat(reader.sum(measure, window.from(), window.to()).total())
                        .isEqualTo(events);
                assertThat(reader.measuredBuckets("cart", window.from(), window.to()))
                        .isEqualTo(heard);
            }
        }
    }

    /** Bucket by bucket. */
    private static List<Span> gaps(List<Span> out, Span window) {
        return LongStream.range(0, window.seconds() / 10)
                .map(i -> window.from() + 10 * i)
                .filter(t -> out.stream().noneMatch(o -> o.from() <= t && t < o.to()))
                .mapToObj(t -> new Span(t, t + 10))
                .toList();
    }
}
