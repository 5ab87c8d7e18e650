package io.sluice.engine.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.baseline.Baseline.LeftOut;
import io.sluice.engine.cutover.BadOfTotal;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.InMemoryStore;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;

class BaselinesTest {
    private static final Instant T = Instant.parse("2026-01-09T00:00:00Z");
    private static final Instant NOW = T.plus(Duration.ofDays(1));

    private final MeasurePlan plan =
            MeasurePlan.compile(
                    new DefinitionLoader()
                            .loadSources(
                                    List.of(
                                            new SourceFile(
                                                    "shop.yaml",
                                                    """
                                                    apiVersion: openslo/v1
                                                    kind: Service
                                                    metadata: {name: shop}
                                                    spec: {}
                                                    ---
                                                    apiVersion: openslo/v1
                                                    kind: SLO
                                                    metadata: {name: quick, labels: {tier: service}}
                                                    spec:
                                                      service: shop
                                                      indicator:
                                                        metadata: {name: latency}
                                                        spec: {thresholdMetric: {metricSource: {type: spans, spec: {service: shop, unit: ms}}}}
                                                      budgetingMethod: Occurrences
                                                      timeWindow: [{duration: 28d, isRolling: true}]
                                                      objectives: [{op: lte, value: 300, target: 0.99}]
                                                    ---
                                                    apiVersion: sluice.dev/v1
                                                    kind: Exclusion
                                                    metadata: {name: backup}
                                                    spec:
                                                      reason: nightly backup
                                                      appliesTo: {slos: [quick]}
                                                      once: {start: 2026-01-09T03:00:00Z, end: 2026-01-09T04:00:00Z}
                                                    """)))
                            .definitions()
                            .orElseThrow());
    private final SeriesTable series = new SeriesTable();
    private final InMemoryStore store = new InMemoryStore();
    private final Baselines baselines = new Baselines(store, series);

    private void add(Instant at, long bad, long total, double value) {
        Sketch sketch = new Sketch();
        for (int i = 0; i < total; i++) {
            sketch.add(value);
        }
        series.add(
                new SeriesKey(plan.forObjective("quick", 0).id(), ""),
                at.getEpochSecond() / 10 * 10,
                total - bad,
                total,
                1000 * (total - bad),
                1000 * total,
                sketch,
                NOW.getEpochSecond());
    }

    private Baseline record(String name, Instant from, Instant to, LeftOut... leftOut) {
        return baselines.record(
                plan, new Baselines.Order(name, from, to, List.of(leftOut), List.of(), "ann"), NOW);
    }

    @Test
    void whatIsRecorded_staysAsItWas() {
        add(T.plusSeconds(60), 3, 100, 200);
        Baseline recorded = record("before", T, NOW);
        add(T.plusSeconds(90), 50, 50, 900);
        Baseline found = new Baselines(store, series).find("before").orElseThrow();
        assertThat(found.sha256()).isEqualTo(recorded.sha256()).hasSize(64);
        assertThat(found.entries())
                .singleElement()
                .satisfies(
                        entry -> {
                            assertThat(entry.subject()).isEqualTo("slo/quick/0");
                            assertThat(entry.bad()).isEqualTo(3);
                            assertThat(entry.total()).isEqualTo(100);
                            assertThat(entry.groups()).isEmpty();
                            assertThat(entry.values().orElseThrow().quantile(0.99).orElseThrow())
                                    .isCloseTo(200, within(2.2));
                        });
        assertThatThrownBy(() -> record("before", T, NOW))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("recorded already");
        assertThat(baselines.all()).hasSize(1);
        assertThat(baselines.find("other")).isEmpty();
    }

    /** What was left out of the whole is left out of each part; one without a name is a part. */
    @Test
    void whatEventsAreSplitBy_isRecordedToo() {
        addTo("/orders", T.plusSeconds(60), 3, 100);
        addTo("/orders", T.plusSeconds(3_600), 5, 5);
        addTo("/search", T.plusSeconds(60), 0, 40);
        addTo("", T.plusSeconds(60), 1, 2);
        LeftOut outage = new LeftOut(T.plusSeconds(3_600), T.plusSeconds(7_200), "outage");
        Baseline recorded = record("before", T, NOW, outage);
        Map<String, BadOfTotal> groups =
                Map.of(
                        "/orders",
                        new BadOfTotal(3, 100),
                        "/search",
                        new BadOfTotal(0, 40),
                        "",
                        new BadOfTotal(1, 2));
        assertThat(recorded.entries().getFirst().groups()).isEqualTo(groups);
        assertThat(new Baselines(store, series).counts("before").orElseThrow().values())
                .singleElement()
                .satisfies(
                        counts -> {
                            assertThat(counts.groups()).isEqualTo(groups);
                            assertThat(counts.total()).isEqualTo(142);
                        });
    }

    private void addTo(String group, Instant at, long bad, long total) {
        series.add(
                new SeriesKey(plan.forObjective("quick", 0).id(), group),
                at.getEpochSecond() / 10 * 10,
                total - bad,
                total,
                1000 * (total - bad),
                1000 * total,
                null,
                NOW.getEpochSecond());
    }

    /** Against counting event by event, with times left out that overlap, touch and stick out. */
    @Test
    void whatIsLeftOut_isNotCounted() {
        Random random = new Random(5);
        for (int round = 0; round < 30; round++) {
            LeftOut[] leftOut = new LeftOut[random.nextInt(4)];
            for (int i = 0; i < leftOut.length; i++) {
                Instant from = T.plusSeconds(10L * (random.nextInt(120) - 10));
                leftOut[i] =
                        new LeftOut(from, from.plusSeconds(10L * (1 + random.nextInt(40))), "why");
            }
            SeriesTable events = new SeriesTable();
            long expected = 0;
            for (int bucket = 0; bucket < 100; bucket++) {
                Instant at = T.plusSeconds(10L * bucket);
                long total = 1 + random.nextInt(9);
                events.add(
                        new SeriesKey(plan.forObjective("quick", 0).id(), ""),
                        at.getEpochSecond(),
                        total,
                        total,
                        1000 * total,
                        1000 * total,
                        null,
                        NOW.getEpochSecond());
                boolean out =
                        List.of(leftOut).stream()
                                .anyMatch(o -> !at.isBefore(o.from()) && at.isBefore(o.to()));
                expected += out ? 0 : total;
            }
            Baseline recorded =
                    new Baselines(new InMemoryStore(), events)
                            .record(
                                    plan,
                                    new Baselines.Order(
                                            "b",
                                            T,
                                            T.plusSeconds(1000),
                                            List.of(leftOut),
                                            List.of(),
                                            "ann"),
                                    NOW);
            assertThat(recorded.entries().stream().mapToLong(Baseline.Entry::total).sum())
                    .isEqualTo(expected);
            assertThat(recorded.leftOut()).containsExactlyInAnyOrder(leftOut);
        }
    }

    @Test
    void anExclusionsTimes_areLeftOut_withItsReason() {
        add(T.plus(Duration.ofHours(2)), 0, 10, 100);
        add(T.plus(Duration.ofMinutes(210)), 9, 10, 5000);
        Baseline recorded =
                baselines.record(
                        plan,
                        new Baselines.Order("b", T, NOW, List.of(), List.of("backup"), "ann"),
                        NOW);
        assertThat(recorded.entries().getFirst().total()).isEqualTo(10);
        assertThat(recorded.leftOut())
                .containsExactly(
                        new LeftOut(
                                T.plus(Duration.ofHours(3)),
                                T.plus(Duration.ofHours(4)),
                                "nightly backup"));
        assertThatThrownBy(
                        () ->
                                baselines.record(
                                        plan,
                                        new Baselines.Order(
                                                "c", T, NOW, List.of(), List.of("none"), "ann"),
                                        NOW))
                .isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void two_areCompared_byExactBoundsAndQuantiles() {
        add(T, 10, 1_000, 400);
        add(T.plus(Duration.ofHours(12)), 5, 2_000, 100);
        record("before", T, T.plus(Duration.ofHours(6)));
        record("after", T.plus(Duration.ofHours(6)), NOW);
        BaselineComparison.Row row =
                baselines.compare("before", "after").orElseThrow().rows().getFirst();
        assertThat(row.ratio().orElseThrow()).isEqualTo(0.25);
        // Five of fifteen: Clopper and Pearson's table has 0.1182 to 0.6162 of the bad events.
        assertThat(row.ratioLow()).isCloseTo(0.1182 / 0.8818 / 2, within(1e-4));
        assertThat(row.ratioHigh().orElseThrow()).isCloseTo(0.6162 / 0.3838 / 2, within(1e-3));
        assertThat(row.values().getLast().quantile()).isEqualTo(0.99);
        assertThat(row.values().getLast().value()).isCloseTo(400, within(4.4));
        assertThat(row.values().getLast().other()).isCloseTo(100, within(1.1));

        BaselineComparison range =
                baselines.compare(plan, "before", T.plus(Duration.ofHours(6)), NOW).orElseThrow();
        assertThat(range.rows()).containsExactly(row);
        assertThat(baselines.compare("before", "none")).isEmpty();
        assertThat(baselines.compare(plan, "none", T, NOW)).isEmpty();
    }

    @Test
    void withoutBadEvents_theRatioIsUnknown_andBoundedOnOneSide() {
        add(T, 0, 1_000, 400);
        add(T.plus(Duration.ofHours(12)), 5, 2_000, 100);
        record("before", T, T.plus(Duration.ofHours(6)));
        record("after", T.plus(Duration.ofHours(6)), NOW);
        BaselineComparison.Row row =
                baselines.compare("before", "after").orElseThrow().rows().getFirst();
        assertThat(row.ratio()).isEmpty();
        assertThat(row.ratioLow()).isGreaterThan(0.4);
        assertThat(row.ratioHigh()).isEmpty();
    }
}
