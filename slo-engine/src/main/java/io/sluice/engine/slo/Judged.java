package io.sluice.engine.slo;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.WindowSum;

import java.math.BigDecimal;
import java.util.Optional;

/** An objective with its measure: what is counted, and how a slice is judged. */
record Judged(BudgetingMethod method, Objective objective, Measure measure) {
    static final long THOUSAND = 1000;

    /**
     * What a slice counts that is good as a whole. A ratio is known to so many parts, so that sums
     * of them are whole numbers and the same in any order; those of 400 days of 10 s fit a long.
     */
    static final long WHOLE = 1_000_000_000_000L;

    /** How good a slice was of which nothing is known. */
    static final long UNMEASURED = -1;

    static Judged of(MeasurePlan plan, Slo slo, int objective) {
        return new Judged(
                slo.method(),
                slo.objectives().get(objective),
                plan.forObjective(slo.name(), objective));
    }

    boolean inSlices() {
        return method != BudgetingMethod.OCCURRENCES;
    }

    /**
     * Whether the number of events in the slice is the judged value: then none is a value too, if
     * it was measured.
     */
    boolean countsPerMinute() {
        return objective.indicator() instanceof Indicator.Threshold threshold
                && threshold.value() == Indicator.Value.COUNT_PER_MINUTE;
    }

    /** A slice's length in seconds. */
    long sliceSeconds() {
        return objective
                .timeSliceWindow()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "an objective in slices has a slice window"))
                .toSeconds();
    }

    /** How many parts of one event, or slice, are counted. */
    long one() {
        return !inSlices() && measure.takesShares() ? Measure.Tap.Share.ONE : THOUSAND;
    }

    /** Whose heartbeat says that idle time was measured. */
    Optional<String> service() {
        return measure.totalSource().service();
    }

    /**
     * How good a measured slice was.
     *
     * @param seconds its length
     * @return from 0 to 1; 0 or 1 where a slice is good or bad as a whole
     */
    double sliceGoodness(WindowSum slice, long seconds) {
        if (countsPerMinute()) {
            double perMinute = slice.totalThousandths() * 60.0 / (THOUSAND * seconds);
            Objective.Threshold bound = objective.threshold().orElseThrow();
            return bound.op().test(perMinute, bound.value()) ? 1 : 0;
        }
        WindowCounts counts =
                new WindowCounts(slice.goodThousandths(), slice.totalThousandths(), 0, 0);
        return switch (method) {
            case RATIO_TIMESLICES -> (double) counts.good() / counts.total();
            case TIMESLICES, OCCURRENCES -> counts.meets(sliceTarget()) ? 1 : 0;
        };
    }

    private BigDecimal sliceTarget() {
        return objective.timeSliceTarget().orElse(BigDecimal.ONE);
    }
}
