package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.Condition;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Journey;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.JourneyStatus.StepStatus;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Journeys against a list of what happened, gone through event by event. */
class JourneyEvaluatorTest {
    private static final List<String> STEPS = List.of("browse", "cart", "checkout");
    private static final Journey PURCHASE =
            new Journey(
                    TestDefinitions.named("purchase"),
                    "",
                    "shop",
                    List.of(side("legacy"), side("platform")),
                    STEPS.stream().map(JourneyEvaluatorTest::step).toList());
    private static final Journey WALK =
            new Journey(
                    TestDefinitions.named("walk"), "", "shop", List.of(), List.of(step("browse")));
    private static final Instant AT = Instant.ofEpochSecond(T);

    private final MeasurePlan plan = MeasurePlan.compile(journeys(PURCHASE, WALK));

    /** So many seconds before T; of no side, it is neither's. */
    record Event(int step, String side, long age, boolean good) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.of("legacy", "platform", ""),
                        Arbitraries.oneOf(
                                Arbitraries.longs().between(0, 7200),
                                Arbitraries.longs().between(21_500, 21_700),
                                Arbitraries.longs().between(86_300, 86_500)),
                        Arbitraries.of(true, true, false))
                .as(Event::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void everyFigureIsWhatCountingOneByOneGives(
            @ForAll("events") List<Event> events, @ForAll("windows") Duration window) {
        SeriesTable series = new SeriesTable();
        events.forEach(event -> add(series, event));

        JourneyStatus status = evaluate(series, PURCHASE, window);

        // Windows of up to 6 h move by 10 s, longer ones by a minute; the open bucket counts.
        long step = window.toHours() <= 6 ? 10 : 60;
        long from = T + step - window.toSeconds();
        assertThat(status.from()).isEqualTo(Instant.ofEpochSecond(from));
        check(status.steps(), events, List.of("legacy", "platform", ""), from);
        check(status.sides().get(0).steps(), events, List.of("legacy"), from);
        check(status.sides().get(1).steps(), events, List.of("platform"), from);
    }

    @Provide
    Arbitrary<Duration> windows() {
        return Arbitraries.of(Duration.ofMinutes(10), Duration.ofHours(6), Duration.ofDays(1));
    }

    private static void check(
            List<StepStatus> steps, List<Event> events, List<String> sides, long from) {
        for (int i = 0; i < steps.size(); i++) {
            long entered = 0;
            long completed = 0;
            long next = 0;
            for (Event event : events) {
                long bucket = Math.floorDiv(T - event.age(), 10) * 10;
                if (sides.contains(event.side()) && bucket >= from) {
                    entered += event.step() == i ? 1 : 0;
                    completed += event.step() == i && event.good() ? 1 : 0;
                    next += event.step() == i + 1 ? 1 : 0;
                }
            }
            StepStatus step = steps.get(i);
            assertThat(step.entered()).isEqualTo(entered);
            assertThat(step.completed()).isEqualTo(completed);
            assertThat(step.failed()).isEqualTo(entered - completed);
            assertThat(step.measured()).isEqualTo(entered > 0);
            boolean both = entered > 0 && next > 0;
            assertThat(step.droppedOff().isPresent()).isEqualTo(both);
            if (both) {
                assertThat(step.droppedOff().getAsLong()).isEqualTo(completed - next);
            }
            assertThat(step.droppedOffRatio().isPresent()).isEqualTo(both && completed > 0);
        }
    }

    @Test
    void stepThatNobodyEntered_isAZeroIfItsServiceWasHeardOf_andUnmeasuredIfNot() {
        SeriesTable series = new SeriesTable();
        add(series, new Event(0, "legacy", 0, true));
        assertThat(evaluate(series, PURCHASE, Duration.ofHours(1)).steps().get(0).droppedOff())
                .as("nothing is known of carts")
                .isEmpty();

        for (long bucket = T - 1790; bucket <= T; bucket += 10) {
            series.add(SeriesKey.heartbeat("cart"), bucket, 1, 1, 1000, 1000, null, T);
        }
        List<StepStatus> steps = evaluate(series, PURCHASE, Duration.ofHours(1)).steps();
        assertThat(steps.get(0).droppedOff()).hasValue(1);
        assertThat(steps.get(0).droppedOffRatio()).hasValue(1);
        assertThat(steps.get(1).measured()).isTrue();
        assertThat(steps.get(1).entered()).isZero();
        assertThat(steps.get(1).coverage()).isCloseTo(0.5, within(1e-12));
        assertThat(steps.get(1).droppedOff()).as("nothing is known of checkouts").isEmpty();
    }

    @Test
    void heartbeatFromBeforeAStepWasCounted_saysNothingOfIt() {
        SeriesTable series = new SeriesTable();
        series.add(SeriesKey.heartbeat("browse"), T - 600, 1, 1, 1000, 1000, null, T);
        History since =
                new History() {
                    @Override
                    public long countedSince(String measure) {
                        return T - 300;
                    }

                    @Override
                    public java.util.OptionalDouble progress(String measure) {
                        return java.util.OptionalDouble.of(0.25);
                    }
                };
        JourneyStatus status =
                new JourneyEvaluator(series, since).evaluate(plan, WALK, Duration.ofHours(1), AT);
        assertThat(status.steps().getFirst().measured()).isFalse();
        assertThat(status.sides()).isEmpty();
        assertThat(status.counted().since()).isEqualTo(AT.minusSeconds(300));
        assertThat(status.counted().olderLogRead()).hasValue(0.25);
    }

    @Test
    void timeThatIsExcludedFromItsService_isLeftOutOfAJourney_andOfItsCoverage() {
        SeriesTable series = new SeriesTable();
        for (long age : List.of(100L, 700L, 1300L)) {
            add(series, new Event(0, "legacy", age, true));
            add(series, new Event(1, "platform", age + 10, false));
        }
        for (long bucket = T - 1790; bucket <= T; bucket += 10) {
            series.add(SeriesKey.heartbeat("browse"), bucket, 1, 1, 1000, 1000, null, T);
        }
        MeasurePlan maintained =
                MeasurePlan.compile(
                        TestDefinitions.excluding(
                                plan.definitions(),
                                exclusion(
                                        "shop",
                                        new Exclusion.Selector(
                                                List.of(), List.of("shop"), Map.of())),
                                exclusion(
                                        "cart",
                                        new Exclusion.Selector(
                                                List.of("cart"), List.of(), Map.of())),
                                exclusion(
                                        "labels",
                                        new Exclusion.Selector(
                                                List.of(),
                                                List.of(),
                                                Map.of("tier", List.of("x"))))));
        JourneyStatus status =
                new JourneyEvaluator(series, History.COMPLETE)
                        .evaluate(maintained, PURCHASE, Duration.ofMinutes(30), AT);

        assertThat(status.steps().get(0).entered()).isEqualTo(2);
        assertThat(status.steps().get(1).entered()).isEqualTo(2);
        assertThat(status.sides().get(0).steps().get(0).entered()).isEqualTo(2);
        assertThat(status.steps().get(0).coverage()).as("of the rest").isEqualTo(1);
        assertThat(
                        new JourneyEvaluator(series, History.COMPLETE)
                                .evaluate(plan, PURCHASE, Duration.ofMinutes(30), AT)
                                .steps()
                                .get(0)
                                .entered())
                .isEqualTo(3);
    }

    /** Ten minutes in the middle. */
    private static Exclusion exclusion(String name, Exclusion.Selector appliesTo) {
        return new Exclusion(
                TestDefinitions.named(name),
                "maintenance",
                appliesTo,
                new Exclusion.Once(
                        new Exclusion.Interval(AT.minusSeconds(1000), AT.minusSeconds(400))));
    }

    @Test
    void sampledEventsCountForThoseTheyStandFor() {
        SeriesTable series = new SeriesTable();
        String browse = plan.forJourney(PURCHASE, PURCHASE.steps().get(0)).id();
        String cart = plan.forJourney(PURCHASE, PURCHASE.steps().get(1)).id();
        series.add(new SeriesKey(browse, ""), T, 3, 4, 30_000, 40_000, null, T);
        series.add(new SeriesKey(cart, ""), T, 7, 7, 7_000, 7_000, null, T);

        StepStatus step = evaluate(series, PURCHASE, Duration.ofHours(1)).steps().get(0);
        assertThat(step.entered()).isEqualTo(40);
        assertThat(step.droppedOff()).hasValue(30 - 7);
    }

    @Test
    void sideIsCountedByTheStepsOwnConditionsAndTheSides() {
        Measure legacy =
                plan.forJourney(PURCHASE, PURCHASE.steps().get(0), PURCHASE.sides().get(0));

        assertThat(legacy.taps())
                .allSatisfy(
                        tap ->
                                assertThat(tap.source().where())
                                        .contains(new Condition.In("side", List.of("legacy"))));
        assertThat(legacy.taps().get(1).source().where()).hasSize(2);
        assertThat(plan.forJourney(WALK, WALK.steps().getFirst()))
                .as("what is the same is counted once")
                .isEqualTo(plan.forJourney(PURCHASE, PURCHASE.steps().getFirst()));
    }

    private JourneyStatus evaluate(SeriesTable series, Journey journey, Duration window) {
        return new JourneyEvaluator(series, History.COMPLETE).evaluate(plan, journey, window, AT);
    }

    private void add(SeriesTable series, Event event) {
        Journey.Step step = PURCHASE.steps().get(event.step());
        addTo(series, plan.forJourney(PURCHASE, step), event);
        PURCHASE.sides().stream()
                .filter(side -> side.name().equals(event.side()))
                .forEach(side -> addTo(series, plan.forJourney(PURCHASE, step, side), event));
    }

    private static void addTo(SeriesTable series, Measure measure, Event event) {
        long good = event.good() ? 1 : 0;
        long bucket = Math.floorDiv(T - event.age(), 10) * 10;
        series.add(new SeriesKey(measure.id(), ""), bucket, good, 1, 1000 * good, 1000, null, T);
    }

    private static Journey.Side side(String name) {
        return new Journey.Side(name, List.of(new Condition.In("side", List.of(name))));
    }

    /** Measured by the service that has the step's name. */
    private static Journey.Step step(String name) {
        return new Journey.Step(
                name, "", "purchase-" + name, TestDefinitions.errorsOf(name), Optional.empty());
    }

    private static DefinitionSet journeys(Journey one, Journey other) {
        return new DefinitionSet(
                "journeys",
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(one.name(), one, other.name(), other),
                Map.of(),
                Map.of());
    }
}
