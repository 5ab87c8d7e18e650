package io.sluice.engine.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.fold.Exemplars;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.store.InMemoryStore;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Leaving out SLOs of which nothing changed finds the same as looking at all of them. */
class QuietSlosTest {
    private static final long T = 1_800_000_000L;

    private final SeriesTable series = new SeriesTable();
    private final Slo events =
            TestDefinitions.slo(
                    "cart",
                    "0.99",
                    TestDefinitions.rolling(1),
                    TestDefinitions.burnRate(
                            "page", 5, Duration.ofMinutes(10), Duration.ofMinutes(2), 2));
    private final Slo minutes =
            TestDefinitions.slo(
                    "auth",
                    BudgetingMethod.TIMESLICES,
                    TestDefinitions.slices("auth", "0.9", "0.9", Duration.ofMinutes(1)),
                    TestDefinitions.rolling(1),
                    TestDefinitions.burnRate(
                            "page", 2, Duration.ofMinutes(10), Duration.ofMinutes(3), 0));
    private final DefinitionSet set = new TestDefinitions().set("set", events, minutes);
    private final MeasurePlan plan = MeasurePlan.compile(set);

    private AlertEngine engine() {
        return new AlertEngine(
                new SloEvaluator(series, History.COMPLETE),
                series,
                new Exemplars(),
                new InMemoryStore(),
                List.of(),
                "http://sluice",
                Instant.ofEpochSecond(T));
    }

    @Property(tries = 100, shrinking = ShrinkingMode.OFF)
    void alertsAreTheSame(@ForAll Random random) {
        AlertEngine incremental = engine();
        AlertEngine whole = engine();
        boolean bad = false;
        boolean silent = false;
        long now = T;
        for (int step = 0; step < 300; step++) {
            now += 1 + random.nextInt(6);
            bad ^= random.nextInt(60) == 0;
            silent ^= random.nextInt(80) == 0;
            if (!silent && random.nextBoolean()) {
                live(random.nextBoolean() ? "cart" : "auth", now, bad);
            }
            if (random.nextInt(100) == 0) {
                now += 400;
            }
            Instant at = Instant.ofEpochSecond(now);
            incremental.evaluate(plan, at);
            // Another plan of the same definitions makes it look at everything.
            whole.evaluate(MeasurePlan.compile(set), at);

            assertThat(incremental.alerts()).isEqualTo(whole.alerts());
        }
    }

    private void live(String slo, long second, boolean bad) {
        long bucket = second / 10 * 10;
        String measure = plan.forObjective(slo, 0).id();
        add(new SeriesKey(measure, ""), bucket, bad ? 5 : 10, 10);
        plan.slicesOf(measure).forEach(slices -> add(slices, bucket, bad ? 5 : 10, 10));
        add(SeriesKey.heartbeat(slo), bucket, 1, 1);
    }

    private void add(SeriesKey key, long bucket, long good, long total) {
        series.add(key, bucket, good, total, 1000 * good, 1000 * total, null, bucket);
    }
}
