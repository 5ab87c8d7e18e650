package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

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

    // This is the lock, and who may do what under it. Where to read on: Measures finds the Series
    // of
    // a measure, and a Series its Hours, whose sums answer nearly everything; HoursInMemory knows
    // what is yet to be stored and lets go of what is not needed; Aging makes hours coarser.

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final StoredHours stored;
    private final ColdHours cold;

    // Guarded by the lock, all of them.
    private final Measures measures;
    private final HoursInMemory memory;
    private final Aging aging;

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
        this.stored = stored;
        this.cold = new ColdHours(stored, mostBytes / 4);
        this.measures = new Measures(cold, fewGroups);
        this.memory = new HoursInMemory(measures, mostBytes - mostBytes / 4);
        this.aging = new Aging(measures, memory);
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
                    measures.reach(nowEpochSecond);
                    memory.markDirty(
                            measures.add(
                                    key,
                                    bucket,
                                    good,
                                    total,
                                    goodThousandths,
                                    totalThousandths,
                                    sketch));
                });
    }

    /**
     * The hours that changed since the last call, packed for the store. If they cannot be stored
     * now, give them back to {@link #markDirtyAgain}.
     */
    public List<StoredBlock> drainDirty() {
        return locked(lock.writeLock(), memory::drainDirty);
    }

    /**
     * What {@link #drainDirty} gave last is stored. Once an hour this lets go of the oldest hours,
     * as far as they do not fit in memory.
     */
    public void stored() {
        write(memory::stored);
    }

    /** Drains these hours again next time, as they are then. */
    public void markDirtyAgain(List<StoredBlock> notStored) {
        write(() -> memory.markDirtyAgain(notStored));
    }

    /** About how much the hours in memory take, as of the last hour. */
    public long bytesInMemory() {
        return read(memory::bytes);
    }

    /** How often an hour had to be read. */
    public long hoursRead() {
        return cold.reads();
    }

    /**
     * Takes an hour as it was stored.
     *
     * @throws IllegalArgumentException if it cannot be read, or is there already
     */
    public void load(StoredBlock block) {
        write(
                () -> {
                    measures.measureOf(block.series().measure()).replaced();
                    load(measures.seriesOf(block.series()), block);
                });
    }

    /**
     * Takes all hours that are stored, in one piece. A start waits for it, so another thread reads
     * them meanwhile.
     *
     * @throws IllegalArgumentException if one of them cannot be read, or is there already
     */
    public void loadStored() {
        write(
                () -> {
                    measures.all().forEach(MeasureSeries::replaced);
                    Map<SeriesKey, Series> known = new HashMap<>();
                    ReadAhead.forEachBlock(
                            stored,
                            block ->
                                    load(
                                            known.computeIfAbsent(
                                                    block.series(), measures::seriesOf),
                                            block));
                });
    }

    private void load(Series series, StoredBlock block) {
        memory.load(series, block);
        aging.lookAgain();
        measures.revised();
    }

    /**
     * Brings every hour to the resolution of its age, and forgets what is older than 400 days.
     * Cheap but for once an hour.
     */
    public void compact(long nowEpochSecond) {
        write(
                () -> {
                    measures.reach(nowEpochSecond);
                    aging.compact();
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
                    memory.forget(
                            hour ->
                                    names.contains(hour.key().measure())
                                            && hour.start() >= fromHour);
                    measures.adopt(other.measures, names, fromHour, memory::adopt);
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
        write(() -> measures.seed(slices, measure, memory::markDirty));
    }

    @Override
    public <T> T read(Supplier<T> questions) {
        return locked(lock.readLock(), questions);
    }

    // What is asked at every look at every SLO takes the lock itself, without making a Supplier.

    @Override
    public WindowSum sum(String measure, long from, long to) {
        lock.readLock().lock();
        try {
            return measures.sum(measure, from, to);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public WindowSum sum(SeriesKey key, long from, long to) {
        lock.readLock().lock();
        try {
            return measures.sum(key, from, to);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public boolean hasCounted(String measure) {
        lock.readLock().lock();
        try {
            return !measures.groupsOf(measure).isEmpty();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long measuredBuckets(String service, long from, long to) {
        lock.readLock().lock();
        try {
            return measures.measuredBuckets(service, from, to);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long version(String measure) {
        lock.readLock().lock();
        try {
            return measures.version(measure);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public long version(SeriesKey key) {
        lock.readLock().lock();
        try {
            return measures.version(key);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public List<String> groups(String measure) {
        return read(() -> List.copyOf(measures.groupsOf(measure).keySet()));
    }

    @Override
    public List<WindowSum> slices(String measure, long from, long to, long sliceSeconds) {
        return slices(
                into -> measures.slices(measure, from, to, sliceSeconds, into),
                SliceSums.number(from, to, sliceSeconds));
    }

    @Override
    public List<WindowSum> slices(SeriesKey series, long from, long to, long sliceSeconds) {
        return slices(
                into -> measures.slices(series, from, to, sliceSeconds, into),
                SliceSums.number(from, to, sliceSeconds));
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
        SliceSums sums = new SliceSums(from, to, sliceSeconds);
        return read(
                () -> {
                    measures.addTo(sums, measure);
                    return sums;
                });
    }

    @Override
    public long activeSlices(String measure, long from, long to, long sliceSeconds) {
        SliceSums.number(from, to, sliceSeconds);
        return read(() -> measures.activeSlices(measure, from, to, sliceSeconds));
    }

    @Override
    public long changes(String measure, long from, long to) {
        return read(() -> measures.changes(measure, from, to));
    }

    @Override
    public long changes(SeriesKey series, long from, long to) {
        return read(() -> measures.changes(series, from, to));
    }

    @Override
    public Resolution coarsest(String measure, long from, long to) {
        return read(() -> measures.coarsest(measure, from, to));
    }

    @Override
    public Sketch sketch(String measure, long from, long to) {
        return sketch(into -> measures.mergeSketches(measure, from, to, into));
    }

    @Override
    public Sketch sketch(SeriesKey series, long from, long to) {
        return sketch(into -> measures.mergeSketches(series, from, to, into));
    }

    private Sketch sketch(Consumer<Sketch> values) {
        return read(
                () -> {
                    Sketch sketch = new Sketch();
                    values.accept(sketch);
                    return sketch;
                });
    }

    @Override
    public List<Long> measuredSlices(String service, long from, long to, long sliceSeconds) {
        long[] slices = new long[SliceSums.number(from, to, sliceSeconds)];
        return read(
                () -> {
                    measures.measuredSlices(service, from, sliceSeconds, slices);
                    return Arrays.stream(slices).boxed().toList();
                });
    }

    @Override
    public long latestBucket(String measure) {
        return read(() -> measures.latestBucket(measure));
    }

    @Override
    public long earliestBucket(String measure) {
        return read(() -> measures.earliestBucket(measure));
    }

    @Override
    public long settledUntil() {
        return read(measures::settledUntil);
    }

    @Override
    public long revision(String measure) {
        return read(() -> measures.revision(measure));
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
