package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.TimeWindow;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.slo.SloStatus.BurnRate;
import io.sluice.engine.slo.SloStatus.ObjectiveStatus;
import io.sluice.engine.slo.SloStatus.State;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every figure of a status against an evaluator that goes through raw events, heartbeats and
 * seconds one by one, and knows of tiers only how long a bucket is at which age. Slices know of
 * none, unless they are those of a definition that is only tried.
 */
class SloStatusOracleTest {
    private static final long HOUR = 3600;
    private static final long DAY = 86_400;
    private static final long[] BUCKETS = {10, 60, 300, 900};
    private static final long[] UNTIL = {2 * DAY, 14 * DAY, 90 * DAY, 400 * DAY};
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    /**
     * Something that happened so long before T, and was heard of in this order.
     *
     * @param history whether a backfill source sent it
     */
    record Event(long age, boolean good, boolean heartbeat, String group, boolean history) {
        long second() {
            return T - age;
        }
    }

    record Definition(
            BudgetingMethod method,
            TimeWindow window,
            String target,
            String sliceTarget,
            Duration slice) {
        Objective objective(String service) {
            return method == BudgetingMethod.OCCURRENCES
                    ? TestDefinitions.errors(service, target)
                    : TestDefinitions.slices(service, target, sliceTarget, slice);
        }

        Slo slo() {
            return TestDefinitions.slo(
                    "cart",
                    method,
                    objective("cart"),
                    window,
                    TestDefinitions.burnRate(
                            "page", 14.4, Duration.ofHours(1), Duration.ofMinutes(5), 0),
                    TestDefinitions.burnRate(
                            "ticket", 1, Duration.ofDays(3), Duration.ofHours(6), 0));
        }
    }

    record Out(long age, long length) {
        Exclusion exclusion() {
            return TestDefinitions.maintenance("cart", from(), to());
        }

        long from() {
            return T - age;
        }

        long to() {
            return from() + length;
        }
    }

    /** Mostly near each other and near the edges of tiers, so that rounding matters. */
    static Arbitrary<Long> ages() {
        return Arbitraries.oneOf(
                Arbitraries.longs().between(0, 2 * HOUR),
                Arbitraries.longs().between(0, 4 * DAY),
                Arbitraries.longs().between(2 * DAY - HOUR, 2 * DAY + 2 * HOUR),
                Arbitraries.longs().between(14 * DAY - HOUR, 14 * DAY + 2 * HOUR),
                Arbitraries.longs().between(0, 40 * DAY),
                Arbitraries.longs().between(89 * DAY, 91 * DAY));
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return someEvents();
    }

    static Arbitrary<List<Event>> someEvents() {
        return Combinators.combine(
                        ages(),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(true, false),
                        Arbitraries.of("", "/cart", "/checkout"),
                        Arbitraries.of(true, false, false, false))
                .as(
                        (age, quality, heard, group, history) ->
                                new Event(age, quality > 0, heard, group, history))
                .list()
                .ofMaxSize(120);
    }

    @Provide
    Arbitrary<Definition> definitions() {
        return someDefinitions();
    }

    static Arbitrary<Definition> someDefinitions() {
        return Combinators.combine(
                        Arbitraries.of(BudgetingMethod.class),
                        Arbitraries.of(
                                new TimeWindow.Rolling(Duration.ofHours(6)),
                                new TimeWindow.Rolling(Duration.ofDays(3)),
                                TestDefinitions.rolling(28),
                                TestDefinitions.rolling(91),
                                month()),
                        Arbitraries.of("0.5", "0.9", "0.999"),
                        Arbitraries.of("0.5", "0.7", "1"),
                        Arbitraries.of(
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(5),
                                Duration.ofMinutes(7),
                                Duration.ofHours(1)))
                .as(Definition::new);
    }

    private static TimeWindow month() {
        return new TimeWindow.Calendar(
                1, TimeWindow.Period.MONTH, LocalDateTime.parse("2026-01-01T00:00:00"), ZONE);
    }

    @Provide
    Arbitrary<List<Out>> exclusions() {
        return Combinators.combine(
                        ages(),
                        Arbitraries.oneOf(
                                Arbitraries.longs().between(1, 2000),
                                Arbitraries.longs().between(1, 5 * DAY)))
                .as(Out::new)
                .list()
                .ofMaxSize(3);
    }

    @Property(tries = 500)
    void everyFigureIsThatOfTheRawEvents(
            @ForAll("events") List<Event> events,
            @ForAll("definitions") Definition definition,
            @ForAll("exclusions") List<Out> exclusions,
            @ForAll @IntRange(max = 7300) int second,
            @ForAll boolean keepsSlices) {
        Slo slo = definition.slo();
        SloScene scene = sceneOf(slo, events, keepsSlices, T + second);
        MeasurePlan plan =
                scene.excluding(
                        exclusions.stream()
                                .distinct()
                                .map(Out::exclusion)
                                .toArray(Exclusion[]::new));
        Naive naive = new Naive(definition, events, exclusions, keepsSlices, T + second);

        check(scene, plan, naive, definition);
    }

    /** What is late changes slices that were judged before, at any age, and no others. */
    @Property(tries = 300)
    void everyFigureStaysThatOfTheRawEvents_whenMoreAreComing(
            @ForAll("events") List<Event> events,
            @ForAll("definitions") Definition definition,
            @ForAll("exclusions") List<Out> exclusions,
            @ForAll("looks") List<Long> looks) {
        SloScene scene = new SloScene(definition.slo());
        MeasurePlan plan =
                scene.excluding(
                        exclusions.stream()
                                .distinct()
                                .map(Out::exclusion)
                                .toArray(Exclusion[]::new));
        long at = T;
        int added = 0;
        for (int i = 0; i < looks.size(); i++) {
            at += looks.get(i);
            int upTo = events.size() * (i + 1) / looks.size();
            events.subList(added, upTo).forEach(event -> add(scene, event));
            added = upTo;
            scene.series.compact(at);
            check(
                    scene,
                    plan,
                    new Naive(definition, events.subList(0, added), exclusions, true, at),
                    definition);
        }
    }

    @Provide
    Arbitrary<List<Long>> looks() {
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 90),
                        Arbitraries.longs().between(0, 3 * HOUR),
                        Arbitraries.longs().between(0, 3 * DAY))
                .list()
                .ofMinSize(2)
                .ofMaxSize(5);
    }

    @Property(tries = 100)
    void anExclusionThatGoesBringsEveryFigureBack(
            @ForAll("events") List<Event> events,
            @ForAll("definitions") Definition definition,
            @ForAll("exclusions") @Size(min = 1, max = 3) List<Out> exclusions) {
        SloScene scene = sceneOf(definition.slo(), events, true, T);
        SloStatus before = scene.status(T);
        MeasurePlan plan =
                scene.excluding(
                        exclusions.stream()
                                .distinct()
                                .map(Out::exclusion)
                                .toArray(Exclusion[]::new));
        check(scene, plan, new Naive(definition, events, exclusions, true, T), definition);

        assertThat(scene.status(T)).isEqualTo(before);
    }

    static SloScene sceneOf(Slo slo, List<Event> events, boolean keepsSlices, long at) {
        SloScene scene = new SloScene(slo);
        scene.keepsSlices = keepsSlices;
        events.forEach(event -> add(scene, event));
        scene.series.compact(at);
        return scene;
    }

    private static void add(SloScene scene, Event event) {
        add(scene, "cart", 0, event);
    }

    /** Counts an event of one part as the fold does: what is history, a second time beside it. */
    static void add(SloScene scene, String service, int part, Event event) {
        String measure = scene.plan.forObjective(scene.slo.name(), part).id();
        List<SeriesKey> keys = new ArrayList<>();
        keys.add(new SeriesKey(measure, event.group()));
        if (scene.keepsSlices) {
            keys.addAll(scene.plan.slicesOf(measure));
        }
        keys.forEach(key -> count(scene, key, event, event.good() ? 1 : 0));
        if (event.heartbeat()) {
            count(scene, SeriesKey.heartbeat(service), event, 1);
        }
    }

    private static void count(SloScene scene, SeriesKey key, Event event, long good) {
        long bucket = floor(event.second(), 10);
        scene.series.add(key, bucket, good, 1, 1000 * good, 1000, null, T);
        if (event.history()) {
            SeriesKey history = new SeriesKey("backfill/" + key.measure(), key.group());
            scene.series.add(history, bucket, good, 1, 1000 * good, 1000, null, T);
        }
    }

    static void check(SloScene scene, MeasurePlan plan, Naive naive, Definition definition) {
        SloStatus status =
                scene.evaluator.evaluate(plan, scene.slo, Instant.ofEpochSecond(naive.at));
        ObjectiveStatus objective = status.objectives().getFirst();
        BigDecimal target = new BigDecimal(definition.target());
        boolean inSlices = definition.method() != BudgetingMethod.OCCURRENCES;
        Sum sum = naive.over(inSlices ? naive.sliceWindow() : naive.window());

        boolean ratio = definition.method() == BudgetingMethod.RATIO_TIMESLICES;
        assertThat(objective.good()).isEqualTo(ratio ? sum.good() : sum.good() / 1000);
        assertThat(objective.total()).isEqualTo(ratio ? sum.total() : sum.total() / 1000);
        assertThat(objective.coverage()).isEqualTo(sum.coverage());
        assertThat(objective.state()).isEqualTo(sum.state(target));
        assertThat(objective.budget().consumed()).isEqualTo((sum.total() - sum.good()) / 1000.0);
        assertThat(BigDecimal.valueOf(objective.budget().allowed()))
                .isEqualByComparingTo(
                        BigDecimal.ONE
                                .subtract(target)
                                .multiply(BigDecimal.valueOf(sum.total()))
                                .movePointLeft(3));
        for (BurnRate rate : objective.burnRates()) {
            Sum recent = naive.live(naive.rolling(rate.window().toSeconds(), inSlices));
            assertThat(rate.total()).isEqualTo(recent.total() / 1000);
            assertThat(rate.bad()).isEqualTo((recent.total() - recent.good() + 500) / 1000);
            assertThat(rate.coverage()).isEqualTo(recent.coverage());
            assertThat(rate.rate().isPresent()).isEqualTo(recent.total() > 0);
        }
    }

    /** Good and total in thousandths; 10 s buckets. */
    record Sum(long good, long total, long measured, long intervals) {
        double coverage() {
            return intervals == 0 ? 0 : (double) measured / intervals;
        }

        State state(BigDecimal target) {
            if (total == 0 && measured == 0) {
                return State.UNMEASURED;
            }
            BigDecimal wanted = target.multiply(BigDecimal.valueOf(total));
            return BigDecimal.valueOf(good).compareTo(wanted) >= 0 ? State.MET : State.BREACHED;
        }
    }

    static long floor(long second, long grid) {
        return Math.floorDiv(second, grid) * grid;
    }

    private static long ceil(long second, long grid) {
        return -floor(-second, grid);
    }

    private static long together(long a, long b) {
        long common = a;
        while (common % b != 0) {
            common += a;
        }
        return common;
    }

    static final class Naive {
        final long at;
        private final Definition definition;
        private final List<Event> events;
        private final List<Out> exclusions;
        private final boolean keepsSlices;

        Naive(
                Definition definition,
                List<Event> events,
                List<Out> exclusions,
                boolean keepsSlices,
                long at) {
            this.definition = definition;
            this.events = events;
            this.exclusions = exclusions;
            this.keepsSlices = keepsSlices;
            this.at = at;
        }

        private boolean inSlices() {
            return definition.method() != BudgetingMethod.OCCURRENCES;
        }

        /** How long the bucket is that a second is kept in. */
        private long bucket(long second) {
            long age = at - floor(second, HOUR) - HOUR;
            int tier = 0;
            while (age >= UNTIL[tier]) {
                tier++;
            }
            return BUCKETS[tier];
        }

        private boolean isOut(long from, long to) {
            return exclusions.stream()
                    .anyMatch(
                            out -> {
                                long first = inSlices() ? 10 : bucket(out.from());
                                long last = inSlices() ? 10 : bucket(out.to() - 1);
                                long begin = floor(out.from(), first);
                                long end = ceil(out.to(), last);
                                return begin < to && end > from;
                            });
        }

        Span window() {
            long end = floor(at, 10) + 10;
            return switch (definition.window()) {
                case TimeWindow.Rolling(var length) -> rolling(length.toSeconds(), false);
                case TimeWindow.Calendar _ -> new Span(monthBefore(at), end);
            };
        }

        Span sliceWindow() {
            long slice = definition.slice().toSeconds();
            return switch (definition.window()) {
                case TimeWindow.Rolling(var length) -> rolling(length.toSeconds(), true);
                case TimeWindow.Calendar _ ->
                        new Span(floor(monthBefore(at), slice), floor(at, slice));
            };
        }

        static long monthBefore(long second) {
            return Instant.ofEpochSecond(second)
                    .atZone(ZONE)
                    .toLocalDate()
                    .withDayOfMonth(1)
                    .atStartOfDay(ZONE)
                    .toEpochSecond();
        }

        Span rolling(long length, boolean inSlices) {
            if (inSlices) {
                long slice = definition.slice().toSeconds();
                long end = floor(at, slice);
                return new Span(end - Math.max(slice, floor(length, slice)), end);
            }
            long step = length <= 6 * HOUR ? 10 : length <= 3 * DAY ? 60 : 300;
            return new Span(floor(at, step) + step - length, floor(at, 10) + 10);
        }

        /**
         * Without what is history. Which buckets were heard of only in history is not kept: whether
         * any was heard of live decides for all of them.
         */
        Sum live(Span span) {
            List<Event> lately = events.stream().filter(event -> !event.history()).toList();
            Sum sum = new Naive(definition, lately, exclusions, keepsSlices, at).over(span);
            boolean heard =
                    lately.stream().anyMatch(event -> event.heartbeat() && isIn(event, span));
            return new Sum(
                    sum.good(), sum.total(), heard ? over(span).measured() : 0, sum.intervals());
        }

        /** Whether the bucket that an event is kept in counts for a time. */
        private boolean isIn(Event event, Span span) {
            long length = bucket(event.second());
            long end = floor(event.second(), length) + length;
            return end > span.from() && end <= span.to() && !isOut(end - length, end);
        }

        Sum over(Span span) {
            return near(span).overAll(span);
        }

        /** Good and total alone, which is what costs little. */
        Sum counted(Span span) {
            return near(span).counted(span, 0, 0);
        }

        /** Without exclusions that are days away. */
        private Naive near(Span span) {
            return new Naive(
                    definition,
                    events,
                    exclusions.stream()
                            .filter(out -> out.from() < span.to() + 2 * DAY)
                            .filter(out -> out.to() > span.from() - 2 * DAY)
                            .toList(),
                    keepsSlices,
                    at);
        }

        private Sum overAll(Span span) {
            Set<Long> heard = new HashSet<>();
            for (Event event : events) {
                long begin = floor(event.second(), 10);
                if (event.heartbeat()
                        && begin + 10 > span.from()
                        && begin + 10 <= span.to()
                        && !isOut(begin, begin + 10)) {
                    heard.add(begin);
                }
            }
            long intervals = 0;
            for (long begin = span.from(); begin < span.to(); begin += 10) {
                intervals += isOut(begin, begin + 10) ? 0 : 1;
            }
            return counted(span, heard.size(), intervals);
        }

        private Sum counted(Span span, long heard, long intervals) {
            if (inSlices()) {
                return slices(span, heard, intervals);
            }
            long good = 0;
            long total = 0;
            for (Event event : events) {
                if (isIn(event, span)) {
                    total += 1000;
                    good += event.good() ? 1000 : 0;
                }
            }
            return new Sum(good, total, heard, intervals);
        }

        private Sum slices(Span span, long heard, long intervals) {
            long slice = definition.slice().toSeconds();
            BigDecimal goodness = BigDecimal.ZERO;
            long judged = 0;
            for (long begin = span.from(); begin < span.to(); begin += slice) {
                Optional<BigDecimal> one = slice(begin);
                if (one.isPresent()) {
                    judged++;
                    goodness = goodness.add(one.get());
                }
            }
            long thousandths =
                    goodness.movePointRight(3).setScale(0, RoundingMode.HALF_UP).longValueExact();
            return new Sum(thousandths, judged * 1000, heard, intervals);
        }

        /** How good the slice is that begins then; empty if it was not measured, or is out. */
        Optional<BigDecimal> slice(long begin) {
            long slice = definition.slice().toSeconds();
            long length = keepsSlices ? slice : lump(begin, slice);
            long from = floor(begin, length);
            long good = 0;
            long total = 0;
            for (Event event : events) {
                long bucket = keepsSlices ? 10 : bucket(event.second());
                long end = floor(event.second(), bucket) + bucket;
                if (end > from && end <= from + length) {
                    total++;
                    good += event.good() ? 1 : 0;
                }
            }
            return total > 0 && !isOut(from, from + length)
                    ? Optional.of(goodness(good, total))
                    : Optional.empty();
        }

        private BigDecimal goodness(long good, long total) {
            BigDecimal all = BigDecimal.valueOf(total);
            if (definition.method() == BudgetingMethod.RATIO_TIMESLICES) {
                return BigDecimal.valueOf(good).divide(all, 12, RoundingMode.HALF_UP);
            }
            BigDecimal wanted = new BigDecimal(definition.sliceTarget()).multiply(all);
            return BigDecimal.valueOf(good).compareTo(wanted) >= 0
                    ? BigDecimal.ONE
                    : BigDecimal.ZERO;
        }

        /**
         * What a slice is judged by where no slices are counted: whole slices and whole buckets, by
         * the longest bucket among the hours that are judged together.
         */
        private long lump(long begin, long slice) {
            long together = together(slice, HOUR);
            long from = floor(begin, together);
            long longest = 10;
            for (Event event : events) {
                long hour = floor(event.second(), HOUR);
                if (hour >= from && hour < from + together) {
                    longest = Math.max(longest, bucket(event.second()));
                }
            }
            return together(slice, longest);
        }
    }
}
