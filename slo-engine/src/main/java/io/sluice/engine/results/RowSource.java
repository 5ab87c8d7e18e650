package io.sluice.engine.results;

import io.sluice.definitions.model.ResultsTable;
import io.sluice.engine.measure.ExactSum;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.WindowSum;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What telemetry says of one side of a row. Times are {@code [from, to)}, in seconds since the
 * epoch.
 *
 * @param values the id of the measure whose events they are
 * @param sum the id of the one that sums the same events up, of a mean
 */
record RowSource(SeriesReader series, ResultsTable.Row row, String values, Optional<String> sum) {

    long events(long from, long to) {
        return series.sum(values, from, to).total();
    }

    /** {@link SeriesReader#earliestBucket}. */
    long earliestBucket() {
        return series.earliestBucket(values);
    }

    RowValue value(long from, long to) {
        return switch (row.statistic()) {
            case P50 -> quantile(0.5, from, to);
            case P95 -> quantile(0.95, from, to);
            case P99 -> quantile(0.99, from, to);
            case MAXIMUM -> quantile(1, from, to);
            case MEAN -> series.read(() -> mean(from, to));
            case RATIO -> ratio(series.sum(values, from, to));
            case DEPLOYMENTS_PER_MONTH, LEAD_TIME ->
                    throw new IllegalArgumentException(
                            row.statistic() + " is not made from telemetry");
        };
    }

    private Sketch sketch(long from, long to) {
        return series.sketch(values, from, to);
    }

    private RowValue quantile(double q, long from, long to) {
        return RowValue.exact(sketch(from, to).quantile(q));
    }

    private static RowValue ratio(WindowSum sum) {
        return RowValue.exact(
                sum.totalThousandths() > 0
                        ? OptionalDouble.of(100.0 * sum.goodThousandths() / sum.totalThousandths())
                        : OptionalDouble.empty());
    }

    /**
     * Exact where every value is in the sum: values from before sums were kept, too large or too
     * fine ones, and those that came counted in buckets are not.
     */
    private RowValue mean(long from, long to) {
        WindowSum summed = sum.map(id -> series.sum(id, from, to)).orElse(WindowSum.EMPTY);
        long events = events(from, to);
        OptionalDouble exact = ExactSum.mean(summed, events, row.valueUnit());
        if (exact.isPresent()) {
            return RowValue.exact(exact);
        }
        OptionalDouble near = sketch(from, to).mean();
        return new RowValue(
                near,
                near.isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                "within 1.08 %, as "
                                        + left(events - summed.total(), events)
                                        + " not in the exact sum"));
    }

    private static String left(long out, long of) {
        return String.format(Locale.ROOT, "%,d of %,d values %s", out, of, out == 1 ? "is" : "are");
    }
}
