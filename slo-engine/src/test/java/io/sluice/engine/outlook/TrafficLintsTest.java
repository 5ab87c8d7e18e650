package io.sluice.engine.outlook;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.alert.Conditions;
import io.sluice.engine.alert.Finding;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.outlook.TrafficLint.Kind;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.JourneyEvaluator;
import io.sluice.engine.slo.SloEvaluator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What is said of traffic, held against what the engine makes of the same traffic. */
class TrafficLintsTest {
    private static final long T = 1_800_000_000L;
    private static final Instant AT = Instant.ofEpochSecond(T);
    private static final long DAY = 86_400;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    private final SeriesTable series = new SeriesTable();
    private final SloEvaluator evaluator = new SloEvaluator(series, NOBODY_KNOWS);

    /** Nothing is in force yet: history is as old as its oldest event. */
    private static final History NOBODY_KNOWS =
            new History() {
                @Override
                public long countedSince(String measure) {
                    return Long.MAX_VALUE;
                }

                @Override
                public OptionalDouble progress(String measure) {
                    return OptionalDouble.empty();
                }
            };

    private static MeasurePlan plan(Slo slo) {
        return MeasurePlan.compile(new TestDefinitions().set("lints", slo));
    }

    private static Slo slo(String target, AlertPolicy... policies) {
        return TestDefinitions.slo("cart", target, TestDefinitions.rolling(28), policies);
    }

    private static Slo sliced(BudgetingMethod method, String sliceTarget) {
        return TestDefinitions.slo(
                "cart",
                method,
                TestDefinitions.slices("cart", "0.99", sliceTarget, Duration.ofMinutes(1)),
                TestDefinitions.rolling(28));
    }

    private void add(MeasurePlan plan, long second, long good, long bad) {
        long total = good + bad;
        series.add(
                new SeriesKey(plan.forObjective("cart", 0).id(), ""),
                second - Math.floorMod(second, 10),
                good,
                total,
                1000 * good,
                1000 * total,
                null,
                T);
    }

    /** So many events in all, evenly over 28 days. */
    private MeasurePlan evenly(Slo slo, long events) {
        MeasurePlan plan = plan(slo);
        for (long i = 0; i < events; i++) {
            add(plan, T - 10 - i * (28 * DAY - 20) / events, 1, 0);
        }
        add(plan, T - 28 * DAY, 1, 0);
        return plan;
    }

    private Outlook outlook(MeasurePlan plan) {
        return new TrafficLints(
                        evaluator,
                        series,
                        NOBODY_KNOWS,
                        new JourneyLints(new JourneyEvaluator(series, History.COMPLETE)))
                .of(plan, AT);
    }

    private List<Kind> kinds(MeasurePlan plan) {
        return outlook(plan).lints().stream().map(TrafficLint::kind).toList();
    }

    /** The smallest whole budget that what fails twice as often meets in under one of 20. */
    @Test
    void soManyFailures_tellDoubleFromMet() {
        int budget = 1;
        while (atMost(budget, 2.0 * budget) > 0.05) {
            budget++;
        }
        assertThat(TrafficLints.TELLING_FAILURES).isEqualTo(budget);
    }

    private static double atMost(int most, double mean) {
        double term = Math.exp(-mean);
        double sum = term;
        for (int i = 1; i <= most; i++) {
            term *= mean / i;
            sum += term;
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({
        "90, ONE_FAILURE_SPENDS",
        "110, TOO_FEW_TO_TELL",
        "590, TOO_FEW_TO_TELL",
        "610, ",
    })
    void aTarget_needsEventsByTheNumber(long events, Kind kind) {
        assertThat(kinds(evenly(slo("0.99"), events)))
                .containsExactlyElementsOf(kind == null ? List.of() : List.of(kind));
    }

    @Test
    void aDayIsEnoughToKnowAMonthsTraffic_andLessIsNot() {
        MeasurePlan plan = plan(slo("0.99"));
        add(plan, T - DAY / 2, 10, 0);
        assertThat(outlook(plan).lints()).isEmpty();
        assertThat(outlook(plan).notJudged())
                .containsExactly(
                        new Outlook.NotJudged(
                                "cart", 0, "it has been counted for 12h; it takes 1d"));

        add(plan, T - DAY, 1, 0);
        assertThat(outlook(plan).lints())
                .singleElement()
                .satisfies(
                        lint -> {
                            assertThat(lint.kind()).isEqualTo(Kind.TOO_FEW_TO_TELL);
                            assertThat(lint.events()).isEqualTo(11 * 28);
                            assertThat(lint.needed()).isEqualTo(600);
                        });
    }

    @Test
    void whatWasNeverCounted_isNotJudged() {
        assertThat(outlook(plan(slo("0.99"))).notJudged())
                .extracting(Outlook.NotJudged::reason)
                .containsExactly("nothing of it was counted");
    }

    @Test
    void aBudgetThatIsSpentBeforeAnyAlertSpeaks_isTold() {
        AlertPolicy guarded = TestDefinitions.burnRate("page", 14.4, HOUR, FIVE_MINUTES, 12);
        assertThat(kinds(evenly(slo("0.99", guarded), 1050))).contains(Kind.SPENT_BEFORE_ALERTS);
        // The twelfth failure both overspends the budget and fires.
        assertThat(kinds(evenly(slo("0.99", guarded), 1150)))
                .doesNotContain(Kind.SPENT_BEFORE_ALERTS);
    }

    /** 1 / (14.4 × 0.001) = 69.4 events bear one failure. */
    @ParameterizedTest
    @ValueSource(ints = {3, 60, 80, 200})
    void anAlertThatOneFailureFires_isTold_exactlyIfOneDoes(int anHour) {
        AlertPolicy page = TestDefinitions.burnRate("page", 14.4, HOUR, FIVE_MINUTES, 1);
        MeasurePlan plan = evenly(slo("0.999", page), 28L * 24 * anHour);

        Optional<TrafficLint> told =
                outlook(plan).lints().stream()
                        .filter(lint -> lint.kind() == Kind.FIRES_ON_ONE)
                        .findFirst();

        add(plan, T - 10, 0, 1);
        assertThat(fires(plan)).isEqualTo(told.isPresent()).isEqualTo(anHour < 70);
        told.ifPresent(
                lint -> {
                    assertThat(lint.part()).contains("page/page");
                    assertThat(lint.events()).isEqualTo(anHour);
                    assertThat(lint.needed()).isEqualTo(70);
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void anAlertThatNoOutageFires_isTold_exactlyIfNoneDoes(int anHour) {
        AlertPolicy page = TestDefinitions.burnRate("page", 14.4, HOUR, FIVE_MINUTES, 5);
        MeasurePlan plan = plan(slo("0.99", page));
        for (int hour = 1; hour <= 14 * 24; hour++) {
            add(plan, T - hour * 3600L + 1800, 0, anHour);
        }

        assertThat(kinds(plan).contains(Kind.CANNOT_FIRE)).isEqualTo(anHour < 5);
        boolean fired = false;
        for (long second = T - DAY; second <= T; second += 10) {
            fired |= fires(plan, Instant.ofEpochSecond(second));
        }
        assertThat(fired).isEqualTo(anHour >= 5);
    }

    private boolean fires(MeasurePlan plan) {
        return fires(plan, AT);
    }

    private boolean fires(MeasurePlan plan, Instant at) {
        return new Conditions(evaluator, series)
                        .burnRates(plan, plan.definitions().slos().get("cart"), at)
                        .getFirst()
                        .finding()
                == Finding.TRUE;
    }

    @ParameterizedTest
    @CsvSource({"60, false", "120, true", "300, true"})
    void slicesShorterThanTheTimeBetweenData_areTold(int every, boolean told) {
        MeasurePlan plan = plan(sliced(BudgetingMethod.RATIO_TIMESLICES, "1"));
        for (long second = 0; second < 2 * DAY; second += every) {
            add(plan, T - second - 1, 500, 0);
        }

        List<TrafficLint> lints = outlook(plan).lints();
        assertThat(lints).hasSize(told ? 1 : 0);
        if (told) {
            assertThat(lints.getFirst().kind()).isEqualTo(Kind.SLICE_WITHOUT_DATA);
            assertThat(lints.getFirst().events()).isEqualTo(every);
        }
    }

    @Test
    void aNightWithoutTraffic_isNoReasonToDoubtSlices() {
        MeasurePlan plan = plan(sliced(BudgetingMethod.RATIO_TIMESLICES, "1"));
        for (long second = 0; second < 2 * DAY; second += 60) {
            if (second % DAY < DAY / 3) {
                add(plan, T - second - 1, 500, 0);
            }
        }
        assertThat(outlook(plan).lints()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"15, 0.95, true", "25, 0.95, false", "1, 1, false"})
    void slicesThatOneFailureMakesBad_areTold(long inSlice, String sliceTarget, boolean told) {
        MeasurePlan plan = plan(sliced(BudgetingMethod.TIMESLICES, sliceTarget));
        for (long second = 0; second < 2 * DAY; second += 60) {
            add(plan, T - second - 1, inSlice, 0);
        }
        assertThat(kinds(plan).contains(Kind.SLICE_FAILS_ON_ONE)).isEqualTo(told);

        // What the engine makes of one failure in the newest slice.
        add(plan, T - 1, 0, 1);
        long bad = evaluator.window(plan, plan.definitions().slos().get("cart"), 0, AT).badCount();
        assertThat(bad).isEqualTo(told || sliceTarget.equals("1") ? 1 : 0);
    }

    private static Journey.Step step(String service) {
        return new Journey.Step(
                service, "", service, TestDefinitions.errorsOf(service), Optional.empty());
    }

    @Test
    void aStepThatSaysNothing_isTold() {
        Journey journey =
                new Journey(
                        TestDefinitions.named("purchase"),
                        "",
                        "shop",
                        List.of(),
                        List.of(step("browse"), step("cart"), step("pay"), step("thank")));
        MeasurePlan plan = MeasurePlan.compile(journeys(journey));
        assertThat(outlook(plan).lints()).isEmpty();

        count(plan, journey, 0, 200);
        count(plan, journey, 1, 150);
        count(plan, journey, 2, 80);
        List<TrafficLint> few = outlook(plan).lints();
        assertThat(few)
                .extracting(lint -> lint.kind() + " " + lint.part().orElseThrow())
                .containsExactly("STEP_UNMEASURED thank");
        assertThat(few.getFirst().object()).isEqualTo("purchase");

        count(plan, journey, 3, 40);
        assertThat(outlook(plan).lints())
                .extracting(TrafficLint::says)
                .containsExactly(
                        "of 80 that completed it in the last day 40 dropped off: 95 % likely"
                                + " between 39 and 61 %");
    }

    private void count(MeasurePlan plan, Journey journey, int step, long events) {
        series.add(
                new SeriesKey(plan.forJourney(journey, journey.steps().get(step)).id(), ""),
                T - 3600,
                events,
                events,
                1000 * events,
                1000 * events,
                null,
                T);
    }

    private static DefinitionSet journeys(Journey journey) {
        DefinitionSet none = new TestDefinitions().set("journeys");
        return new DefinitionSet(
                none.digest(),
                none.files(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(journey.name(), journey),
                Map.of(),
                Map.of());
    }
}
