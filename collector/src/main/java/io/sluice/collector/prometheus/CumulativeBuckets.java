package io.sluice.collector.prometheus;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.series.Sketch;

import java.util.Map;
import java.util.TreeMap;

/**
 * The buckets of a classic histogram: how many values were at most so large, by {@code le}.
 * Mutable, not thread-safe.
 *
 * <p>The bucket of infinity is the count of all: what {@code _count} says may have been read a
 * moment before or after.
 */
public final class CumulativeBuckets implements Distribution {

    private final boolean all;
    private final TreeMap<Double, Long> counts = new TreeMap<>();

    /**
     * @param all whether every bucket of the histogram will be added. If some may be elsewhere, a
     *     bound is judged only by the bucket that ends with it: a smaller one might not be the
     *     next.
     */
    public CumulativeBuckets(boolean all) {
        this.all = all;
    }

    /**
     * Adds a bucket; false if it is there already, or its numbers are none that a bucket may have.
     */
    public boolean add(double le, double count) {
        boolean whole = count >= 0 && count <= Accumulator.MAX_COUNT && count == Math.rint(count);
        return whole && !Double.isNaN(le) && counts.putIfAbsent(le, (long) count) == null;
    }

    /** Whether counts never fall as {@code le} rises, up to infinity. */
    public boolean isWhole() {
        long previous = 0;
        for (long count : counts.values()) {
            if (count < previous) {
                return false;
            }
            previous = count;
        }
        return counts.containsKey(Double.POSITIVE_INFINITY);
    }

    @Override
    public boolean decides(double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        return all || endsWith(bound, unit, boundUnit);
    }

    /** Whether a bucket ends with that bound, so that the count up to it is exact. */
    public boolean endsWith(double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        return counts.keySet().stream()
                .anyMatch(
                        le ->
                                unit.test(le, Op.LTE, bound, boundUnit)
                                        && unit.test(le, Op.GTE, bound, boundUnit));
    }

    @Override
    public long count() {
        return counts.lastEntry().getValue();
    }

    @Override
    public long certainly(Op op, double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        return switch (op) {
            case LT, LTE -> {
                long within = 0;
                for (Map.Entry<Double, Long> bucket : counts.entrySet()) {
                    if (unit.test(bucket.getKey(), Op.LTE, bound, boundUnit)) {
                        within = bucket.getValue();
                    }
                }
                yield within;
            }
            case GT, GTE -> {
                for (Map.Entry<Double, Long> bucket : counts.entrySet()) {
                    if (unit.test(bucket.getKey(), Op.GTE, bound, boundUnit)) {
                        yield count() - bucket.getValue();
                    }
                }
                yield 0;
            }
        };
    }

    @Override
    public boolean sketches() {
        return false;
    }

    @Override
    public void addTo(Sketch sketch, SourceUnit unit, Indicator.Unit to) {
        throw new UnsupportedOperationException("classic buckets stay what they are");
    }
}
