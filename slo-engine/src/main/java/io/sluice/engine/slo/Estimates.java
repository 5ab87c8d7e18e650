package io.sluice.engine.slo;

import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.WindowSum;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Estimates what an objective would have counted before it was counted, where only its threshold
 * changed: the values that its predecessor judged are in sketches, hour by hour, which say between
 * how many of them meet another threshold. Values that came in buckets too coarse for a sketch may
 * all meet it, or none.
 *
 * <p>Both ends are whole hours inside of what is asked for, and hours of which any part is excluded
 * are left out. Where events were sampled nothing is said: a sketch does not know whom each value
 * stands for.
 */
final class Estimates {
    private static final long HOUR = 3600;

    private final SeriesReader series;
    private final History history;

    Estimates(SeriesReader series, History history) {
        this.series = series;
        this.history = history;
    }

    /**
     * The hours of a time before the objective was counted, oldest first; those without events left
     * out.
     */
    List<Estimate> hours(MeasurePlan plan, Slo slo, int objective, Excluded excluded, Span span) {
        Measure measure = plan.forObjective(slo.name(), objective);
        Optional<String> older = history.predecessor(measure.id());
        if (older.isEmpty()
                || !slo.countsEvents(slo.objectives().get(objective))
                || !(measure.taps().getFirst() instanceof Measure.Tap.Judge judge)) {
            return List.of();
        }
        long earliest = series.earliestBucket(older.get());
        long from = Span.ceil(Math.max(span.from(), earliest), HOUR);
        long to = Span.floor(Math.min(span.to(), until(measure.id())), HOUR);
        List<Estimate> hours = new ArrayList<>();
        if (from >= to || earliest == Long.MAX_VALUE) {
            return hours;
        }
        long hour = from;
        for (WindowSum sum : series.slices(older.get(), from, to, HOUR)) {
            long end = hour + HOUR;
            boolean sampled =
                    sum.totalThousandths() != sum.total() * Judged.THOUSAND
                            || sum.goodThousandths() != sum.good() * Judged.THOUSAND;
            if (sum.total() > 0 && !sampled && !excluded.touches(hour, end)) {
                hours.add(hour(judge, sum.total(), older.get(), hour));
            }
            hour = end;
        }
        return hours;
    }

    /** Since when the objective itself is counted. */
    long until(String measure) {
        return history.countedSince(measure);
    }

    private Estimate hour(Measure.Tap.Judge judge, long total, String measure, long hour) {
        Sketch sketch = series.sketch(measure, hour, hour + HOUR);
        long known = Math.min(sketch.count(), total);
        Sketch.Range atMost = sketch.countAtMost(judge.bound());
        Sketch.Range below =
                new Sketch.Range(
                        sketch.countAtMost(Math.nextDown(judge.bound())).low(), atMost.high());
        Sketch.Range good =
                switch (judge.op()) {
                    case LTE -> atMost;
                    case LT -> below;
                    case GT -> new Sketch.Range(known - atMost.high(), known - atMost.low());
                    case GTE -> new Sketch.Range(known - below.high(), known - below.low());
                };
        long low = Math.clamp(good.low(), 0, total);
        return new Estimate(
                Instant.ofEpochSecond(hour),
                Instant.ofEpochSecond(hour + HOUR),
                total,
                low,
                Math.clamp(good.high() + total - known, low, total));
    }

    /** All of them as one; empty if there are none. */
    static Optional<Estimate> together(List<Estimate> hours) {
        return hours.stream().reduce(Estimate::plus);
    }
}
