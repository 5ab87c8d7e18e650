package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A threshold that changed, against the values themselves. */
class EstimatesTest {
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;

    /** When the new threshold came in force, and from when on it is counted. */
    private static final long CHANGED = T - 2 * DAY + 1234;

    /** How wide a sketch's bucket is at most. */
    private static final double BUCKET = Math.pow(2, 1 / 32.0);

    private SeriesTable series = new SeriesTable();

    /** Something that took so long, so many seconds before T. */
    record Event(long age, double value) {
        long second() {
            return T - age;
        }
    }

    private static Slo slo(Op op, double bound) {
        Objective objective =
                new Objective(
                        "",
                        "latency",
                        new Indicator.Threshold(
                                new EventSource.Spans(
                                        Optional.of("cart"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        List.of(),
                                        Optional.empty(),
                                        List.of()),
                                Indicator.Value.DURATION,
                                Indicator.Unit.MILLISECONDS),
                        Optional.of(new Objective.Threshold(op, bound)),
                        new BigDecimal("0.9"),
                        Optional.empty(),
                        Optional.empty(),
                        BigDecimal.ONE);
        return TestDefinitions.slo(
                "cart", BudgetingMethod.OCCURRENCES, objective, TestDefinitions.rolling(28));
    }

    private static MeasurePlan plan(Slo slo) {
        return MeasurePlan.compile(new TestDefinitions().set("latency", slo));
    }

    private static String measure(Slo slo) {
        return plan(slo).forObjective("cart", 0).id();
    }

    private SloEvaluator evaluator(String predecessor) {
        return new SloEvaluator(
                series,
                new History() {
                    @Override
                    public Optional<String> predecessor(String measure) {
                        return Optional.of(predecessor);
                    }

                    @Override
                    public long countedSince(String measure) {
                        return CHANGED;
                    }

                    @Override
                    public OptionalDouble progress(String measure) {
                        return OptionalDouble.empty();
                    }
                });
    }

    private void add(String measure, Event event, boolean good, boolean sketched) {
        Sketch sketch = new Sketch();
        sketch.add(event.value());
        series.add(
                new SeriesKey(measure, ""),
                event.second() - Math.floorMod(event.second(), 10),
                good ? 1 : 0,
                1,
                good ? 1000 : 0,
                1000,
                sketched ? sketch : null,
                T);
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 27 * DAY),
                        Arbitraries.oneOf(
                                Arbitraries.doubles().between(1, 1000),
                                Arbitraries.doubles().between(295, 305),
                                Arbitraries.of(0.0, 300.0, 256.0)))
                .as(Event::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(100);
    }

    @Property(tries = 300)
    void whatTheNewThresholdWouldHaveCounted_isWithinTheEstimate(
            @ForAll("events") List<Event> events,
            @ForAll Op op,
            @ForAll("bounds") double bound,
            @ForAll("skipped") boolean sketched) {
        series = new SeriesTable();
        Slo before = slo(Op.LTE, 200);
        Slo after = slo(op, bound);
        for (Event event : events) {
            boolean isOld = event.second() < CHANGED;
            boolean good =
                    isOld
                            ? event.value() <= 200
                            : after.objectives()
                                    .getFirst()
                                    .threshold()
                                    .orElseThrow()
                                    .op()
                                    .test(event.value(), bound);
            add(isOld ? measure(before) : measure(after), event, good, sketched);
        }
        series.compact(T);

        ObjectiveStatus status =
                evaluator(measure(before))
                        .evaluate(plan(after), after, Instant.ofEpochSecond(T))
                        .objectives()
                        .getFirst();

        // The first hour may not have been counted from its beginning.
        long oldest =
                events.stream()
                        .mapToLong(Event::second)
                        .filter(second -> second < CHANGED)
                        .map(second -> second - Math.floorMod(second, bucket(second)))
                        .min()
                        .orElse(Long.MAX_VALUE - HOUR);
        long from = Math.ceilDiv(oldest, HOUR) * HOUR;
        long until = CHANGED - Math.floorMod(CHANGED, HOUR);
        List<Event> older =
                events.stream()
                        .filter(event -> event.second() >= from && event.second() < until)
                        .toList();
        assertThat(status.older().isPresent()).isEqualTo(!older.isEmpty());
        if (older.isEmpty()) {
            return;
        }
        Estimate estimate = status.older().get().estimate();
        long good = older.stream().filter(event -> op.test(event.value(), bound)).count();
        assertThat(estimate.total()).isEqualTo(older.size());
        assertThat(good).isBetween(estimate.goodLow(), estimate.goodHigh());
        long unsure =
                older.stream()
                        .filter(
                                event ->
                                        !sketched
                                                || event.value() >= bound / BUCKET
                                                        && event.value() <= bound * BUCKET
                                                || event.value() == 0 && bound <= 0)
                        .count();
        assertThat(estimate.goodHigh() - estimate.goodLow()).isLessThanOrEqualTo(unsure);

        // What is left, if all that is unsure is bad, and if all of it is good.
        double bad = status.budget().consumed();
        double allowed = 0.1 * (estimate.total() + status.total());
        assertThat(status.older().get().remaining().low())
                .isCloseTo(
                        1 - (bad + estimate.total() - estimate.goodLow()) / allowed, within(1e-9));
        assertThat(status.older().get().remaining().high())
                .isCloseTo(
                        1 - (bad + estimate.total() - estimate.goodHigh()) / allowed, within(1e-9));
    }

    /** How long the bucket is that a second is kept in. */
    private static long bucket(long second) {
        long age = T - (second - Math.floorMod(second, HOUR)) - HOUR;
        return age < 2 * DAY ? 10 : age < 14 * DAY ? 60 : 300;
    }

    @Provide
    Arbitrary<Double> bounds() {
        return Arbitraries.of(300.0, 256.0, 150.5, 2000.0, 0.5);
    }

    @Provide
    Arbitrary<Boolean> skipped() {
        return Arbitraries.of(true, true, true, false);
    }

    @Test
    void aBurnDown_hasABandWhereItsWindowReachesBack() {
        Slo before = slo(Op.LTE, 200);
        Slo after = slo(Op.LTE, 300);
        for (long age = 60; age < 20 * DAY; age += HOUR) {
            Event event = new Event(age, age % (2 * HOUR) < HOUR ? 100 : 250);
            boolean isOld = event.second() < CHANGED;
            add(
                    isOld ? measure(before) : measure(after),
                    event,
                    !isOld || event.value() <= 200,
                    true);
        }
        Instant at = Instant.ofEpochSecond(T);
        SloEvaluator evaluator = evaluator(measure(before));
        List<BurnDown.Point> points =
                evaluator
                        .burnDown(plan(after), after, 0, at.minus(Duration.ofDays(4)), at, 4, at)
                        .points();

        assertThat(points).hasSize(4);
        assertThat(points)
                .allSatisfy(
                        point -> {
                            assertThat(point.estimated().orElseThrow().low()).isEqualTo(1);
                            assertThat(point.estimated().orElseThrow().high()).isEqualTo(1);
                        });
        assertThat(points.getFirst().remainingRatio()).as("nothing was counted").isEmpty();
    }

    @Test
    void sampledEvents_andSlices_getNoEstimate() {
        Slo before = slo(Op.LTE, 200);
        Slo after = slo(Op.LTE, 300);
        Sketch sketch = new Sketch();
        sketch.add(100);
        series.add(new SeriesKey(measure(before), ""), T - 5 * DAY, 1, 1, 8000, 8000, sketch, T);

        assertThat(
                        evaluator(measure(before))
                                .evaluate(plan(after), after, Instant.ofEpochSecond(T))
                                .objectives()
                                .getFirst()
                                .older())
                .isEmpty();
    }
}
