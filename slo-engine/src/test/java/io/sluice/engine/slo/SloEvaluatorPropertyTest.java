package io.sluice.engine.slo;

import static io.sluice.engine.slo.SloScene.T;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.engine.TestDefinitions;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Against an evaluator that goes through the raw events one by one. */
class SloEvaluatorPropertyTest {
    record Event(long second, boolean good) {}

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.longs().between(T - 40_000, T + 60),
                        Arbitraries.integers().between(0, 3))
                .as((second, quality) -> new Event(second, quality > 0))
                .list()
                .ofMaxSize(300);
    }

    @Provide
    Arbitrary<Duration> windows() {
        return Arbitraries.of(
                Duration.ofMinutes(5),
                Duration.ofMinutes(30),
                Duration.ofHours(1),
                Duration.ofHours(6),
                Duration.ofHours(10));
    }

    @Property(tries = 300)
    void occurrences_areTheEventsOfTheWindowsBuckets(
            @ForAll("events") List<Event> events,
            @ForAll("windows") Duration window,
            @ForAll @IntRange(max = 59) int second) {
        SloScene scene =
                new SloScene(TestDefinitions.slo("cart", "0.99", TestDefinitions.rolling(28)));
        add(scene, events);
        long at = T + second;
        long step = window.compareTo(Duration.ofHours(6)) <= 0 ? 10 : 60;
        long steps = window.toSeconds() / step;
        long good = 0;
        long total = 0;
        for (Event event : events) {
            // Counted in steps back from the one that is open.
            long age = Math.floorDiv(at, step) - Math.floorDiv(event.second(), step);
            boolean yetToCome = event.second() / 10 > at / 10;
            if (age < steps && !yetToCome) {
                total++;
                good += event.good() ? 1 : 0;
            }
        }

        WindowCounts counts = scene.recent(window, at);
        assertThat(counts.totalCount()).isEqualTo(total);
        assertThat(counts.goodCount()).isEqualTo(good);
    }

    @Property(tries = 300)
    void timeslices_areTheClosedMinutesThatHadEvents(
            @ForAll("events") List<Event> events,
            @ForAll("windows") Duration window,
            @ForAll @IntRange(max = 59) int second) {
        BigDecimal sliceTarget = new BigDecimal("0.7");
        SloScene scene =
                new SloScene(
                        TestDefinitions.slo(
                                "cart",
                                BudgetingMethod.TIMESLICES,
                                TestDefinitions.slices(
                                        "cart",
                                        "0.9",
                                        sliceTarget.toString(),
                                        Duration.ofMinutes(1)),
                                TestDefinitions.rolling(28)));
        add(scene, events);
        long at = T + second;
        Map<Long, List<Event>> minutes = new TreeMap<>();
        for (Event event : events) {
            long age = Math.floorDiv(at, 60L) - Math.floorDiv(event.second(), 60L);
            if (age >= 1 && age <= window.toMinutes()) {
                minutes.computeIfAbsent(age, key -> new ArrayList<>()).add(event);
            }
        }
        long good =
                minutes.values().stream()
                        .filter(
                                minute ->
                                        minute.stream().filter(Event::good).count()
                                                >= 0.7 * minute.size() - 1e-9)
                        .count();

        WindowCounts counts = scene.recent(window, at);
        assertThat(counts.totalCount()).isEqualTo(minutes.size());
        assertThat(counts.goodCount()).isEqualTo(good);
    }

    private static void add(SloScene scene, List<Event> events) {
        for (Event event : events) {
            long bucket = Math.floorDiv(event.second(), 10) * 10;
            scene.events(bucket, event.good() ? 1 : 0, event.good() ? 0 : 1);
        }
    }
}
