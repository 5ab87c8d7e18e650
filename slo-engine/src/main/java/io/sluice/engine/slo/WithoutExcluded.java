package io.sluice.engine.slo;

import io.sluice.engine.series.CountReader;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.ExcludedSums.Arithmetic;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Counts without those of excluded time, as if nothing had happened then. What was counted stays
 * counted: it is left out whenever somebody asks. Thread-safe.
 */
final class WithoutExcluded implements CountReader {
    private static final Arithmetic<WindowSum> SUMS =
            new Arithmetic<>(WindowSum.EMPTY, WindowSum::plus, WindowSum::minus);
    private static final Arithmetic<Long> BUCKETS =
            new Arithmetic<>(0L, Long::sum, (all, part) -> all - part);

    private final SeriesReader series;
    private final Excluded excluded;
    private final ExcludedSums<String, WindowSum> byMeasure;
    private final ExcludedSums<SeriesKey, WindowSum> byGroup;
    private final ExcludedSums<String, Long> measured;

    WithoutExcluded(SeriesReader series, Excluded excluded) {
        this.series = series;
        this.excluded = excluded;
        this.byMeasure = new ExcludedSums<>(series, excluded, series::revision, series::sum, SUMS);
        this.byGroup =
                new ExcludedSums<>(
                        series, excluded, key -> series.revision(key.measure()), series::sum, SUMS);
        this.measured =
                new ExcludedSums<>(
                        series,
                        excluded,
                        service -> series.revision(SeriesKey.heartbeat(service).measure()),
                        series::measuredBuckets,
                        BUCKETS);
    }

    @Override
    public WindowSum sum(String measure, long from, long to) {
        return byMeasure.without(measure, from, to);
    }

    @Override
    public WindowSum sum(SeriesKey key, long from, long to) {
        return byGroup.without(key, from, to);
    }

    @Override
    public List<WindowSum> slices(String measure, long from, long to, long sliceSeconds) {
        return corrected(
                series.slices(measure, from, to, sliceSeconds),
                from,
                sliceSeconds,
                WindowSum.EMPTY,
                slice -> sum(measure, slice.from(), slice.to()));
    }

    @Override
    public long activeSlices(String measure, long from, long to, long sliceSeconds) {
        return excluded.touches(from, to)
                ? slices(measure, from, to, sliceSeconds).stream()
                        .filter(slice -> slice.total() > 0)
                        .count()
                : series.activeSlices(measure, from, to, sliceSeconds);
    }

    @Override
    public long measuredBuckets(String service, long from, long to) {
        return measured.without(service, from, to);
    }

    @Override
    public List<Long> measuredSlices(String service, long from, long to, long sliceSeconds) {
        return corrected(
                series.measuredSlices(service, from, to, sliceSeconds),
                from,
                sliceSeconds,
                0L,
                slice -> measuredBuckets(service, slice.from(), slice.to()));
    }

    @Override
    public long latestBucket(String measure) {
        return series.latestBucket(measure);
    }

    /** Asks again for the slices of which some part is excluded. */
    private <T> List<T> corrected(
            List<T> slices, long from, long seconds, T nothing, Function<Span, T> again) {
        List<T> corrected = new ArrayList<>(slices);
        int next = 0;
        for (Span out : excluded.within(from, from + slices.size() * seconds)) {
            next = Math.max(next, (int) ((out.from() - from) / seconds));
            for (long begin = from + next * seconds; begin < out.to(); begin += seconds) {
                Span slice = new Span(begin, begin + seconds);
                boolean whole = out.from() <= slice.from() && slice.to() <= out.to();
                corrected.set(next, whole ? nothing : again.apply(slice));
                next++;
            }
        }
        return corrected;
    }
}
