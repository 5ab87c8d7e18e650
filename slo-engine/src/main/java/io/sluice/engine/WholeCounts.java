package io.sluice.engine;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Answers what was counted of measures since the store began, and up to when. Owns nothing;
 * thread-safe.
 */
final class WholeCounts {
    /**
     * Before anything that is counted. To ask for the first count instead would read the hour in
     * which it is, of each group, from the store.
     */
    private static final long EPOCH = 0;

    private final SeriesReader series;

    WholeCounts(SeriesReader series) {
        this.series = series;
    }

    /** {@link SloEngine#counts}. */
    List<SloEngine.CountRow> rows(MeasurePlan plan) {
        List<SloEngine.CountRow> rows = new ArrayList<>();
        for (Slo slo : plan.definitions().slos().values()) {
            for (int i = 0; i < slo.objectives().size(); i++) {
                rows.add(row(plan.forObjective(slo.name(), i), "", "all"));
            }
        }
        for (String sli : plan.definitions().slis().keySet()) {
            plan.forSli(sli).ifPresent(measure -> rows.add(row(measure, "", "all")));
        }
        for (Cutover cutover : plan.definitions().cutovers().values()) {
            for (Cutover.Metric metric : cutover.metrics()) {
                for (Side side : List.of(Side.BASELINE, Side.CANDIDATE)) {
                    Measure measure = plan.forCutover(cutover.name(), metric.name(), side);
                    rows.add(row(measure, cutover.name(), side.name().toLowerCase(Locale.ROOT)));
                }
            }
        }
        return rows.stream().distinct().toList();
    }

    private SloEngine.CountRow row(Measure measure, String cutover, String side) {
        WindowSum sum = everything(measure);
        String signal =
                switch (measure.totalSource()) {
                    case EventSource.Spans _ -> "spans";
                    case EventSource.Metrics _ -> "metrics";
                    case EventSource.Events _ -> "events";
                    case EventSource.Prometheus _ -> "prometheus";
                    case EventSource.Foreign foreign -> foreign.type().orElse("");
                };
        return new SloEngine.CountRow(
                measure.sli(), cutover, side, signal, sum.good(), sum.total());
    }

    /** {@link SloEngine#objectiveCounts}. */
    List<SloEngine.ObjectiveCount> ofObjectives(MeasurePlan plan) {
        List<SloEngine.ObjectiveCount> counts = new ArrayList<>();
        for (Slo slo : plan.definitions().slos().values()) {
            for (int i = 0; i < slo.objectives().size(); i++) {
                Measure measure = plan.forObjective(slo.name(), i);
                WindowSum sum = everything(measure);
                counts.add(
                        new SloEngine.ObjectiveCount(
                                slo.name(),
                                i,
                                measure.id(),
                                sum.goodThousandths() / 1000,
                                sum.totalThousandths() / 1000));
            }
        }
        return counts;
    }

    private WindowSum everything(Measure measure) {
        return series.sum(measure.id(), EPOCH, Long.MAX_VALUE);
    }

    /** Up to when a measure has counts, in seconds since the epoch; empty if it has none. */
    OptionalLong until(String measure) {
        return endOf(series.latestBucket(measure));
    }

    /** The same for counts of history only. */
    OptionalLong historyUntil(String measure) {
        return endOf(Backfilled.latestBucket(series, measure));
    }

    private static OptionalLong endOf(long bucket) {
        return bucket == Long.MIN_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(bucket + Resolution.TEN_SECONDS.seconds());
    }
}
