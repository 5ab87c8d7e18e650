package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;
import static io.sluice.engine.slo.SloStatusOracleTest.floor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.RecurrenceRule;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.slo.SloStatus.Composite;
import io.sluice.engine.slo.SloStatus.State;
import io.sluice.engine.slo.SloStatusOracleTest.Definition;
import io.sluice.engine.slo.SloStatusOracleTest.Event;
import io.sluice.engine.slo.SloStatusOracleTest.Naive;
import io.sluice.engine.slo.SloStatusOracleTest.Out;
import io.sluice.engine.slo.SloStatusOracleTest.Sum;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is made of more than one window, one part or one exclusion, against raw events: exclusions
 * that recur, budgets that parts share, burn-downs.
 */
class SloHistoryOracleTest {
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    @Provide
    Arbitrary<List<Event>> events() {
        return SloStatusOracleTest.someEvents();
    }

    @Provide
    Arbitrary<Definition> definitions() {
        return SloStatusOracleTest.someDefinitions();
    }

    /** On these days of the week, at this time, for so long. */
    record Weekly(Set<DayOfWeek> days, LocalTime time, Duration length) {
        private static final LocalDate FIRST = LocalDate.of(2026, 7, 1);

        private LocalDate first() {
            LocalDate day = FIRST;
            while (!days.contains(day.getDayOfWeek())) {
                day = day.plusDays(1);
            }
            return day;
        }

        Exclusion exclusion(String name) {
            String by =
                    days.stream()
                            .map(day -> day.name().substring(0, 2))
                            .collect(Collectors.joining(","));
            return TestDefinitions.excluding(
                    name,
                    new Exclusion.Recurring(
                            LocalDateTime.of(first(), time),
                            ZONE,
                            length,
                            new RecurrenceRule("FREQ=WEEKLY;BYDAY=" + by)),
                    "cart");
        }

        /** Every one of them up to an instant, day by day; what the clocks leave out is none. */
        List<Out> outs(long at) {
            List<Out> outs = new ArrayList<>();
            for (LocalDate day = first(); ; day = day.plusDays(1)) {
                LocalDateTime local = LocalDateTime.of(day, time);
                Instant start = local.atZone(ZONE).toInstant();
                if (start.getEpochSecond() > at) {
                    return outs;
                }
                if (days.contains(day.getDayOfWeek())
                        && LocalDateTime.ofInstant(start, ZONE).equals(local)) {
                    outs.add(new Out(T - start.getEpochSecond(), length.toSeconds()));
                }
            }
        }
    }

    @Provide
    Arbitrary<Weekly> weeklies() {
        return Combinators.combine(
                        Arbitraries.of(DayOfWeek.class).set().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.integers().between(0, 24 * 60 - 1),
                        Arbitraries.integers().between(1, 30 * 60))
                .as(
                        (days, minute, length) ->
                                new Weekly(
                                        EnumSet.copyOf(days),
                                        LocalTime.MIN.plusMinutes(minute),
                                        Duration.ofMinutes(length)));
    }

    @Property(tries = 25)
    void exclusionsThatRecur_leaveOutEachOfTheirOccurrences(
            @ForAll("events") List<Event> events,
            @ForAll("definitions") Definition definition,
            @ForAll("weeklies") Weekly one,
            @ForAll("weeklies") Weekly other) {
        SloScene scene = SloStatusOracleTest.sceneOf(definition.slo(), events, true, T);
        MeasurePlan plan = scene.excluding(one.exclusion("one"), other.exclusion("other"));
        List<Out> outs = new ArrayList<>(one.outs(T));
        outs.addAll(other.outs(T));

        SloStatusOracleTest.check(
                scene, plan, new Naive(definition, events, outs, true, T), definition);
    }

    @Property(tries = 25)
    void whatPartsShare_isSpentByWeight(
            @ForAll("events") List<Event> cart,
            @ForAll("events") List<Event> search,
            @ForAll("definitions") Definition definition,
            @ForAll("weights") BigDecimal weight) {
        Slo slo =
                new Slo(
                        TestDefinitions.named("purchase"),
                        "",
                        "shop",
                        Tier.SERVICE,
                        definition.method(),
                        definition.window(),
                        true,
                        List.of(
                                definition.objective("cart"),
                                weighted(definition.objective("search"), weight)),
                        List.of());
        SloScene scene = new SloScene(slo);
        cart.forEach(event -> SloStatusOracleTest.add(scene, "cart", 0, event));
        search.forEach(event -> SloStatusOracleTest.add(scene, "search", 1, event));
        scene.series.compact(T);
        Naive one = new Naive(definition, cart, List.of(), true, T);
        Naive other = new Naive(definition, search, List.of(), true, T);

        Composite composite = scene.status(T).composite().orElseThrow();

        boolean inSlices = definition.method() != BudgetingMethod.OCCURRENCES;
        Span span = inSlices ? one.sliceWindow() : one.window();
        Sum first = one.over(span);
        Sum second = other.over(span);
        double spent =
                inSlices
                        ? inSlices(one, other, definition, span, weight.doubleValue())
                        : burn(first, definition, BigDecimal.ONE)
                                .add(burn(second, definition, weight))
                                .doubleValue();
        boolean any = first.total() > 0 || second.total() > 0;
        assertThat(composite.remainingRatio().isPresent()).isEqualTo(any);
        if (any) {
            assertThat(composite.remainingRatio().getAsDouble())
                    .isCloseTo(
                            1 - spent, within(inSlices ? 2e-3 / slices(span, definition) : 1e-9));
        }
        assertThat(composite.coverage()).isEqualTo(Math.min(first.coverage(), second.coverage()));
        boolean known =
                first.total() + first.measured() > 0 && second.total() + second.measured() > 0;
        assertThat(composite.state())
                .isEqualTo(
                        any && -composite.remainingRatio().getAsDouble() > 1e-9
                                ? State.BREACHED
                                : known ? State.MET : State.UNMEASURED);
    }

    @Provide
    Arbitrary<BigDecimal> weights() {
        return Arbitraries.of("1", "0.5", "0.1", "2", "3.25").map(BigDecimal::new);
    }

    private static Objective weighted(Objective objective, BigDecimal weight) {
        return new Objective(
                objective.displayName(),
                objective.sli(),
                objective.indicator(),
                objective.threshold(),
                objective.target(),
                objective.timeSliceTarget(),
                objective.timeSliceWindow(),
                weight);
    }

    private static BigDecimal burn(Sum sum, Definition definition, BigDecimal weight) {
        return sum.total() == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(sum.total() - sum.good())
                        .multiply(weight)
                        .divide(
                                allowed(definition).multiply(BigDecimal.valueOf(sum.total())),
                                MathContext.DECIMAL64);
    }

    private static BigDecimal allowed(Definition definition) {
        return BigDecimal.ONE.subtract(new BigDecimal(definition.target()));
    }

    private static double slices(Span span, Definition definition) {
        return allowed(definition).doubleValue();
    }

    /** Slice by slice: bad for any part, or what is missing added up by weight. */
    private static double inSlices(
            Naive one, Naive other, Definition definition, Span span, double weight) {
        double missing = 0;
        long judged = 0;
        for (long begin = span.from(); begin < span.to(); begin += definition.slice().toSeconds()) {
            Optional<BigDecimal> first = one.slice(begin);
            Optional<BigDecimal> second = other.slice(begin);
            if (first.isEmpty() && second.isEmpty()) {
                continue;
            }
            judged++;
            double firstMissing = missing(first);
            double secondMissing = missing(second);
            missing +=
                    definition.method() == BudgetingMethod.TIMESLICES
                            ? Math.max(firstMissing, secondMissing)
                            : Math.min(1, firstMissing + weight * secondMissing);
        }
        return judged == 0 ? 0 : missing / judged / allowed(definition).doubleValue();
    }

    private static double missing(Optional<BigDecimal> slice) {
        return 1 - slice.orElse(BigDecimal.ONE).doubleValue();
    }

    @Property(tries = 25)
    void everyPointOfABurnDown_isTheBudgetOfTheWindowThatEndsThere(
            @ForAll("events") List<Event> events,
            @ForAll("definitions") Definition definition,
            @ForAll("weeklies") Weekly weekly,
            @ForAll @IntRange(min = 1, max = 40 * 24 * 6) int tensOfMinutes,
            @ForAll @IntRange(min = 1, max = 4) int points) {
        SloScene scene = SloStatusOracleTest.sceneOf(definition.slo(), events, true, T);
        MeasurePlan plan = scene.excluding(weekly.exclusion("weekly"));
        Naive naive = new Naive(definition, events, weekly.outs(T), true, T);
        Instant at = Instant.ofEpochSecond(T);
        Instant from = at.minusSeconds(600L * tensOfMinutes);

        List<BurnDown.Point> drawn =
                scene.evaluator.burnDown(plan, scene.slo, 0, from, at, points, at).points();

        boolean inSlices = definition.method() != BudgetingMethod.OCCURRENCES;
        long grain = inSlices ? definition.slice().toSeconds() : 10;
        long step = Math.max(grain, floor(600L * tensOfMinutes / points + grain - 1, grain));
        for (int i = 0; i < drawn.size(); i++) {
            BurnDown.Point point = drawn.get(i);
            long end = point.at().getEpochSecond();
            assertThat(end).isEqualTo(floor(T, grain) - step * (drawn.size() - 1 - i));
            Sum window = naive.counted(new Span(end - wholeSteps(definition, end, step), end));
            Sum here = naive.counted(new Span(end - step, end));
            assertThat(point.remainingRatio().isPresent()).isEqualTo(window.total() > 0);
            if (window.total() > 0) {
                double allowed = allowed(definition).doubleValue() * window.total();
                double left = 1 - (window.total() - window.good()) / allowed;
                // Of a ratio's slices each sum is rounded to a thousandth.
                double rounding =
                        definition.method() == BudgetingMethod.RATIO_TIMESLICES ? 2 / allowed : 0;
                assertThat(point.remainingRatio().getAsDouble())
                        .isCloseTo(left, within(rounding + 1e-9));
            }
            assertThat(point.total()).isEqualTo(here.total() / 1000);
            assertThat(point.bad())
                    .isCloseTo(
                            (here.total() - here.good() + 500) / 1000,
                            within(
                                    definition.method() == BudgetingMethod.RATIO_TIMESLICES
                                            ? 1L
                                            : 0L));
        }
    }

    /** The window's length, cut to whole steps, and at least one. */
    private static long wholeSteps(Definition definition, long end, long step) {
        long length =
                switch (definition.window()) {
                    case TimeWindow.Rolling(var rolling) -> rolling.toSeconds();
                    case TimeWindow.Calendar _ -> end - Naive.monthBefore(end - 1);
                };
        return Math.max(step, floor(length, step));
    }
}
