package io.sluice.engine.slo;

import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.series.CountReader;
import io.sluice.engine.series.WindowSum;

import java.util.List;

/** Which events count: all of them, or those that were not sent as history. */
interface EventView {
    WindowSum sum(String measure, long from, long to);

    List<WindowSum> slices(String measure, long from, long to, long sliceSeconds);

    /** In how many slices there were events. */
    long activeSlices(String measure, long from, long to, long sliceSeconds);

    /** How many of the window's 10 s buckets were measured for a service. */
    long measuredBuckets(String service, long from, long to);

    /** For each slice, how many of its 10 s buckets were measured. */
    List<Long> measuredSlices(String service, long from, long to, long sliceSeconds);

    static EventView all(CountReader series) {
        return new EventView() {
            @Override
            public WindowSum sum(String measure, long from, long to) {
                return series.sum(measure, from, to);
            }

            @Override
            public List<WindowSum> slices(String measure, long from, long to, long sliceSeconds) {
                return series.slices(measure, from, to, sliceSeconds);
            }

            @Override
            public long activeSlices(String measure, long from, long to, long sliceSeconds) {
                return series.activeSlices(measure, from, to, sliceSeconds);
            }

            @Override
            public long measuredBuckets(String service, long from, long to) {
                return series.measuredBuckets(service, from, to);
            }

            @Override
            public List<Long> measuredSlices(
                    String service, long from, long to, long sliceSeconds) {
                return series.measuredSlices(service, from, to, sliceSeconds);
            }
        };
    }

    /**
     * What came as it happened; what a backfill brought is left out.
     *
     * @param heartbeats where the records that a service sent of itself are summed, in whole
     *     buckets of their age: one that is excluded in part is left out, since which of its
     *     records came when is not kept
     */
    static EventView live(CountReader series, CountReader heartbeats) {
        return new EventView() {
            @Override
            public WindowSum sum(String measure, long from, long to) {
                return Backfilled.live(series, measure, from, to);
            }

            @Override
            public List<WindowSum> slices(String measure, long from, long to, long sliceSeconds) {
                return Backfilled.liveSlices(series, measure, from, to, sliceSeconds);
            }

            @Override
            public long activeSlices(String measure, long from, long to, long sliceSeconds) {
                return Backfilled.activeLiveSlices(series, measure, from, to, sliceSeconds);
            }

            @Override
            public long measuredBuckets(String service, long from, long to) {
                // Which buckets were heard of only in history is not kept; whether any was heard of
                // live is what matters.
                return Backfilled.liveHeartbeats(heartbeats, service, from, to) > 0
                        ? series.measuredBuckets(service, from, to)
                        : 0;
            }

            @Override
            public List<Long> measuredSlices(
                    String service, long from, long to, long sliceSeconds) {
                return series.measuredSlices(service, from, to, sliceSeconds);
            }
        };
    }
}
