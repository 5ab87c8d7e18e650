package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The hours of one series that have counted, sorted, with each hour's sums beside them. Not
 * thread-safe.
 *
 * <p>A window's sum is the sums of its whole hours, which lie side by side, and parts of at most
 * two: 30 days are 720 additions.
 */
final class Series {
    /** How many of the newest hours stay open; events are rarely later than this. */
    private static final int OPEN_HOURS = 2;

    private final SeriesKey key;

    /** In which its hours are kept at any age. */
    private final @Nullable Resolution fixed;

    private long version;
    private int size;
    private long[] starts = new long[4];
    private Hour[] hours = new Hour[4];
    private final Counts sums = new Counts(4);

    /** Of heartbeats, which are asked about by themselves; other series are parts of a measure. */
    private final @Nullable WindowSums<WindowSum> windows;

    private final @Nullable WindowSums<Long> measured;

    Series(SeriesKey key) {
        this.key = key;
        this.fixed = key.fixedResolution();
        boolean beats = key.isHeartbeat() || key.isBackfilledHeartbeat();
        this.windows = beats ? new WindowSums<>(this::addUp, WindowSum::plus) : null;
        this.measured = key.isHeartbeat() ? new WindowSums<>(this::countMeasured, Long::sum) : null;
    }

    /** How often counts have changed. */
    long version() {
        return version;
    }

    /** Says that counts have changed. */
    void changed(boolean late) {
        version++;
        if (windows != null) {
            windows.changed(late);
        }
        if (measured != null) {
            measured.changed(late);
        }
    }

    /** The resolution of an hour of its age. */
    private Resolution resolutionAt(long start, long now) {
        return fixed == null ? Resolution.at(start, now) : fixed;
    }

    /** Adds counts, and returns the hour that changed. */
    Hour add(long bucket, long good, long total, long goodExtra, long totalExtra, long now) {
        long start = Hour.startOf(bucket);
        int at = indexOf(start);
        if (at == size || starts[at] != start) {
            insert(at, new Hour(key, start, resolutionAt(start, now)));
        }
        sums.add(at, good, total, goodExtra, totalExtra);
        hours[at].add((int) (bucket - start), good, total, goodExtra, totalExtra);
        return hours[at];
    }

    /**
     * Takes an hour as it was stored.
     *
     * @throws IllegalArgumentException if the block cannot be read, or the hour is there already
     */
    void load(StoredBlock block) {
        Tally sum = new Tally();
        take(new Hour(key, block, sum), sum);
    }

    private void take(Hour hour) {
        Tally sum = new Tally();
        hour.sum(0, Hour.SECONDS, sum);
        take(hour, sum);
    }

    private void take(Hour hour, Tally sum) {
        int at = indexOf(hour.start());
        if (at < size && starts[at] == hour.start()) {
            throw new IllegalArgumentException(key + " has its hour " + hour.start() + " already");
        }
        insert(at, hour);
        sum.addTo(sums, at);
    }

    /** The hours of one up to a time, and those of the other from then on. */
    static Series joined(Series older, Series newer, long fromHour) {
        Series joined = new Series(older.key);
        for (int i = 0; i < older.indexOf(fromHour); i++) {
            joined.take(older.hours[i]);
        }
        for (int i = newer.indexOf(fromHour); i < newer.size; i++) {
            joined.take(newer.hours[i]);
        }
        return joined;
    }

    /**
     * Takes over the counts of the hours of others, all together: those that are kept as finely as
     * ours, in place of what is here; the rest where nothing is here.
     *
     * @param changed gets every hour that changed
     */
    void seed(Collection<Series> others, Consumer<Hour> changed) {
        NavigableMap<Long, List<Hour>> byStart = new TreeMap<>();
        for (Series other : others) {
            other.forEachHour(
                    Long.MIN_VALUE,
                    hour ->
                            byStart.computeIfAbsent(hour.start(), _ -> new ArrayList<>())
                                    .add(hour));
        }
        byStart.forEach(
                (start, parts) -> {
                    Resolution finest = resolutionAt(start, start);
                    Resolution coarsest =
                            parts.stream()
                                    .map(Hour::resolution)
                                    .reduce(finest, Resolution::coarser);
                    if (coarsest == finest || hour(start) == null) {
                        Hour whole = new Hour(key, start, coarsest);
                        parts.forEach(whole::addAll);
                        replace(whole);
                        changed.accept(whole);
                    }
                });
    }

    private void replace(Hour hour) {
        int at = indexOf(hour.start());
        if (at == size || starts[at] != hour.start()) {
            take(hour);
        } else {
            hours[at] = hour;
            sums.clear(at);
            sums.addSum(at, hour.counts(), 0, hour.buckets());
        }
        if (at < size - OPEN_HOURS) {
            hour.close();
        }
    }

    void forEachHour(long fromHour, Consumer<Hour> consumer) {
        for (int i = indexOf(fromHour); i < size; i++) {
            consumer.accept(hours[i]);
        }
    }

    private void insert(int at, Hour hour) {
        if (size == starts.length) {
            starts = Arrays.copyOf(starts, size + size / 2);
            hours = Arrays.copyOf(hours, size + size / 2);
        }
        sums.insert(at, size);
        System.arraycopy(starts, at, starts, at + 1, size - at);
        System.arraycopy(hours, at, hours, at + 1, size - at);
        starts[at] = hour.start();
        hours[at] = hour;
        size++;
        if (size > OPEN_HOURS) {
            hours[size - 1 - OPEN_HOURS].close();
        }
    }

    /** Packs an hour for the store, and closes it if it is not one of the newest. */
    StoredBlock toBlock(Hour hour) {
        if (indexOf(hour.start()) < size - OPEN_HOURS) {
            hour.close();
        }
        return hour.toBlock();
    }

    /** {@link WindowSums#sum}. */
    WindowSum sum(long from, long to, long settled, long generation) {
        return windows == null ? addUp(from, to) : windows.sum(from, to, settled, generation);
    }

    private WindowSum addUp(long from, long to) {
        Tally tally = new Tally();
        sum(from, to, tally);
        return tally.toSum();
    }

    void sum(long from, long to, Tally into) {
        long fromHour = Hour.startOf(from);
        long toHour = Hour.startOf(to);
        int first = indexOf(fromHour);
        if (from > fromHour && first < size && starts[first] == fromHour) {
            hours[first].sum(
                    (int) (from - fromHour), (int) Math.min(to - fromHour, Hour.SECONDS), into);
            first++;
        }
        if (fromHour == toHour && from > fromHour) {
            return;
        }
        int end = indexOf(toHour);
        sums.sum(first, end, into);
        if (to > toHour && end < size && starts[end] == toHour) {
            hours[end].sum(0, (int) (to - toHour), into);
        }
    }

    /** Adds every bucket to its slice: bucket by bucket only where an hour is cut. */
    void slices(long from, long to, long sliceSeconds, Tally[] into) {
        for (int i = indexOf(Hour.startOf(from)); i < size && starts[i] < to; i++) {
            Hour hour = hours[i];
            long start = starts[i];
            long end = start + Hour.SECONDS;
            int slice = (int) ((end - from - 1) / sliceSeconds);
            if (start >= from + slice * sliceSeconds && end <= to) {
                sums.sum(i, i + 1, into[slice]);
            } else {
                slices(hour, from, to, sliceSeconds, into);
            }
        }
    }

    private static void slices(Hour hour, long from, long to, long sliceSeconds, Tally[] into) {
        Counts counts = hour.counts();
        for (int bucket = 0; bucket < hour.buckets(); bucket++) {
            long end = hour.start() + (long) (bucket + 1) * hour.bucketSeconds();
            if (end > from && end <= to) {
                counts.sum(bucket, bucket + 1, into[(int) ((end - from - 1) / sliceSeconds)]);
            }
        }
    }

    /** The same for slices as columns. */
    void addTo(SliceSums into) {
        for (int i = indexOf(Hour.startOf(into.from())); i < size && starts[i] < into.to(); i++) {
            Hour hour = hours[i];
            long end = starts[i] + Hour.SECONDS;
            if (starts[i] >= into.beginOf(end) && end <= into.to()) {
                into.add(end, sums.goodThousandths(i), sums.totalThousandths(i));
            } else {
                addTo(hour, into);
            }
        }
    }

    private static void addTo(Hour hour, SliceSums into) {
        Counts counts = hour.counts();
        for (int bucket = 0; bucket < hour.buckets(); bucket++) {
            long end = hour.start() + (long) (bucket + 1) * hour.bucketSeconds();
            if (end > into.from() && end <= into.to()) {
                into.add(end, counts.goodThousandths(bucket), counts.totalThousandths(bucket));
            }
        }
    }

    void mergeSketches(long from, long to, Sketch into) {
        forEachPart(from, to, (hour, begin, end) -> hour.mergeSketches(begin, end, into));
    }

    /** {@link WindowSums#sum}. */
    long measuredBuckets(long from, long to, long settled, long generation) {
        return measured == null ? 0 : measured.sum(from, to, settled, generation);
    }

    private long countMeasured(long from, long to) {
        long[] count = new long[1];
        forEachPart(from, to, (hour, begin, end) -> count[0] += hour.measuredBuckets(begin, end));
        return count[0];
    }

    /** Adds how many buckets were measured to each slice from a time on. */
    void measuredSlices(long from, long sliceSeconds, long[] into) {
        long to = from + into.length * sliceSeconds;
        for (int i = indexOf(Hour.startOf(from)); i < size && starts[i] < to; i++) {
            long hourEnd = Math.min(to, starts[i] + Hour.SECONDS);
            long begin = Math.max(from, starts[i]);
            while (begin < hourEnd) {
                int slice = (int) ((begin - from) / sliceSeconds);
                long end = Math.min(hourEnd, from + (slice + 1) * sliceSeconds);
                into[slice] +=
                        hours[i].measuredBuckets(
                                (int) (begin - starts[i]), (int) (end - starts[i]));
                begin = end;
            }
        }
    }

    /** Takes an hour and the part of it, in seconds, that lies in a window. */
    private interface PartVisitor {
        void visit(Hour hour, int begin, int end);
    }

    private void forEachPart(long from, long to, PartVisitor visitor) {
        for (int i = indexOf(Hour.startOf(from)); i < size && starts[i] < to; i++) {
            int begin = (int) Math.max(0, from - starts[i]);
            int end = (int) Math.min(Hour.SECONDS, to - starts[i]);
            visitor.visit(hours[i], begin, end);
        }
    }

    /** The start of the oldest bucket that is not empty, or {@link Long#MAX_VALUE}. */
    long earliestBucket() {
        for (int i = 0; i < size; i++) {
            int bucket = hours[i].firstBucket();
            if (bucket >= 0) {
                return starts[i] + (long) bucket * hours[i].bucketSeconds();
            }
        }
        return Long.MAX_VALUE;
    }

    /** The start of the newest bucket that is not empty, or {@link Long#MIN_VALUE}. */
    long latestBucket() {
        for (int i = size - 1; i >= 0; i--) {
            int bucket = hours[i].lastBucket();
            if (bucket >= 0) {
                return starts[i] + (long) bucket * hours[i].bucketSeconds();
            }
        }
        return Long.MIN_VALUE;
    }

    /** How often the counts of hours that overlap a time have changed. */
    long changes(long from, long to) {
        long changes = 0;
        for (int i = indexOf(Hour.startOf(from)); i < size && starts[i] < to; i++) {
            // A new hour is a change, too.
            changes += 1L + hours[i].changes();
        }
        return changes;
    }

    /** The coarsest resolution of hours that overlap a time; the finest if there are none. */
    Resolution coarsest(long from, long to) {
        Resolution coarsest = Resolution.TEN_SECONDS;
        for (int i = indexOf(Hour.startOf(from)); i < size && starts[i] < to; i++) {
            coarsest = Resolution.coarser(coarsest, hours[i].resolution());
        }
        return coarsest;
    }

    /**
     * Brings the hours that start in {@code [from, to)} to the resolution of their age.
     *
     * @param changed gets every hour that changed
     */
    void coarsen(long from, long to, long now, Consumer<Hour> changed) {
        for (int i = indexOf(from); i < size && starts[i] < to; i++) {
            Hour hour = hours[i];
            if (hour.coarsen(resolutionAt(starts[i], now), HourSketches.isFineAt(starts[i], now))) {
                changed.accept(hour);
            }
        }
    }

    /** Forgets the hours that start before this time. */
    void removeBefore(long start) {
        int removed = indexOf(start);
        if (removed > 0) {
            sums.removeFirst(removed, size);
            starts = Arrays.copyOfRange(starts, removed, Math.max(size, removed + 4));
            hours = Arrays.copyOfRange(hours, removed, Math.max(size, removed + 4));
            size -= removed;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The hour that starts then, if it has counted. */
    @Nullable Hour hour(long start) {
        int at = indexOf(start);
        return at < size && starts[at] == start ? hours[at] : null;
    }

    /** The place of the first hour that starts at this time or later. */
    private int indexOf(long start) {
        if (size == 0 || starts[size - 1] < start) {
            return size;
        }
        int at = Arrays.binarySearch(starts, 0, size, start);
        return at >= 0 ? at : ~at;
    }
}
