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
 * The hours of one series that have counted, sorted, with each hour's sums beside them. One thread
 * changes it, while nobody reads.
 *
 * <p>A window's sum is the sums of its whole hours, which lie side by side, and parts of at most
 * two: 30 days are 720 additions. Sums are always in memory. What an hour is made of may not be: a
 * cold hour is read from where it is stored when a window begins or ends within it.
 */
final class Series {
    /** How many of the newest hours stay open; events are rarely later than this. */
    private static final int OPEN_HOURS = 2;

    private final SeriesKey key;
    private final ColdHours cold;

    /** In which its hours are kept at any age. */
    private final @Nullable Resolution fixed;

    private long version;
    private int size;

    /** Since the epoch: the number of the hour, not its second, which would take twice the room. */
    private int[] numbers = new int[4];

    /** Null for a cold one. */
    private @Nullable Hour[] hours = new @Nullable Hour[4];

    /** Of the cold ones, {@link Hour#grain}. */
    private byte[] grains = new byte[4];

    private final Counts sums = new Counts(4);

    /** How often each hour has changed since it was made or loaded. */
    private final Column changes = new Column(4);

    private final ActiveMinutes active = new ActiveMinutes();

    /** How many buckets of each hour were measured; of heartbeats. */
    private final @Nullable Column measuredSums;

    private static final long UNKNOWN = Long.MAX_VALUE;

    /** {@link #latestBucket}; whoever misses it looks again. */
    private volatile long latest = UNKNOWN;

    /** Of heartbeats, which are asked about by themselves; other series are parts of a measure. */
    private final @Nullable WindowSums<WindowSum> windows;

    private final @Nullable WindowSums<Long> measured;

    /**
     * @param cold where hours are that are not in memory
     */
    Series(SeriesKey key, ColdHours cold) {
        this.key = key;
        this.cold = cold;
        this.fixed = key.fixedResolution();
        boolean beats = key.isHeartbeat() || key.isBackfilledHeartbeat();
        this.windows = beats ? new WindowSums<>(this::addUp, WindowSum::plus) : null;
        this.measuredSums = key.isHeartbeat() ? new Column(4) : null;
        this.measured = key.isHeartbeat() ? new WindowSums<>(this::countMeasured, Long::sum) : null;
    }

    /** How often counts have changed. */
    long version() {
        return version;
    }

    /** Says that counts have changed. */
    void changed(boolean late) {
        version++;
        latest = UNKNOWN;
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
        if (at == size || start(at) != start) {
            insert(at, start, new Hour(key, start, resolutionAt(start, now)));
        }
        Hour hour = toChange(at);
        sums.add(at, good, total, goodExtra, totalExtra);
        changes.add(at, 1);
        active.forget(at);
        int newlyMeasured = hour.add((int) (bucket - start), good, total, goodExtra, totalExtra);
        if (measuredSums != null) {
            measuredSums.add(at, newlyMeasured);
        }
        return hour;
    }

    /**
     * Adds what another series has counted in an hour, if its buckets are as long as those that are
     * here.
     *
     * @return whether they are
     */
    boolean addAll(Hour other) {
        int at = indexOf(other.start());
        if (at == size || start(at) != other.start()) {
            insert(at, other.start(), new Hour(key, other.start(), other.resolution()));
        }
        Hour hour = toChange(at);
        boolean alike = hour.resolution() == other.resolution();
        if (alike) {
            hour.addAll(other);
            active.forget(at);
            sums.addSum(at, other.counts(), 0, other.buckets());
        }
        return alike;
    }

    private long start(int at) {
        return numbers[at] * (long) Hour.SECONDS;
    }

    /** Only to be read. */
    private Hour hourAt(int at) {
        Hour hour = hours[at];
        return hour == null ? cold.get(key, start(at)) : hour;
    }

    /** In memory, so that it can be changed. */
    private Hour toChange(int at) {
        Hour hour = hourAt(at);
        if (hours[at] == null) {
            hours[at] = hour;
            cold.forget(key, start(at));
        }
        return hour;
    }

    /**
     * Takes an hour as it was stored.
     *
     * @throws IllegalArgumentException if the block cannot be read, or the hour is there already
     */
    Hour load(StoredBlock block) {
        Tally sum = new Tally();
        Hour hour = new Hour(key, block, sum);
        int at = take(hour, sum);
        if (!key.isHeartbeat()) {
            active.learn(at, sum.minutes(), size);
        }
        return hour;
    }

    private void take(Hour hour) {
        Tally sum = new Tally();
        hour.sum(0, Hour.SECONDS, sum);
        sum.addMeasured(hour.measuredBuckets(0, Hour.SECONDS));
        take(hour, sum);
    }

    /** Returns its place. */
    private int take(Hour hour, Tally sum) {
        int at = indexOf(hour.start());
        if (at < size && start(at) == hour.start()) {
            throw new IllegalArgumentException(key + " has its hour " + hour.start() + " already");
        }
        insert(at, hour.start(), hour);
        sum.addTo(sums, at);
        if (measuredSums != null) {
            measuredSums.set(at, sum.measured());
        }
        return at;
    }

    /** The hours of one up to a time, and those of the other from then on. */
    static Series joined(Series older, Series newer, long fromHour) {
        Series joined = new Series(older.key, older.cold);
        for (int i = 0; i < older.indexOf(fromHour); i++) {
            joined.take(older, i);
        }
        for (int i = newer.indexOf(fromHour); i < newer.size; i++) {
            joined.take(newer, i);
        }
        return joined;
    }

    /** Takes another's hour, which is later than all of these. */
    private void take(Series other, int at) {
        insert(size, other.start(at), other.hours[at]);
        grains[size - 1] = other.grains[at];
        active.take(size - 1, other.active, at, size);
        Tally sum = new Tally();
        other.sums.sum(at, at + 1, sum);
        sum.addTo(sums, size - 1);
        if (measuredSums != null && other.measuredSums != null) {
            measuredSums.set(size - 1, other.measuredSums.get(at));
        }
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
        if (at == size || start(at) != hour.start()) {
            take(hour);
        } else {
            hours[at] = hour;
            sums.clear(at);
            sums.addSum(at, hour.counts(), 0, hour.buckets());
            latest = UNKNOWN;
        }
        changes.add(at, 1);
        active.forget(at);
        if (at < size - OPEN_HOURS) {
            hour.close();
        }
    }

    void forEachHour(long fromHour, Consumer<Hour> consumer) {
        for (int i = indexOf(fromHour); i < size; i++) {
            consumer.accept(hourAt(i));
        }
    }

    private void insert(int at, long start, @Nullable Hour hour) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, size + size / 2);
            hours = Arrays.copyOf(hours, size + size / 2);
            grains = Arrays.copyOf(grains, size + size / 2);
        }
        sums.insert(at, size);
        changes.insert(at, size);
        active.insert(at, size);
        if (measuredSums != null) {
            measuredSums.insert(at, size);
        }
        System.arraycopy(numbers, at, numbers, at + 1, size - at);
        System.arraycopy(hours, at, hours, at + 1, size - at);
        System.arraycopy(grains, at, grains, at + 1, size - at);
        numbers[at] = Math.toIntExact(start / Hour.SECONDS);
        hours[at] = hour;
        size++;
        latest = UNKNOWN;
        if (size > OPEN_HOURS) {
            Hour older = hours[size - 1 - OPEN_HOURS];
            if (older != null) {
                older.close();
            }
        }
    }

    /**
     * Packs an hour for the store, and closes it if it is not one of the newest.
     *
     * @param packed whether to close one of the newest, too, where only counts have to be packed
     */
    StoredBlock toBlock(Hour hour, boolean packed) {
        if (indexOf(hour.start()) < size - OPEN_HOURS || (packed && !hour.keepsValues())) {
            hour.close();
        }
        return hour.toBlock();
    }

    /** Packs the hours that are not among the newest. */
    void closeOlder() {
        forEachClosed(Hour::close);
    }

    /**
     * Lets go of an hour, if it is stored as it is and not among the newest; its sums stay.
     *
     * @return whether it was let go
     */
    boolean cool(Hour hour) {
        int at = indexOf(hour.start());
        boolean cool = at < size - OPEN_HOURS && hours[at] == hour && !hour.isDirty();
        if (cool) {
            letGo(at, hour);
            // Whoever read all series' hours meanwhile may have read this one before it changed.
            cold.forget(key, hour.start());
        }
        return cool;
    }

    private void letGo(int at, Hour hour) {
        grains[at] = hour.grain();
        hours[at] = null;
        // Nobody asks a service in which slices its heartbeats were events.
        if (!key.isHeartbeat() && active.of(at) == ActiveMinutes.UNKNOWN) {
            active.learn(at, hour, size);
        }
    }

    /** Those in memory that are not among the newest. */
    void forEachClosed(Consumer<Hour> consumer) {
        for (int i = 0; i < size - OPEN_HOURS; i++) {
            Hour hour = hours[i];
            if (hour != null) {
                consumer.accept(hour);
            }
        }
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
        if (from > fromHour && first < size && start(first) == fromHour) {
            hourAt(first)
                    .sum(
                            (int) (from - fromHour),
                            (int) Math.min(to - fromHour, Hour.SECONDS),
                            into);
            first++;
        }
        if (fromHour == toHour && from > fromHour) {
            return;
        }
        int end = indexOf(toHour);
        sums.sum(first, end, into);
        if (to > toHour && end < size && start(end) == toHour) {
            hourAt(end).sum(0, (int) (to - toHour), into);
        }
    }

    /**
     * Adds every bucket to its slice: bucket by bucket only where an hour is cut.
     *
     * @param before hours that begin then or later are left out
     */
    void slices(long from, long to, long sliceSeconds, long before, Tally[] into) {
        long last = Math.min(to, before);
        for (int i = indexOf(Hour.startOf(from)); i < size && start(i) < last; i++) {
            long start = start(i);
            long end = start + Hour.SECONDS;
            int slice = (int) ((end - from - 1) / sliceSeconds);
            if (start >= from + slice * sliceSeconds && end <= to) {
                sums.sum(i, i + 1, into[slice]);
            } else {
                slices(hourAt(i), from, to, sliceSeconds, into);
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
    void addTo(SliceSums into, long before) {
        long last = Math.min(into.to(), before);
        for (int i = indexOf(Hour.startOf(into.from())); i < size && start(i) < last; i++) {
            long end = start(i) + Hour.SECONDS;
            if (start(i) >= into.beginOf(end) && end <= into.to()) {
                into.add(end, sums.goodThousandths(i), sums.totalThousandths(i));
            } else {
                addTo(hourAt(i), into);
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

    /**
     * Adds the slices in which anything is counted.
     *
     * @param before hours that begin then or later are left out
     */
    void addTo(ActiveSlices into, long before) {
        int first = indexOf(Hour.startOf(into.from()));
        int end = Math.max(first, indexOf(Math.min(into.to(), before)));
        if (!into.areWholeMinutes()) {
            for (int i = first; i < end; i++) {
                addTo(hourAt(i), into);
            }
            return;
        }
        for (int i = first; i < end; i++) {
            long known = active.of(i);
            long minutes =
                    known == ActiveMinutes.UNKNOWN ? active.learn(i, hourAt(i), size) : known;
            into.addMinutes(start(i), minutes);
        }
    }

    private static void addTo(Hour hour, ActiveSlices into) {
        hour.forEachActive((from, to) -> into.add(hour.start(), hour.bucketSeconds(), from, to));
    }

    void mergeSketches(long from, long to, Sketch into) {
        for (int i = indexOf(Hour.startOf(from)); i < size && start(i) < to; i++) {
            int begin = (int) Math.max(0, from - start(i));
            int end = (int) Math.min(Hour.SECONDS, to - start(i));
            hourAt(i).mergeSketches(begin, end, into);
        }
    }

    /** {@link WindowSums#sum}. */
    long measuredBuckets(long from, long to, long settled, long generation) {
        return measured == null ? 0 : measured.sum(from, to, settled, generation);
    }

    private long countMeasured(long from, long to) {
        long count = 0;
        for (int i = indexOf(Hour.startOf(from)); i < size && start(i) < to; i++) {
            count += measuredIn(i, from, to);
        }
        return count;
    }

    /** What of an hour was measured in {@code [from, to)}. */
    private long measuredIn(int at, long from, long to) {
        long begin = Math.max(0, from - start(at));
        long end = Math.min(Hour.SECONDS, to - start(at));
        return measuredSums != null && end - begin == Hour.SECONDS
                ? measuredSums.get(at)
                : hourAt(at).measuredBuckets((int) begin, (int) end);
    }

    /** Adds how many buckets were measured to each slice from a time on. */
    void measuredSlices(long from, long sliceSeconds, long[] into) {
        long to = from + into.length * sliceSeconds;
        for (int i = indexOf(Hour.startOf(from)); i < size && start(i) < to; i++) {
            long hourEnd = Math.min(to, start(i) + Hour.SECONDS);
            long begin = Math.max(from, start(i));
            while (begin < hourEnd) {
                int slice = (int) ((begin - from) / sliceSeconds);
                long end = Math.min(hourEnd, from + (slice + 1) * sliceSeconds);
                into[slice] += measuredIn(i, begin, end);
                begin = end;
            }
        }
    }

    /** The start of the oldest bucket that is not empty, or {@link Long#MAX_VALUE}. */
    long earliestBucket() {
        for (int i = 0; i < size; i++) {
            Hour hour = hourAt(i);
            int bucket = hour.firstBucket();
            if (bucket >= 0) {
                return start(i) + (long) bucket * hour.bucketSeconds();
            }
        }
        return Long.MAX_VALUE;
    }

    /** The start of the newest bucket that is not empty, or {@link Long#MIN_VALUE}. */
    long latestBucket() {
        long known = latest;
        if (known == UNKNOWN) {
            known = findLatestBucket();
            latest = known;
        }
        return known;
    }

    private long findLatestBucket() {
        for (int i = size - 1; i >= 0; i--) {
            Hour hour = hourAt(i);
            int bucket = hour.lastBucket();
            if (bucket >= 0) {
                return start(i) + (long) bucket * hour.bucketSeconds();
            }
        }
        return Long.MIN_VALUE;
    }

    /** How often the counts of hours that overlap a time have changed. */
    long changes(long from, long to) {
        int first = indexOf(Hour.startOf(from));
        int end = Math.max(first, indexOf(to));
        // A new hour is a change, too.
        return end - first + changes.sum(first, end);
    }

    /** The coarsest resolution of hours that overlap a time; the finest if there are none. */
    Resolution coarsest(long from, long to) {
        Resolution coarsest = Resolution.TEN_SECONDS;
        for (int i = indexOf(Hour.startOf(from)); i < size && start(i) < to; i++) {
            Hour hour = hours[i];
            coarsest =
                    Resolution.coarser(
                            coarsest,
                            hour == null ? Hour.resolution(grains[i]) : hour.resolution());
        }
        return coarsest;
    }

    /**
     * Brings the hours that start in {@code [from, to)} to the resolution of their age.
     *
     * @param changed gets every hour that changed, or should be stored again in a shorter form
     */
    void coarsen(long from, long to, long now, Consumer<Hour> changed) {
        for (int i = indexOf(from); i < size && start(i) < to; i++) {
            Resolution resolution = resolutionAt(start(i), now);
            boolean fineSketches = HourSketches.isFineAt(start(i), now);
            // A start looks at all hours there are, and next to none of them is read for it.
            if (hours[i] == null && !Hour.isFiner(grains[i], resolution, fineSketches)) {
                continue;
            }
            Hour hour = toChange(i);
            if (hour.coarsen(resolution, fineSketches)) {
                changes.add(i, 1);
                active.forget(i);
                latest = UNKNOWN;
                changed.accept(hour);
            } else if (hour.isStoredLonger()) {
                changed.accept(hour);
            }
        }
    }

    /** Forgets the hours that start before this time. */
    void removeBefore(long start) {
        int removed = indexOf(start);
        if (removed > 0) {
            sums.removeFirst(removed, size);
            changes.removeFirst(removed, size);
            active.removeFirst(removed, size);
            if (measuredSums != null) {
                measuredSums.removeFirst(removed, size);
            }
            numbers = Arrays.copyOfRange(numbers, removed, Math.max(size, removed + 4));
            hours = Arrays.copyOfRange(hours, removed, Math.max(size, removed + 4));
            grains = Arrays.copyOfRange(grains, removed, Math.max(size, removed + 4));
            size -= removed;
            latest = UNKNOWN;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The hour that starts then, if it has counted and is in memory. */
    @Nullable Hour hour(long start) {
        int at = indexOf(start);
        return at < size && start(at) == start ? hours[at] : null;
    }

    /** The place of the first hour that starts at this time or later. */
    private int indexOf(long time) {
        long number = Math.ceilDiv(time, Hour.SECONDS);
        if (size == 0 || numbers[size - 1] < number) {
            return size;
        }
        int at =
                Arrays.binarySearch(
                        numbers, 0, size, Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE));
        return at >= 0 ? at : ~at;
    }
}
