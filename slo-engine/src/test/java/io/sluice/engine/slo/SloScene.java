package io.sluice.engine.slo;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;

import java.time.Duration;
import java.time.Instant;

/** One SLO with its series, filled by hand. */
final class SloScene {
    /** A Friday, on the hour. */
    static final long T = 1_800_000_000L;

    final SeriesTable series = new SeriesTable();
    final SloEvaluator evaluator = new SloEvaluator(series, History.COMPLETE);
    final Slo slo;
    final MeasurePlan plan;

    /** Whether slices are counted beside the measure, as apply does for definitions in force. */
    boolean keepsSlices = true;

    SloScene(Slo slo, Slo... others) {
        this.slo = slo;
        Slo[] all = new Slo[others.length + 1];
        all[0] = slo;
        System.arraycopy(others, 0, all, 1, others.length);
        DefinitionSet set = new TestDefinitions().set("scene", all);
        this.plan = MeasurePlan.compile(set);
    }

    void events(long bucket, long good, long bad) {
        events(slo, "", bucket, good, bad);
    }

    void events(Slo of, String group, long bucket, long good, long bad) {
        events(of, 0, group, bucket, good, bad);
    }

    /** Of one objective of the scene's SLO. */
    void part(int objective, long bucket, long good, long bad) {
        events(slo, objective, "", bucket, good, bad);
    }

    private void events(Slo of, int objective, String group, long bucket, long good, long bad) {
        String measure = plan.forObjective(of.name(), objective).id();
        add(new SeriesKey(measure, group), bucket, good, good + bad);
        if (keepsSlices) {
            plan.slicesOf(measure).forEach(slices -> add(slices, bucket, good, good + bad));
        }
    }

    private void add(SeriesKey key, long bucket, long good, long total) {
        series.add(key, bucket, good, total, 1000 * good, 1000 * total, null, T);
    }

    void heartbeat(String service, long bucket) {
        series.add(SeriesKey.heartbeat(service), bucket, 1, 1, 1000, 1000, null, T);
    }

    /** The same series under definitions with these exclusions. */
    MeasurePlan excluding(Exclusion... exclusions) {
        return MeasurePlan.compile(TestDefinitions.excluding(plan.definitions(), exclusions));
    }

    SloStatus status(long second) {
        return evaluator.evaluate(plan, slo, Instant.ofEpochSecond(second));
    }

    SloStatus.ObjectiveStatus objective(long second) {
        return status(second).objectives().getFirst();
    }

    WindowCounts recent(Duration window, long second) {
        return evaluator.recent(plan, slo, 0, window, Instant.ofEpochSecond(second));
    }
}
