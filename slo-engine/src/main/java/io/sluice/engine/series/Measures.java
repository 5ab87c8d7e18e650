package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Every series, by measure and group, and the newest time that anybody knows of. Not thread-safe:
 * whoever changes it holds the write lock of its {@link SeriesTable}, and whoever asks, its read
 * lock.
 */
final class Measures {
    static final long NEVER = Long.MIN_VALUE / 2;

    /** How long after its end an hour is settled; what comes then is late. */
    private static final long SETTLES_AFTER = Hour.SECONDS;

    private final Map<String, MeasureSeries> measures = new HashMap<>();
    private final ColdHours cold;
    private final int fewGroups;
    private long now = NEVER;

    /** How often counts changed otherwise than by an event. */
    private long revision;

    /** How often hours were put in the place of others. */
    private long generation;

    /**
     * @param cold where hours are that are not in memory
     * @param fewGroups of a measure; more of them are counted together
     */
    Measures(ColdHours cold, int fewGroups) {
        this.cold = cold;
        this.fewGroups = fewGroups;
    }

    Collection<MeasureSeries> all() {
        return measures.values();
    }

    long numberOfSeries() {
        long number = 0;
        for (MeasureSeries measure : measures.values()) {
            number += measure.groups().size();
        }
        return number;
    }

    @Nullable MeasureSeries find(String measure) {
        return measures.get(measure);
    }

    @Nullable Series find(SeriesKey key) {
        return groupsOf(key.measure()).get(key.group());
    }

    /** The measure's; empty and not to be changed if it has none. */
    NavigableMap<String, Series> groupsOf(String measure) {
        MeasureSeries found = measures.get(measure);
        return found == null ? Collections.emptyNavigableMap() : found.groups();
    }

    /** Without groups if there was none. */
    MeasureSeries measureOf(String measure) {
        return measures.computeIfAbsent(measure, name -> new MeasureSeries(name, cold, fewGroups));
    }

    /** Without hours if there was none. */
    Series seriesOf(SeriesKey key) {
        return seriesOf(measureOf(key.measure()), key);
    }

    private Series seriesOf(MeasureSeries measure, SeriesKey key) {
        return measure.groups().computeIfAbsent(key.group(), _ -> newSeries(key));
    }

    private Series newSeries(SeriesKey key) {
        return new Series(key, cold);
    }

    long now() {
        return now;
    }

    /** Time goes on; it never goes back. */
    void reach(long epochSecond) {
        now = Math.max(now, epochSecond);
    }

    /** {@link SeriesReader#settledUntil}. */
    long settledUntil() {
        return Hour.startOf(now - SETTLES_AFTER);
    }

    /** Says that counts changed otherwise than by an event. */
    void revised() {
        revision++;
    }

    /** {@link SeriesTable#add}; returns the hour that changed. */
    Hour add(
            SeriesKey key,
            long bucket,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            @Nullable Sketch sketch) {
        MeasureSeries measure = measureOf(key.measure());
        Series series = seriesOf(measure, key);
        long goodExtra = goodThousandths - 1000 * good;
        long totalExtra = totalThousandths - 1000 * total;
        Hour hour = series.add(bucket, good, total, goodExtra, totalExtra, now);
        if (measure.added(hour, bucket, good, total, goodExtra, totalExtra, now)) {
            generation++;
        }
        if (sketch != null) {
            int second = (int) (bucket - hour.start());
            hour.add(second, sketch, HourSketches.isFineAt(hour.start(), now));
        }
        boolean late = bucket < settledUntil();
        measure.changed(late);
        series.changed(late);
        return hour;
    }

    /** {@link SeriesTable#adopt}, for everything but what is yet to be stored. */
    void adopt(Measures other, Set<String> names, long fromHour, Consumer<Hour> adopted) {
        reach(other.now);
        names.forEach(name -> adopt(name, other.groupsOf(name), fromHour, adopted));
        cold.clear();
        revision++;
        generation++;
    }

    private void adopt(
            String name, Map<String, Series> newer, long fromHour, Consumer<Hour> adopted) {
        measureOf(name).replaced();
        Set<String> groups = new TreeSet<>(groupsOf(name).keySet());
        groups.addAll(newer.keySet());
        for (String group : groups) {
            SeriesKey key = new SeriesKey(name, group);
            Series joined =
                    Series.joined(
                            seriesOf(key), newer.getOrDefault(group, newSeries(key)), fromHour);
            joined.forEachHour(fromHour, adopted);
            if (joined.isEmpty()) {
                groupsOf(name).remove(group);
            } else {
                groupsOf(name).put(group, joined);
            }
        }
    }

    /** {@link SeriesTable#seed}. */
    void seed(SeriesKey slices, String measure, Consumer<Hour> changed) {
        Collection<Series> groups = groupsOf(measure).values();
        if (!groups.isEmpty()) {
            seriesOf(slices).seed(groups, changed);
            measureOf(slices.measure()).replaced();
            revision++;
            generation++;
        }
    }

    WindowSum sum(String measure, long from, long to) {
        MeasureSeries found = find(measure);
        return found == null || from >= to
                ? WindowSum.EMPTY
                : found.sums().sum(from, to, settledUntil(), revision);
    }

    WindowSum sum(SeriesKey key, long from, long to) {
        Series series = find(key);
        return series == null || from >= to
                ? WindowSum.EMPTY
                : series.sum(from, to, settledUntil(), revision);
    }

    void slices(String measure, long from, long to, long sliceSeconds, Tally[] into) {
        MeasureSeries found = find(measure);
        if (found != null) {
            found.slices(from, to, sliceSeconds, into);
        }
    }

    void slices(SeriesKey key, long from, long to, long sliceSeconds, Tally[] into) {
        Series series = find(key);
        if (series != null) {
            series.slices(from, to, sliceSeconds, Long.MAX_VALUE, into);
        }
    }

    void addTo(SliceSums into, String measure) {
        MeasureSeries found = find(measure);
        if (found != null) {
            found.addTo(into);
        }
    }

    long activeSlices(String measure, long from, long to, long sliceSeconds) {
        MeasureSeries found = find(measure);
        return found == null || from >= to
                ? 0
                : found.activeSlices(from, to, sliceSeconds, settledUntil(), revision);
    }

    long changes(String measure, long from, long to) {
        MeasureSeries found = find(measure);
        return numbered(found == null ? 0 : found.changes(from, to));
    }

    long changes(SeriesKey key, long from, long to) {
        Series series = find(key);
        return numbered(series == null ? 0 : series.changes(from, to));
    }

    private long numbered(long changes) {
        // Within a generation an hour's number of changes only grows.
        return (generation << Integer.SIZE) + changes;
    }

    Resolution coarsest(String measure, long from, long to) {
        return groupsOf(measure).values().stream()
                .map(series -> series.coarsest(from, to))
                .reduce(Resolution.TEN_SECONDS, Resolution::coarser);
    }

    void mergeSketches(String measure, long from, long to, Sketch into) {
        groupsOf(measure).values().forEach(series -> series.mergeSketches(from, to, into));
    }

    void mergeSketches(SeriesKey key, long from, long to, Sketch into) {
        Series series = find(key);
        if (series != null) {
            series.mergeSketches(from, to, into);
        }
    }

    long measuredBuckets(String service, long from, long to) {
        Series series = find(SeriesKey.heartbeat(service));
        return series == null || from >= to
                ? 0
                : series.measuredBuckets(from, to, settledUntil(), revision);
    }

    void measuredSlices(String service, long from, long sliceSeconds, long[] into) {
        Series series = find(SeriesKey.heartbeat(service));
        if (series != null) {
            series.measuredSlices(from, sliceSeconds, into);
        }
    }

    long latestBucket(String measure) {
        MeasureSeries found = find(measure);
        return found == null ? Long.MIN_VALUE : found.latestBucket();
    }

    long earliestBucket(String measure) {
        return groupsOf(measure).values().stream()
                .mapToLong(Series::earliestBucket)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    long revision(String measure) {
        MeasureSeries found = find(measure);
        return found == null ? revision : revision + found.sums().lateChanges();
    }

    long version(String measure) {
        MeasureSeries found = find(measure);
        return found == null ? revision : revision + found.sums().changes();
    }

    long version(SeriesKey key) {
        Series series = find(key);
        return series == null ? revision : revision + series.version();
    }
}
