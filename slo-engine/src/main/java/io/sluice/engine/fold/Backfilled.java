package io.sluice.engine.fold;

import io.sluice.engine.series.CountReader;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;
import io.sluice.engine.series.SliceSums;
import io.sluice.engine.series.WindowSum;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of a series that came from backfill sources. It is counted a second time beside the
 * whole, so that whoever asks about the present (alerts, freshness) can leave it out exactly:
 * history that is sent today must not wake anybody, even if it is the history of the last hour.
 */
public final class Backfilled {
    private static final String PREFIX = SeriesKey.BACKFILLED;

    private Backfilled() {}

    /** Where a series' backfilled part is counted; a measure's groups are counted together. */
    static SeriesKey of(SeriesKey series) {
        return new SeriesKey(PREFIX + series.measure(), series.group());
    }

    /** Whether any of a measure's events were sent as history. */
    public static boolean hasHistory(SeriesReader series, String measure) {
        return series.hasCounted(PREFIX + measure);
    }

    /** The name of the series that a series of this name is the backfilled part of, or is. */
    static String whole(String name) {
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }

    /** The measure's events without the backfilled ones. */
    public static WindowSum live(CountReader series, String measure, long from, long to) {
        return series.sum(measure, from, to).minus(series.sum(PREFIX + measure, from, to));
    }

    /** The measure's events without the backfilled ones, slice by slice. */
    public static List<WindowSum> liveSlices(
            CountReader series, String measure, long from, long to, long sliceSeconds) {
        List<WindowSum> all = series.slices(measure, from, to, sliceSeconds);
        if (series.latestBucket(PREFIX + measure) < from) {
            return all;
        }
        List<WindowSum> backfilled = series.slices(PREFIX + measure, from, to, sliceSeconds);
        List<WindowSum> live = new ArrayList<>(all.size());
        for (int i = 0; i < all.size(); i++) {
            live.add(all.get(i).minus(backfilled.get(i)));
        }
        return live;
    }

    /** In how many of them there were any. */
    public static long activeLiveSlices(
            CountReader series, String measure, long from, long to, long sliceSeconds) {
        return series.latestBucket(PREFIX + measure) < from
                ? series.activeSlices(measure, from, to, sliceSeconds)
                : liveSlices(series, measure, from, to, sliceSeconds).stream()
                        .filter(slice -> slice.total() > 0)
                        .count();
    }

    /** The start of the newest bucket that has history, or {@link Long#MIN_VALUE}. */
    public static long latestBucket(CountReader series, String measure) {
        return series.latestBucket(PREFIX + measure);
    }

    /** The same as columns. */
    public static SliceSums liveSums(
            SeriesReader series, String measure, long from, long to, long sliceSeconds) {
        SliceSums live = series.sliceSums(measure, from, to, sliceSeconds);
        live.subtract(series.sliceSums(PREFIX + measure, from, to, sliceSeconds));
        return live;
    }

    /** {@link SeriesReader#changes(String, long, long)} of what is history. */
    public static long changes(SeriesReader series, String measure, long from, long to) {
        return series.changes(PREFIX + measure, from, to);
    }

    /** {@link SeriesReader#version(String)} of what is history. */
    public static long version(SeriesReader series, String measure) {
        return series.version(PREFIX + measure);
    }

    /** The same for one group. */
    public static long version(SeriesReader series, SeriesKey key) {
        return series.version(of(key));
    }

    /** {@link SeriesReader#revision} of what is history. */
    public static long revision(SeriesReader series, String measure) {
        return series.revision(PREFIX + measure);
    }

    /** How many records a service has sent of itself, and not as history. */
    public static long liveHeartbeats(CountReader series, String service, long from, long to) {
        SeriesKey heartbeat = SeriesKey.heartbeat(service);
        return series.sum(heartbeat, from, to).total()
                - series.sum(of(heartbeat), from, to).total();
    }
}
