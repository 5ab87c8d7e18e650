package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.Numbers;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.series.Sketch;

/**
 * The buckets of an OTLP histogram point: the first ends with the first bound, which belongs to it,
 * the last has no end. They never become a sketch, because nobody could say how wrong it is.
 * Mutable, reused, not thread-safe.
 */
final class ExplicitHistogram implements Distribution {

    private final Numbers counts = new Numbers();
    private final Numbers bounds = new Numbers();
    private long count;

    void clear() {
        counts.clear();
        bounds.clear();
        count = 0;
    }

    void setCount(long count) {
        this.count = count;
    }

    Numbers counts() {
        return counts;
    }

    Numbers bounds() {
        return bounds;
    }

    /**
     * Whether bounds rise, there is one bucket more than bounds, and the buckets add up to the
     * count; or there are none.
     */
    boolean isValid() {
        if (count < 0 || count > Accumulator.MAX_COUNT) {
            return false;
        }
        if (counts.size() == 0 && bounds.size() == 0) {
            return true;
        }
        if (counts.size() != bounds.size() + 1 || counts.sumOfCounts() != count) {
            return false;
        }
        double previous = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < bounds.size(); i++) {
            double bound = bounds.getDouble(i);
            if (!(bound > previous)) {
                return false;
            }
            previous = bound;
        }
        return true;
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long certainly(Op op, double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        long certain = 0;
        for (int i = 0; i < counts.size(); i++) {
            boolean compares =
                    switch (op) {
                        case LT, LTE -> unit.test(upper(i), Op.LTE, bound, boundUnit);
                        case GT, GTE -> unit.test(lower(i), Op.GTE, bound, boundUnit);
                    };
            certain += compares ? counts.get(i) : 0;
        }
        return certain;
    }

    private double lower(int bucket) {
        return bucket == 0 ? Double.NEGATIVE_INFINITY : bounds.getDouble(bucket - 1);
    }

    private double upper(int bucket) {
        return bucket == bounds.size() ? Double.POSITIVE_INFINITY : bounds.getDouble(bucket);
    }

    @Override
    public boolean sketches() {
        return false;
    }

    @Override
    public void addTo(Sketch sketch, SourceUnit unit, Indicator.Unit to) {
        throw new UnsupportedOperationException("explicit buckets stay explicit");
    }
}
