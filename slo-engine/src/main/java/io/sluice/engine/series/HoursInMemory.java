package io.sluice.engine.series;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which hours changed since they were stored, and which of the others are in memory: the newest, as
 * far as a number of bytes goes. Not thread-safe: guarded by the lock of its {@link SeriesTable}.
 */
final class HoursInMemory {
    /**
     * If there are more series, or more hours change between two checkpoints, hours are packed when
     * they are stored: an open one takes up to kilobytes, and opening it again microseconds.
     */
    static final int MOST_OPEN = 5_000;

    private final Measures measures;
    private final long mostBytes;
    private List<Hour> dirty = new ArrayList<>();

    /** What hours in memory took when somebody last looked, and was loaded since. */
    private long bytes;

    /** Loaded and still in memory, oldest first if they came so; and the series of each. */
    private final Deque<Hour> loaded = new ArrayDeque<>();

    private final Deque<Series> loadedOf = new ArrayDeque<>();

    private boolean toCool;

    /**
     * @param mostBytes how much hours may take; those that change come on top
     */
    HoursInMemory(Measures measures, long mostBytes) {
        this.measures = measures;
        this.mostBytes = mostBytes;
    }

    long bytes() {
        return bytes;
    }

    /** Says that an hour has changed. */
    void markDirty(Hour hour) {
        if (hour.markDirty()) {
            dirty.add(hour);
        }
    }

    /** The same for an hour of another table, whatever that has said of it. */
    void adopt(Hour hour) {
        hour.markDirty();
        dirty.add(hour);
    }

    /** Stores none of these hours. */
    void forget(Predicate<Hour> hours) {
        dirty.removeIf(hours);
    }

    /** {@link SeriesTable#drainDirty}. */
    List<StoredBlock> drainDirty() {
        List<StoredBlock> blocks = new ArrayList<>(dirty.size());
        boolean many = dirty.size() > MOST_OPEN || measures.numberOfSeries() > MOST_OPEN;
        for (Hour hour : dirty) {
            blocks.add(measures.seriesOf(hour.key()).toBlock(hour, many));
        }
        dirty = new ArrayList<>();
        measures.all().forEach(MeasureSeries::closeOlder);
        return blocks;
    }

    /** {@link SeriesTable#markDirtyAgain}. */
    void markDirtyAgain(List<StoredBlock> notStored) {
        for (StoredBlock block : notStored) {
            Hour hour = measures.seriesOf(block.series()).hour(block.hour());
            if (hour != null) {
                markDirty(hour);
            }
        }
    }

    /**
     * Takes an hour as it was stored, and lets go of those that came first if it does not fit.
     *
     * @throws IllegalArgumentException if it cannot be read, or is there already
     */
    void load(Series series, StoredBlock block) {
        try {
            Hour hour = series.load(block);
            bytes += hour.bytes();
            loaded.addLast(hour);
            loadedOf.addLast(series);
            while (bytes > mostBytes && !loaded.isEmpty()) {
                cool(loadedOf.removeFirst(), loaded.removeFirst());
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot load hour " + block.hour() + " of " + block.series(), e);
        }
    }

    /** Lets go of hours when what changed is {@link #stored} next. */
    void coolNext() {
        toCool = true;
    }

    /** {@link SeriesTable#stored}. */
    void stored() {
        if (toCool) {
            toCool = false;
            coolOldest();
        }
    }

    private void coolOldest() {
        loaded.clear();
        loadedOf.clear();
        NavigableMap<Long, List<Hour>> byHour = new TreeMap<>();
        bytes = 0;
        for (MeasureSeries measure : measures.all()) {
            for (Series series : measure.groups().values()) {
                series.forEachClosed(
                        hour -> {
                            bytes += hour.bytes();
                            byHour.computeIfAbsent(hour.start(), _ -> new ArrayList<>()).add(hour);
                        });
            }
        }
        while (bytes > mostBytes && !byHour.isEmpty()) {
            byHour.pollFirstEntry()
                    .getValue()
                    .forEach(hour -> cool(measures.seriesOf(hour.key()), hour));
        }
    }

    private void cool(Series series, Hour hour) {
        if (series.cool(hour)) {
            bytes -= hour.bytes();
        }
    }
}
