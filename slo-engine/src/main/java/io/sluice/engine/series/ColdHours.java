package io.sluice.engine.series;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Hours that are not kept in memory but by their sums: read from where they are stored when
 * somebody asks for parts of them, and remembered for a while, since a window begins in the same
 * hour for an hour. An hour that very many series are asked for, as when a window of all SLOs comes
 * to begin in it, is read for all of them at once. Thread-safe; hours that it gives are only to be
 * read.
 */
final class ColdHours {
    /** After so many reads within one hour of time, by different series, it is read whole. */
    private static final int MANY = 200;

    /** How many hours' reads are counted. */
    private static final int COUNTED_HOURS = 16;

    private final StoredHours stored;
    private final long mostBytes;

    /** Those asked for least recently come first. */
    private final Map<Place, Hour> recent = new LinkedHashMap<>(64, 0.75f, true);

    private final Map<Long, Integer> readsByHour =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Integer> eldest) {
                    return size() > COUNTED_HOURS;
                }
            };

    private long bytes;
    private long reads;

    private record Place(SeriesKey series, long hour) {}

    /**
     * @param mostBytes how much is remembered
     */
    ColdHours(StoredHours stored, long mostBytes) {
        this.stored = stored;
        this.mostBytes = mostBytes;
    }

    /**
     * Reads an hour that was stored.
     *
     * @throws IllegalStateException if it is not there
     */
    Hour get(SeriesKey series, long start) {
        Place place = new Place(series, start);
        boolean many;
        synchronized (this) {
            Hour known = recent.get(place);
            if (known != null) {
                return known;
            }
            reads++;
            many = readsByHour.merge(start, 1, Integer::sum) == MANY;
        }
        if (many) {
            stored.blocks(
                    start,
                    start + Hour.SECONDS,
                    block ->
                            remember(
                                    new Place(block.series(), start),
                                    new Hour(block.series(), block, new Tally())));
            synchronized (this) {
                Hour known = recent.get(place);
                if (known != null) {
                    return known;
                }
            }
        }
        Hour read =
                stored.block(series, start)
                        .map(block -> new Hour(series, block, new Tally()))
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "hour " + start + " of " + series + " is gone"));
        remember(place, read);
        return read;
    }

    private synchronized void remember(Place place, Hour hour) {
        if (recent.put(place, hour) == null) {
            bytes += hour.bytes();
        }
        Iterator<Hour> oldest = recent.values().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    /** Forgets an hour that is to be changed. */
    synchronized void forget(SeriesKey series, long start) {
        if (recent.isEmpty()) {
            return;
        }
        Hour known = recent.remove(new Place(series, start));
        if (known != null) {
            bytes -= known.bytes();
        }
    }

    /** Forgets all. */
    synchronized void clear() {
        recent.clear();
        readsByHour.clear();
        bytes = 0;
    }

    /** How often an hour was read. */
    synchronized long reads() {
        return reads;
    }
}
