package io.sluice.engine.store;

import io.sluice.engine.series.Sketch;

import java.util.Optional;

/**
 * Sealed counts of one stratum: a time interval, a metric and a group, both sides.
 *
 * @param start seconds since the epoch
 * @param values both sides' values, where a quantile is compared; totals count them, and none is
 *     bad
 */
public record StoredStratum(
        String cutover,
        int run,
        int step,
        String metric,
        long start,
        String group,
        long baselineBad,
        long baselineTotal,
        long candidateBad,
        long candidateTotal,
        Optional<Values> values) {

    /** Of good and bad events. */
    public StoredStratum(
            String cutover,
            int run,
            int step,
            String metric,
            long start,
            String group,
            long baselineBad,
            long baselineTotal,
            long candidateBad,
            long candidateTotal) {
        this(
                cutover,
                run,
                step,
                metric,
                start,
                group,
                baselineBad,
                baselineTotal,
                candidateBad,
                candidateTotal,
                Optional.empty());
    }

    /** Of values. */
    public StoredStratum(
            String cutover,
            int run,
            int step,
            String metric,
            long start,
            String group,
            Values values) {
        this(
                cutover,
                run,
                step,
                metric,
                start,
                group,
                0,
                values.baseline().count(),
                0,
                values.candidate().count(),
                Optional.of(values));
    }

    /** Both sides' values; neither sketch is changed any more. */
    public record Values(Sketch baseline, Sketch candidate) {}

    /** The same counts, in this step. */
    public StoredStratum inStep(int other) {
        return new StoredStratum(
                cutover,
                run,
                other,
                metric,
                start,
                group,
                baselineBad,
                baselineTotal,
                candidateBad,
                candidateTotal,
                values);
    }
}
