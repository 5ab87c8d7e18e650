package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The series of a measure, one for each group, and sums over all of them. One thread writes, while
 * nobody reads.
 *
 * <p>Where groups are many, what they count is counted once more for all of them together, bucket
 * by bucket, for the hours that alert windows look at: a question about the measure then costs the
 * same however many groups there are. Older hours are added up group by group.
 */
final class MeasureSeries {
    /** Up to so many groups are added up as quickly as they would be kept a second time. */
    static final int FEW_GROUPS = 16;

    /** The longest window of usual alerts, and the hour that it begins in. */
    private static final int KEPT_HOURS = 73;

    /** How many hours of groups are read to begin with, which takes milliseconds. */
    private static final int READ_TO_BEGIN = 4_000;

    private final String name;
    private final ColdHours cold;
    private final int fewGroups;
    private final NavigableMap<String, Series> groups = new TreeMap<>();
    private final WindowSums<WindowSum> sums = new WindowSums<>(this::addUp, WindowSum::plus);

    /** By the length of slices, of those that were asked for. */
    private final Map<Long, WindowSums<Long>> active = new ConcurrentHashMap<>(4);

    /** All groups together, from {@link #since} on; its hours are as long and fine as theirs. */
    private @Nullable Series together;

    /** The start of an hour. */
    private long since;

    /**
     * @param cold where groups' hours are that are not in memory
     * @param fewGroups more of them are counted together
     */
    MeasureSeries(String name, ColdHours cold, int fewGroups) {
        this.name = name;
        this.cold = cold;
        this.fewGroups = fewGroups;
    }

    NavigableMap<String, Series> groups() {
        return groups;
    }

    WindowSums<WindowSum> sums() {
        return sums;
    }

    /** Says that counts have changed. */
    void changed(boolean late) {
        sums.changed(late);
        if (!active.isEmpty()) {
            active.values().forEach(one -> one.changed(late));
        }
    }

    /**
     * Takes note of what a group has counted.
     *
     * @param hour in which it did, the group's own
     * @return whether {@link #changes} begins anew
     */
    boolean added(
            Hour hour,
            long bucket,
            long good,
            long total,
            long goodExtra,
            long totalExtra,
            long now) {
        Series all = together;
        if (all == null) {
            return groups.size() > fewGroups && begin(Hour.startOf(now));
        }
        if (hour.start() >= since) {
            Hour ours = all.add(bucket, good, total, goodExtra, totalExtra, now);
            all.changed(false);
            if (ours.resolution() != hour.resolution()) {
                // The group's hour was made before or after the last compaction, and ours was not.
                keepFrom(hour.start() + Hour.SECONDS);
            }
        }
        return false;
    }

    private boolean begin(long hour) {
        Series all = new Series(new SeriesKey(name, ""), cold);
        long kept = Math.clamp(READ_TO_BEGIN / groups.size(), 2, KEPT_HOURS);
        since = hour - (kept - 1) * Hour.SECONDS;
        for (Series group : groups.values()) {
            group.forEachHour(
                    since,
                    one -> {
                        if (!all.addAll(one)) {
                            since = Math.max(since, one.start() + Hour.SECONDS);
                        }
                    });
        }
        all.removeBefore(since);
        all.closeOlder();
        together = all;
        return true;
    }

    /** Says that hours of groups were put in the place of others. */
    void replaced() {
        together = null;
    }

    /** Brings the hours of all groups together to the resolution of their age, as theirs are. */
    void compact(Consumer<Series> compaction, long hour) {
        if (together != null) {
            compaction.accept(together);
            keepFrom(hour - (KEPT_HOURS - 1) * Hour.SECONDS);
        }
    }

    private void keepFrom(long hour) {
        if (together != null && hour > since) {
            since = hour;
            together.removeBefore(hour);
        }
    }

    /** Packs what is not likely to change. */
    void closeOlder() {
        if (together != null) {
            together.closeOlder();
        }
    }

    /**
     * What is counted for all groups together begins here; nothing is, if it is the end of time.
     */
    private long since() {
        return together == null ? Long.MAX_VALUE : since;
    }

    private WindowSum addUp(long from, long to) {
        Tally tally = new Tally();
        long before = Math.min(to, since());
        if (from < before) {
            for (Series group : groups.values()) {
                group.sum(from, before, tally);
            }
        }
        if (together != null && before < to) {
            together.sum(Math.max(from, since), to, tally);
        }
        return tally.toSum();
    }

    /** {@link Series#slices}. */
    void slices(long from, long to, long sliceSeconds, Tally[] into) {
        forEach(from, (series, before) -> series.slices(from, to, sliceSeconds, before, into));
    }

    /** The same for slices as columns. */
    void addTo(SliceSums into) {
        forEach(into.from(), (series, before) -> series.addTo(into, before));
    }

    /**
     * In how many slices any group has counted.
     *
     * @param settled as in {@link WindowSums#sum}, as {@code generation} is
     */
    long activeSlices(long from, long to, long sliceSeconds, long settled, long generation) {
        // A window can be cut at hours only where its slices can.
        return Hour.SECONDS % sliceSeconds == 0 && from % sliceSeconds == 0
                ? active.computeIfAbsent(sliceSeconds, this::activeSums)
                        .sum(from, to, settled, generation)
                : countActive(from, to, sliceSeconds);
    }

    private WindowSums<Long> activeSums(long sliceSeconds) {
        return new WindowSums<>((from, to) -> countActive(from, to, sliceSeconds), Long::sum);
    }

    private long countActive(long from, long to, long sliceSeconds) {
        ActiveSlices into = new ActiveSlices(from, to, sliceSeconds);
        forEach(from, (series, before) -> series.addTo(into, before));
        return into.count();
    }

    /**
     * Goes through all series that have hours from a time on.
     *
     * @param hours gets each with the time before which its hours count: of groups, those that are
     *     not counted together
     */
    private void forEach(long from, ObjLongConsumer<Series> hours) {
        if (from < since()) {
            groups.values().forEach(group -> hours.accept(group, since()));
        }
        if (together != null) {
            hours.accept(together, Long.MAX_VALUE);
        }
    }

    /**
     * A number that grows whenever the counts of hours that overlap a time change: what is counted
     * together changes no more often than the groups do, so it also is another one when an hour is
     * not kept together any more.
     */
    long changes(long from, long to) {
        long before = Math.min(to, since());
        long changes = 0;
        if (from < before) {
            for (Series group : groups.values()) {
                changes += group.changes(from, before);
            }
        }
        return together == null || to <= before
                ? changes
                : changes + together.changes(Math.max(from, since), to);
    }

    /** The start of the newest bucket that is not empty, or {@link Long#MIN_VALUE}. */
    long latestBucket() {
        long latest = together == null ? Long.MIN_VALUE : together.latestBucket();
        if (latest == Long.MIN_VALUE) {
            for (Series group : groups.values()) {
                latest = Math.max(latest, group.latestBucket());
            }
        }
        return latest;
    }
}
