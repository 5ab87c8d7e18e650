package io.sluice.engine.baseline;

import io.sluice.engine.cutover.BinomialBound;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * Two times set against each other, subject by subject; what only one of them has is left out.
 *
 * @param confidence of each ratio's bounds, for one look
 */
public record BaselineComparison(double confidence, List<Row> rows) {
    /** Each bound may be wrong so often. */
    private static final double RISK = 0.05;

    private static final List<Double> QUANTILES = List.of(0.5, 0.95, 0.99);

    public BaselineComparison {
        rows = List.copyOf(rows);
    }

    /**
     * One subject.
     *
     * @param ratio the other's bad ratio over the first's; empty where it is undefined
     * @param ratioLow 0 where nothing can be said
     * @param ratioHigh empty where nothing can be said
     * @param values empty where one of them has none
     */
    public record Row(
            String subject,
            long bad,
            long total,
            long otherBad,
            long otherTotal,
            OptionalDouble ratio,
            double ratioLow,
            OptionalDouble ratioHigh,
            List<Quantile> values) {
        public Row {
            values = List.copyOf(values);
        }
    }

    /** A quantile of both, within the sketches' 1.08 %. */
    public record Quantile(double quantile, double value, double other) {}

    static BaselineComparison of(List<Baseline.Entry> first, List<Baseline.Entry> other) {
        record Counted(String measure, String subject) {
            static Counted of(Baseline.Entry entry) {
                return new Counted(entry.measure(), entry.subject());
            }
        }
        Map<Counted, Baseline.Entry> others =
                other.stream()
                        .collect(Collectors.toMap(Counted::of, entry -> entry, (one, _) -> one));
        List<Row> rows = new ArrayList<>();
        for (Baseline.Entry entry : first) {
            Baseline.@Nullable Entry same = others.get(Counted.of(entry));
            if (same != null) {
                rows.add(row(entry, same));
            }
        }
        return new BaselineComparison(1 - RISK, rows);
    }

    /**
     * Given how many bad events both have, the other's are binomial with a probability that only
     * the ratio decides; Clopper and Pearson's bounds on it are bounds on the ratio.
     */
    private static Row row(Baseline.Entry first, Baseline.Entry other) {
        long bad = first.bad() + other.bad();
        boolean both = first.total() > 0 && other.total() > 0;
        double low =
                both ? ratio(BinomialBound.lower(other.bad(), bad, RISK / 2), first, other) : 0;
        double high =
                both
                        ? ratio(BinomialBound.upper(other.bad(), bad, RISK / 2), first, other)
                        : Double.POSITIVE_INFINITY;
        return new Row(
                first.subject(),
                first.bad(),
                first.total(),
                other.bad(),
                other.total(),
                both && first.bad() > 0
                        ? OptionalDouble.of(
                                ((double) other.bad() * first.total())
                                        / ((double) first.bad() * other.total()))
                        : OptionalDouble.empty(),
                low,
                Double.isInfinite(high) ? OptionalDouble.empty() : OptionalDouble.of(high),
                values(first.values(), other.values()));
    }

    private static double ratio(double share, Baseline.Entry first, Baseline.Entry other) {
        return share >= 1
                ? Double.POSITIVE_INFINITY
                : share * first.total() / ((1 - share) * other.total());
    }

    private static List<Quantile> values(Optional<Sketch> first, Optional<Sketch> other) {
        if (first.isEmpty() || other.isEmpty()) {
            return List.of();
        }
        return QUANTILES.stream()
                .map(
                        quantile ->
                                new Quantile(
                                        quantile,
                                        first.get().quantile(quantile).orElseThrow(),
                                        other.get().quantile(quantile).orElseThrow()))
                .toList();
    }
}
