package io.sluice.collector.scrape;

import io.sluice.collector.extract.Distribution;
import io.sluice.collector.extract.SourceUnit;
import io.sluice.collector.prometheus.CumulativeBuckets;
import io.sluice.collector.prometheus.NativeHistogram;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Op;
import io.sluice.engine.series.Sketch;

/**
 * One histogram that came in both forms. A bound that is a classic bucket's is judged by that,
 * which is exact; any other by the native buckets, which are finer.
 */
record EitherHistogram(CumulativeBuckets classic, NativeHistogram fine) implements Distribution {

    @Override
    public long count() {
        return classic.count();
    }

    @Override
    public long certainly(Op op, double bound, SourceUnit unit, Indicator.Unit boundUnit) {
        return classic.endsWith(bound, unit, boundUnit)
                ? classic.certainly(op, bound, unit, boundUnit)
                : Math.min(count(), fine.certainly(op, bound, unit, boundUnit));
    }

    @Override
    public boolean sketches() {
        return false;
    }

    @Override
    public void addTo(Sketch sketch, SourceUnit unit, Indicator.Unit to) {
        throw new UnsupportedOperationException("running counts become no sketch");
    }
}
