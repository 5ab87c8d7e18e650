package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * All series, in memory, by the hour. One thread writes; any thread reads, and never sees part of a
 * {@link #write}.
 *
 * <p>Counts become coarser with age: 10 s buckets for 48 h, 1 min to 14 d, 5 min to 90 d, 15 min to
 * 400 d, then nothing. Sketches are kept for each 10 s for 6 h, then for each hour. A coarse bucket
 * is the sum of its parts, whether they came before it was made or after. Which buckets of a
 * heartbeat were measured stays exact to 10 s.
 *
 * <p>A bucket belongs to a window when it ends in {@code (from, to]}: that is what rounding both
 * edges down to the grid of the hour they fall into comes to.
 *
 * <p>Each hour's sums are always in memory. What hours are made of is there as far as a number of
 * bytes goes, the newest hours first; the rest is read from where it is stored when somebody asks
 * for a part of such an hour.
 *
 * <p>Age is told by the newest time that {@link #add} and {@link #compact} were given, so a replay
 * keeps the same buckets.
 */
public final class SeriesTable implements SeriesReader {
    private static final long KEPT_SECONDS = Resolution.FIFTEEN_MINUTES.untilAge();
    private static final long NEVER = Long.MIN_VALUE / 2;

    /** How long after its end an hour is settled; what comes then is late. */
    private static final long SETTLES_AFTER = Hour.SECONDS;

    /**
     * If more hours change between two checkpoints, they are packed when they are stored: an open
     * one takes kilobytes, and opening it again microseconds.
     */
    private static final int MOST_OPEN = 5_000;

    /** The ages at which an hour becomes coarser. */
    private static final long[] LIMITS = {
        HourSketches.FINE_UNTIL_AGE,
        Resolution.TEN_SECONDS.untilAge(),
        Resolution.ONE_MINUTE.untilAge(),
        Resolution.FIVE_MINUTES.untilAge()
    };

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, MeasureSeries> measures = new HashMap<>();
    private final StoredHours stored;
    private final ColdHours cold;
    private final long mostBytes;
    private final int fewGroups;
    private List<Hour> dirty = new ArrayList<>();

    /** What hours in memory took when somebody last looked, and was loaded since. */
    private long bytes;

    /** Loaded and still in memory, oldest first if they came so. */
    private final Deque<Hour> loaded = new ArrayDeque<>();

    private boolean toCool;
    private long now = NEVER;
    private long compactedAt = NEVER;

    /** How often counts changed otherwise than by an event. */
    private long revision;

    /** How often hours were put in the place of others. */
    private long generation;

    /** All in memory. */
    public SeriesTable() {
        this(StoredHours.NONE, Long.MAX_VALUE);
    }

    /**
     * Keeps in memory what fits.
     *
     * @param stored has what was loaded, and what was {@link #stored}
     * @param mostBytes how much hours may take; their sums, and those that change, come on top
     */
    public SeriesTable(StoredHours stored, long mostBytes) {
        this(stored, mostBytes, MeasureSeries.FEW_GROUPS);
    }

    SeriesTable(StoredHours stored, long mostBytes, int fewGroups) {
        this.fewGroups = fewGroups;
        this.stored = stored;
        this.cold = new ColdHours(stored, mostBytes / 4);
        this.mostBytes = mostBytes - mostBytes / 4;
    }

    /**
     * Adds several counts at once: a reader sees all of them or none. What was added before a throw
     * stays added.
     */
    public void write(Runnable batch) {
        locked(
                lock.writeLock(),
                () -> {
                    batch.run();
                    return true;
                });
    }

    @Override
    public <T> T read(Supplier<T> questions) {
        return locked(lock.readLock(), questions);
    }

    /**
     * Adds events to a bucket, at the resolution of its age.
     *
     * @param bucket its start, seconds since the epoch, a multiple of 10
     * @param good raw count
     * @param total raw count
     * @param goodThousandths adjusted for sampling
     * @param totalThousandths adjusted for sampling
     * @param sketch the events' values, if the series keeps them; not kept, only read
     * @param nowEpochSecond when the events were received
     */
    public void add(
            SeriesKey key,
            long bucket,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            @Nullable Sketch sketch,
            long nowEpochSecond) {
        if (bucket % Resolution.FINEST_SECONDS != 0) {
            throw new IllegalArgumentException(
                    "a bucket starts at a multiple of 10 s, not at " + bucket);
        }
        write(
                () -> {
                    now = Math.max(now, nowEpochSecond);
                    MeasureSeries measure = measureOf(key.measure());
                    Series series =
                            measure.groups().computeIfAbsent(key.group(), _ -> newSeries(key));
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
                    markDirty(hour);
                    boolean late = bucket < settledUntil();
                    measure.sums().changed(late);
                    series.changed(late);
                });
    }

    /**
     * The hours that changed since the last call, packed for the store. If they cannot be stored
     * now, give them back to {@link #markDirtyAgain}.
     */
    public List<StoredBlock> drainDirty() {
        return locked(
                lock.writeLock(),
                () -> {
                    List<StoredBlock> blocks = new ArrayList<>(dirty.size());
                    boolean many = dirty.size() > MOST_OPEN;
                    for (Hour hour : dirty) {
                        blocks.add(seriesOf(hour.key()).toBlock(hour, many));
                    }
                    dirty = new ArrayList<>();
                    measures.values().forEach(MeasureSeries::closeOlder);
                    return blocks;
                });
    }

    /**
     * What {@link #drainDirty} gave last is stored. Once an hour this lets go of the oldest hours,
     * as far as they do not fit in memory.
     */
    public void stored() {
        write(
                () -> {
                    if (toCool) {
                        toCool = false;
                        coolOldest();
                    }
                });
    }

    private void coolOldest() {
        loaded.clear();
        NavigableMap<Long, List<Hour>> byHour = new TreeMap<>();
        bytes = 0;
        for (MeasureSeries measure : measures.values()) {
            for (Series series : measure.groups().values()) {
                series.forEachClosed(
                        hour -> {
                            bytes += hour.bytes();
                            byHour.computeIfAbsent(hour.start(), _ -> new ArrayList<>()).add(hour);
                        });
            }
        }
        while (bytes > mostBytes && !byHour.isEmpty()) {
            byHour.pollFirstEntry().getValue().forEach(this::cool);
        }
    }

    private void cool(Hour hour) {
        if (seriesOf(hour.key()).cool(hour)) {
            bytes -= hour.bytes();
        }
    }

    /** About how much the hours in memory take, as of the last hour. */
    public long bytesInMemory() {
        return read(() -> bytes);
    }

    /** How often an hour had to be read. */
    public long hoursRead() {
        return cold.reads();
    }

    /** Drains these hours again next time, as they are then. */
    public void markDirtyAgain(List<StoredBlock> notStored) {
        write(
                () -> {
                    for (StoredBlock block : notStored) {
                        Hour hour = seriesOf(block.series()).hour(block.hour());
                        if (hour != null) {
                            markDirty(hour);
                        }
                    }
                });
    }

    /**
     * Takes an hour as it was stored.
     *
     * @throws IllegalArgumentException if it cannot be read, or is there already
     */
    public void load(StoredBlock block) {
        write(
                () -> {
                    measureOf(block.series().measure()).replaced();
                    load(seriesOf(block.series()), block);
                });
    }

    /**
     * Takes all hours that are stored, in one piece. A start waits for it.
     *
     * @throws IllegalArgumentException if one of them cannot be read, or is there already
     */
    public void loadStored() {
        write(
                () -> {
                    measures.values().forEach(MeasureSeries::replaced);
                    Map<SeriesKey, Series> known = new HashMap<>();
                    stored.blocks(
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            block ->
                                    load(
                                            known.computeIfAbsent(block.series(), this::seriesOf),
                                            block));
                });
    }

    private void load(Series series, StoredBlock block) {
        try {
            Hour hour = series.load(block);
            bytes += hour.bytes();
            loaded.addLast(hour);
            while (bytes > mostBytes && !loaded.isEmpty()) {
                cool(loaded.removeFirst());
            }
            compactedAt = NEVER;
            revision++;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot load hour " + block.hour() + " of " + block.series(), e);
        }
    }

    /**
     * Whether two stored hours of one series are the same, in whatever form they are packed; of
     * slices, which may begin in the coarser buckets that there were, also if one is what the other
     * comes to in longer buckets.
     *
     * @throws IllegalArgumentException if one of them cannot be read
     */
    public static boolean same(StoredBlock a, StoredBlock b) {
        if (Arrays.equals(a.counts(), b.counts()) && Arrays.equals(a.sketches(), b.sketches())) {
            return true;
        }
        Hour one = new Hour(a.series(), a, new Tally());
        Hour other = new Hour(b.series(), b, new Tally());
        if (a.series().fixedResolution() != null) {
            Resolution coarser = Resolution.coarser(one.resolution(), other.resolution());
            one.coarsen(coarser, false);
            other.coarsen(coarser, false);
        }
        return one.equalsPackedAnew(other);
    }

    /** A stored hour's good and total, for people: {@code good 98 of 100, sketches in 12 bytes}. */
    public static String describe(StoredBlock block) {
        Tally tally = new Tally();
        new Hour(block.series(), block, tally);
        WindowSum sum = tally.toSum();
        String counts = "good " + sum.good() + " of " + sum.total();
        byte[] sketches = block.sketches();
        return sketches == null ? counts : counts + ", sketches in " + sketches.length + " bytes";
    }

    /**
     * Brings every hour to the resolution of its age, and forgets what is older than 400 days.
     * Cheap but for once an hour.
     */
    public void compact(long nowEpochSecond) {
        write(
                () -> {
                    now = Math.max(now, nowEpochSecond);
                    long hour = Hour.startOf(now);
                    if (hour > compactedAt) {
                        dirty.removeIf(old -> old.start() < firstYounger(KEPT_SECONDS, hour));
                        for (MeasureSeries measure : measures.values()) {
                            measure.groups()
                                    .values()
                                    .forEach(series -> compact(series, hour, this::markDirty));
                            measure.groups().values().removeIf(Series::isEmpty);
                            measure.compact(series -> compact(series, hour, _ -> {}), hour);
                        }
                        revision++;
                        compactedAt = hour;
                        toCool = true;
                    }
                });
    }

    /**
     * Takes another table's hours of some measures in place of ours, in one piece. The other one is
     * not to be used any more.
     *
     * @param fromHour ours stay before this time
     */
    public void adopt(SeriesTable other, Set<String> names, long fromHour) {
        write(
                () -> {
                    now = Math.max(now, other.now);
                    dirty.removeIf(
                            hour ->
                                    names.contains(hour.key().measure())
                                            && hour.start() >= fromHour);
                    names.forEach(name -> adopt(name, other.groupsOf(name), fromHour));
                    cold.clear();
                    revision++;
                    generation++;
                });
    }

    /**
     * Fills a series of slices that is new, or was away for a while, from what is kept of its
     * measure; exact where that is kept finely enough.
     *
     * @param slices {@link SeriesKey#slices}, or the backfilled part of it
     * @param measure whose groups it adds up
     */
    public void seed(SeriesKey slices, String measure) {
        write(
                () -> {
                    Collection<Series> groups = groupsOf(measure).values();
                    if (!groups.isEmpty()) {
                        seriesOf(slices).seed(groups, this::markDirty);
                        measureOf(slices.measure()).replaced();
                        revision++;
                        generation++;
                    }
                });
    }

    private void adopt(String name, Map<String, Series> newer, long fromHour) {
        measureOf(name).replaced();
        Set<String> groups = new TreeSet<>(groupsOf(name).keySet());
        groups.addAll(newer.keySet());
        for (String group : groups) {
            SeriesKey key = new SeriesKey(name, group);
            Series joined =
                    Series.joined(
                            seriesOf(key), newer.getOrDefault(group, newSeries(key)), fromHour);
            joined.forEachHour(
                    fromHour,
                    hour -> {
                        hour.markDirty();
                        dirty.add(hour);
                    });
            if (joined.isEmpty()) {
                groupsOf(name).remove(group);
            } else {
                groupsOf(name).put(group, joined);
            }
        }
    }

    /** Brings a series' hours to the resolution of their age. */
    interface Compaction {
        void compact(Series series);
    }

    private void compact(Series series, long hour, Consumer<Hour> changed) {
        for (long limit : LIMITS) {
            series.coarsen(
                    firstYounger(limit, compactedAt), firstYounger(limit, hour), now, changed);
        }
        series.removeBefore(firstYounger(KEPT_SECONDS, hour));
    }

    /** The earliest start of an hour whose end was less than {@code age} seconds ago. */
    private static long firstYounger(long age, long now) {
        return now - age - Hour.SECONDS + 1;
    }

    @Override
    public WindowSum sum(String measure, long from, long to) {
        lock.readLock().lock();
        try {
            MeasureSeries found = measures.get(measure);
            return found == null || from >= to
                    ? WindowSum.EMPTY
                    : found.sums().sum(from, to, settledHour(), revision);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public WindowSum sum(SeriesKey key, long from, long to) {
        lock.readLock().lock();
        try {
            Series series = groupsOf(key.measure()).get(key.group());
            return series == null || from >= to
                    ? WindowSum.EMPTY
                    : series.sum(from, to, settledHour(), revision);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public List<String> groups(String measure) {
        return read(() -> List.copyOf(groupsOf(measure).keySet()));
    }

    @Override
    public boolean hasCounted(String measure) {
        lock.readLock().lock();
        try {
            return !groupsOf(measure).isEmpty();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public List<WindowSum> slices(String measure, long from, long to, long sliceSeconds) {
        return slices(
                into ->
                        measured(measure)
                                .forEach(found -> found.slices(from, to, sliceSeconds, into)),
                numberOfSlices(from, to, sliceSeconds));
    }

    @Override
    public List<WindowSum> slices(SeriesKey series, long from, long to, long sliceSeconds) {
        return slices(
                into ->
                        find(series)
                                .forEach(
                                        found ->
                                                found.slices(
                                                        from,
                                                        to,
                                                        sliceSeconds,
                                                        Long.MAX_VALUE,
                                                        into)),
                numberOfSlices(from, to, sliceSeconds));
    }

    private List<WindowSum> slices(Consumer<Tally[]> counts, int number) {
        Tally[] slices = new Tally[number];
        Arrays.setAll(slices, i -> new Tally());
        return read(
                () -> {
                    counts.accept(slices);
                    return Arrays.stream(slices).map(Tally::toSum).toList();
                });
    }

    @Override
    public SliceSums sliceSums(String measure, long from, long to, long sliceSeconds) {
        SliceSums sums = new SliceSums(from, sliceSeconds, numberOfSlices(from, to, sliceSeconds));
        return read(
                () -> {
                    measured(measure).forEach(found -> found.addTo(sums));
                    return sums;
                });
    }

    @Override
    public long changes(String measure, long from, long to) {
        return changes(() -> measured(measure).mapToLong(found -> found.changes(from, to)));
    }

    @Override
    public long changes(SeriesKey series, long from, long to) {
        return changes(() -> find(series).mapToLong(found -> found.changes(from, to)));
    }

    private long changes(Supplier<LongStream> all) {
        // Within a generation an hour's number of changes only grows.
        return read(() -> (generation << Integer.SIZE) + all.get().sum());
    }

    @Override
    public Resolution coarsest(String measure, long from, long to) {
        return read(
                () ->
                        groupsOf(measure).values().stream()
                                .map(series -> series.coarsest(from, to))
                                .reduce(Resolution.TEN_SECONDS, Resolution::coarser));
    }

    private static int numberOfSlices(long from, long to, long sliceSeconds) {
        if (sliceSeconds <= 0 || sliceSeconds % Resolution.FINEST_SECONDS != 0) {
            throw new IllegalArgumentException(
                    "a slice is a multiple of 10 s, not " + sliceSeconds + " s");
        }
        if (from > to || (to - from) % sliceSeconds != 0) {
            throw new IllegalArgumentException(
                    "a window of "
                            + (to - from)
                            + " s cannot be cut into slices of "
                            + sliceSeconds
                            + " s");
        }
        return Math.toIntExact((to - from) / sliceSeconds);
    }

    @Override
    public Sketch sketch(String measure, long from, long to) {
        return sketch(() -> groupsOf(measure).values().stream(), from, to);
    }

    @Override
    public Sketch sketch(SeriesKey series, long from, long to) {
        return sketch(() -> find(series), from, to);
    }

    private Sketch sketch(Supplier<Stream<Series>> all, long from, long to) {
        return read(
                () -> {
                    Sketch sketch = new Sketch();
                    all.get().forEach(series -> series.mergeSketches(from, to, sketch));
                    return sketch;
                });
    }

    @Override
    public long measuredBuckets(String service, long from, long to) {
        lock.readLock().lock();
        try {
            SeriesKey heartbeat = SeriesKey.heartbeat(service);
            Series series = groupsOf(heartbeat.measure()).get(heartbeat.group());
            return series == null || from >= to
                    ? 0
                    : series.measuredBuckets(from, to, settledHour(), revision);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public List<Long> measuredSlices(String service, long from, long to, long sliceSeconds) {
        long[] slices = new long[numberOfSlices(from, to, sliceSeconds)];
        return read(
                () -> {
                    find(SeriesKey.heartbeat(service))
                            .forEach(series -> series.measuredSlices(from, sliceSeconds, slices));
                    return Arrays.stream(slices).boxed().toList();
                });
    }

    @Override
    public long latestBucket(String measure) {
        return read(
                () ->
                        measured(measure)
                                .mapToLong(MeasureSeries::latestBucket)
                                .findFirst()
                                .orElse(Long.MIN_VALUE));
    }

    @Override
    public long earliestBucket(String measure) {
        return read(
                () ->
                        groupsOf(measure).values().stream()
                                .mapToLong(Series::earliestBucket)
                                .min()
                                .orElse(Long.MAX_VALUE));
    }

    @Override
    public long settledUntil() {
        return read(this::settledHour);
    }

    private long settledHour() {
        return Hour.startOf(now - SETTLES_AFTER);
    }

    @Override
    public long revision(String measure) {
        return read(
                () -> {
                    MeasureSeries found = measures.get(measure);
                    return found == null ? revision : revision + found.sums().lateChanges();
                });
    }

    @Override
    public long version(String measure) {
        lock.readLock().lock();
        try {
            MeasureSeries found = measures.get(measure);
            return found == null ? revision : revision + found.sums().changes();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long version(SeriesKey key) {
        lock.readLock().lock();
        try {
            Series series = groupsOf(key.measure()).get(key.group());
            return series == null ? revision : revision + series.version();
        } finally {
            lock.readLock().unlock();
        }
    }

    private MeasureSeries measureOf(String measure) {
        return measures.computeIfAbsent(measure, name -> new MeasureSeries(name, cold, fewGroups));
    }

    private Series seriesOf(SeriesKey key) {
        return measureOf(key.measure()).groups().computeIfAbsent(key.group(), _ -> newSeries(key));
    }

    private Series newSeries(SeriesKey key) {
        return new Series(key, cold);
    }

    private Stream<MeasureSeries> measured(String measure) {
        return Stream.ofNullable(measures.get(measure));
    }

    private Stream<Series> find(SeriesKey key) {
        return Stream.ofNullable(groupsOf(key.measure()).get(key.group()));
    }

    private NavigableMap<String, Series> groupsOf(String measure) {
        MeasureSeries found = measures.get(measure);
        return found == null ? Collections.emptyNavigableMap() : found.groups();
    }

    private void markDirty(Hour hour) {
        if (hour.markDirty()) {
            dirty.add(hour);
        }
    }

    private static <T> T locked(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
