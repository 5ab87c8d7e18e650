package io.sluice.engine.fold;

import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.Extract.Observation;
import io.sluice.engine.measure.Increase;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredCounter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HexFormat;

/**
 * Turns the points of cumulative streams into increases: exact over our own restarts and the
 * senders', and never a burst that did not happen. Not thread-safe.
 *
 * <p>Point by point (the identifiers are those of the OTLP metrics data model's rules):
 *
 * <ul>
 *   <li>The first point of a stream counts whole if it is known when the stream began at zero (see
 *       below), and is a baseline otherwise.
 *   <li>A later start is a reset: the value counts from the new start.
 *   <li>A smaller value with an unchanged start is suspect: it counts nothing. From then on the
 *       stream is taken for that of two writers, and a point goes on from the higher value that is
 *       not above it: what both count is counted, and their difference is not, however they take
 *       turns. Without a start (scraped counters) it is how a reset shows, and the value counts.
 *   <li>A smaller value of a sum of streams ({@link Observation#REBASES}) counts nothing, and the
 *       sum goes on from there.
 *   <li>A point that is not newer than the last one, or has an earlier start, has no effect.
 *   <li>A stale mark counts nothing.
 * </ul>
 *
 * <p>When a new stream began at zero is known in three cases.
 *
 * <ol>
 *   <li>Its writer has been heard before and the stream was not there then: it began since. A
 *       writer is a scrape target (a scrape is all that the target has), or everything that names
 *       the same start to the nanosecond (one process of one SDK) and counts for the same measure,
 *       so that what one measure counts does not depend on which others there are. That is how the
 *       first error of a new error series is not lost.
 *   <li>It names a start that is later than our first knowledge, that is, than when its measure
 *       came in force, and within what we remember of streams.
 *   <li>It names a start at most {@link #NEW_WITHIN} before the point.
 * </ol>
 */
final class Counters {
    /**
     * A stream that was silent for longer comes back as a baseline: as long as late events are
     * accepted.
     */
    static final Duration MEMORY = Duration.ofDays(2);

    /** About one export interval: an SDK's default. */
    static final Duration NEW_WITHIN = Duration.ofSeconds(60);

    /**
     * Points of one writer that are closer together belong to one collection, even if it came in
     * several requests.
     */
    static final Duration ONE_COLLECTION = Duration.ofSeconds(1);

    private static final long MEMORY_NANOS = MEMORY.toNanos();

    /**
     * The running counts of one of two writers, in thousandths.
     *
     * @param good may be negative: a bad part alone counts downwards
     */
    record Level(long good, long total) {
        /** Whether counts are closer to zero than others. */
        static boolean isBelow(long good, long total, long otherGood, long otherTotal) {
            return Math.abs(good) < Math.abs(otherGood) || Math.abs(total) < Math.abs(otherTotal);
        }
    }

    /** The last known point of a stream. */
    static final class Stream {
        private long startNanos;
        private long timeNanos;

        // The running counts in thousandths; of two writers, the higher one's.
        private long good;
        private long total;

        /** The other one's, if there seem to be two. */
        private @Nullable Level lower;

        /** The values behind the last point, if they are known. */
        private @Nullable Sketch sketch;

        private long seenAtEpochSecond;

        Stream(
                long startNanos,
                long timeNanos,
                Level level,
                @Nullable Level lower,
                @Nullable Sketch sketch,
                long seenAtEpochSecond) {
            this.startNanos = startNanos;
            this.timeNanos = timeNanos;
            this.good = level.good();
            this.total = level.total();
            this.lower = lower;
            this.sketch = sketch;
            this.seenAtEpochSecond = seenAtEpochSecond;
        }

        private Stream(Observation point, long nowEpochSecond) {
            begin(point, nowEpochSecond);
        }

        /** Begins anew, with this point. */
        private void begin(Observation point, long nowEpochSecond) {
            startNanos = point.startNanos();
            good = point.good();
            total = point.total();
            lower = null;
            goOn(point, nowEpochSecond);
        }

        /** Goes on to a later point; its level is another matter. */
        private void goOn(Observation point, long nowEpochSecond) {
            timeNanos = point.timeNanos();
            sketch = point.sketch();
            seenAtEpochSecond = nowEpochSecond;
        }

        private boolean isAbove(Observation point) {
            return Level.isBelow(point.good(), point.total(), good, total);
        }

        /** What a later point has beyond this one; null if that is not known. */
        private @Nullable Sketch sketchUpTo(Observation point) {
            Sketch later = point.sketch();
            return sketch == null || later == null ? null : later.minus(sketch).orElse(null);
        }

        long startNanos() {
            return startNanos;
        }

        long timeNanos() {
            return timeNanos;
        }

        long good() {
            return good;
        }

        long total() {
            return total;
        }

        @Nullable Level lower() {
            return lower;
        }

        @Nullable Sketch sketch() {
            return sketch;
        }

        long seenAtEpochSecond() {
            return seenAtEpochSecond;
        }
    }

    /** The times of a writer's last two collections; 0 for none. */
    record Writer(long previousNanos, long lastNanos, long seenAtEpochSecond) {
        Writer at(long nanos, long nowEpochSecond) {
            if (nanos > lastNanos + ONE_COLLECTION.toNanos()) {
                return new Writer(lastNanos, nanos, nowEpochSecond);
            }
            return new Writer(previousNanos, Math.max(lastNanos, nanos), nowEpochSecond);
        }

        /** Its last collection before the one that a point of this time belongs to; 0 for none. */
        long before(long nanos) {
            return nanos > lastNanos + ONE_COLLECTION.toNanos() ? lastNanos : previousNanos;
        }
    }

    /** What became of points, since start. Every point is in exactly one of them. */
    record Counts(
            long counted,
            long baselines,
            long resets,
            long suspectResets,
            long outOfOrder,
            long staleMarks,
            long spread) {}

    private final States<Stream> streams = new States<>();
    private final States<Writer> writers = new States<>();

    /**
     * Counters seen before this are gone, here at once and in the store with the next checkpoint.
     */
    private long expiredBefore;

    private long counted;
    private long baselines;
    private long resets;
    private long suspectResets;
    private long outOfOrder;
    private long staleMarks;
    private long spread;

    /** A scrape target was read: what it does not have now, it does not have. */
    void heard(Identity target, long atNanos, long nowEpochSecond) {
        mark(target, atNanos, nowEpochSecond);
    }

    /**
     * Takes a stream's next point.
     *
     * @param measure what the stream counts for: the same stream counts for every measure by
     *     itself, since what one has seen, the other may not have
     * @param target whose scrape it came with, or {@code null}
     * @param knownSinceNanos since when the measure is in force
     * @return what the stream has counted since its last point, or {@code null} if that is nothing
     *     or not known
     */
    @Nullable Increase observe(
            Identity measure,
            Observation point,
            @Nullable Identity target,
            long knownSinceNanos,
            long nowEpochSecond) {
        if (point.stale()) {
            staleMarks++;
            return null;
        }
        long high = measure.high() ^ point.stream().high();
        long low = measure.low() ^ point.stream().low();
        Identity writer = target != null ? target : writerOf(measure, point);
        long heardBefore =
                writer == null ? 0 : heardBefore(writer, point.timeNanos(), nowEpochSecond);
        if (writer != null && target == null) {
            mark(writer, point.timeNanos(), nowEpochSecond);
        }
        Stream last = streams.find(high, low);
        if (last == null
                || forgotten(
                        last.seenAtEpochSecond,
                        last.timeNanos,
                        point.timeNanos(),
                        nowEpochSecond)) {
            streams.put(new Identity(high, low), new Stream(point, nowEpochSecond));
            return first(point, heardBefore, knownSinceNanos, nowEpochSecond);
        }
        if (point.timeNanos() <= last.timeNanos || point.startNanos() < last.startNanos) {
            outOfOrder++;
            return null;
        }
        streams.changed();
        return next(last, point, nowEpochSecond);
    }

    /** Takes a later point of a stream that is known. */
    private @Nullable Increase next(Stream last, Observation point, long nowEpochSecond) {
        long lastNanos = last.timeNanos;
        if (point.startNanos() > last.startNanos) {
            last.begin(point, nowEpochSecond);
            resets++;
            return fromZero(
                    point, Math.max(lastNanos, Math.min(point.startNanos(), point.timeNanos())));
        }
        if (!last.isAbove(point)) {
            Increase increase =
                    increase(lastNanos, point, last.good, last.total, last.sketchUpTo(point));
            last.good = point.good();
            last.total = point.total();
            last.goOn(point, nowEpochSecond);
            counted++;
            return increase;
        }
        if (point.startNanos() == 0) {
            last.begin(point, nowEpochSecond);
            resets++;
            return fromZero(point, lastNanos);
        }
        if (point.startNanos() == Observation.REBASES) {
            last.begin(point, nowEpochSecond);
            suspectResets++;
            return null;
        }
        Level lower = last.lower;
        Sketch sketch = last.sketchUpTo(point);
        last.lower = new Level(point.good(), point.total());
        last.goOn(point, nowEpochSecond);
        if (lower == null
                || Level.isBelow(point.good(), point.total(), lower.good(), lower.total())) {
            suspectResets++;
            return null;
        }
        counted++;
        return increase(lastNanos, point, lower.good(), lower.total(), sketch);
    }

    private @Nullable Increase first(
            Observation point, long heardBefore, long knownSinceNanos, long nowEpochSecond) {
        long start = point.startNanos();
        long time = point.timeNanos();
        if (heardBefore > 0 && heardBefore >= knownSinceNanos) {
            counted++;
            return fromZero(point, Math.max(heardBefore, Math.min(start, time)));
        }
        // A start that equals the point's time says "unknown" (OTLP): such a first point is the
        // zero of what follows.
        boolean startIsKnown = start > 0 && start < time;
        boolean remembered = start >= nowEpochSecond * 1_000_000_000L - MEMORY_NANOS;
        if (startIsKnown
                && ((start >= knownSinceNanos && remembered)
                        || time - start <= NEW_WITHIN.toNanos())) {
            counted++;
            return fromZero(point, start);
        }
        baselines++;
        return null;
    }

    private @Nullable Increase fromZero(Observation point, long fromNanos) {
        return increase(fromNanos, point, 0, 0, point.sketch());
    }

    private @Nullable Increase increase(
            long fromNanos, Observation point, long good, long total, @Nullable Sketch sketch) {
        // Whole events come from the whole running counts, so that fractions add up over time
        // instead of getting lost.
        Increase increase =
                new Increase(
                        Math.min(fromNanos, point.timeNanos()),
                        point.timeNanos(),
                        point.good() / 1000 - good / 1000,
                        point.total() / 1000 - total / 1000,
                        point.good() - good,
                        point.total() - total,
                        sketch);
        if (increase.isZero()) {
            return null;
        }
        if (increase.spreads()) {
            spread++;
        }
        return increase;
    }

    private static @Nullable Identity writerOf(Identity measure, Observation point) {
        return point.startNanos() > 0 ? of(measure, new Identity(point.startNanos(), 0)) : null;
    }

    private static Identity of(Identity measure, Identity other) {
        return new Identity(other.high() ^ measure.high(), other.low() ^ measure.low());
    }

    /**
     * Takes what others know of their measures' streams, and of writers, in place of what is known
     * here. Both have come to the same place in the log.
     */
    void adopt(Counters others) {
        streams.putAll(others.streams);
        writers.putAll(others.writers);
    }

    private long heardBefore(Identity writer, long timeNanos, long nowEpochSecond) {
        Writer known = writers.find(writer);
        if (known == null) {
            return 0;
        }
        long before = known.before(timeNanos);
        return forgotten(known.seenAtEpochSecond(), before, timeNanos, nowEpochSecond) ? 0 : before;
    }

    private void mark(Identity writer, long nanos, long nowEpochSecond) {
        Writer known = writers.find(writer);
        Writer next =
                known == null
                        ? new Writer(0, nanos, nowEpochSecond)
                        : known.at(nanos, nowEpochSecond);
        if (!next.equals(known)) {
            writers.put(writer, next);
        }
    }

    /**
     * By both clocks, so that neither a long silence nor history that is sent late becomes one long
     * interval.
     */
    private static boolean forgotten(
            long seenAtEpochSecond, long fromNanos, long toNanos, long nowEpochSecond) {
        return nowEpochSecond - seenAtEpochSecond > MEMORY.toSeconds()
                || toNanos - fromNanos > MEMORY_NANOS;
    }

    /** What became of points so far. */
    Counts counts() {
        return new Counts(
                counted, baselines, resets, suspectResets, outOfOrder, staleMarks, spread);
    }

    /** How many streams are remembered. */
    int size() {
        return streams.size();
    }

    /** Removes from memory what would not be believed any more. */
    void expire(long nowEpochSecond) {
        long before = nowEpochSecond - MEMORY.toSeconds();
        expiredBefore = before;
        streams.removeIf(stream -> stream.seenAtEpochSecond() < before);
        writers.removeIf(writer -> writer.seenAtEpochSecond() < before);
    }

    /** Writes what has changed since {@link #checkpointed}. */
    void checkpoint(Store.Transaction tx) {
        tx.expireCounters(expiredBefore);
        streams.forEachDirty((shelf, all) -> tx.putCounter(CounterShelf.ofStreams(shelf, all)));
        writers.forEachDirty((shelf, all) -> tx.putCounter(CounterShelf.ofWriters(shelf, all)));
    }

    /** What was written last is on disk. */
    void checkpointed() {
        streams.stored();
        writers.stored();
    }

    /** Takes back what {@link #checkpoint} wrote, in any order. */
    void restore(StoredCounter counter) {
        CounterShelf.restore(counter, streams, writers);
    }

    /** 32 hex digits as a number. */
    static Identity identity(String hex) {
        return new Identity(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }
}
