package io.sluice.engine.fold;

import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.Extract.Observation;
import io.sluice.engine.measure.Increase;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredCounter;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
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

    /** The first byte of a stored state says what it is; append only. */
    private static final byte STREAM = 1;

    private static final byte WRITER = 2;

    /** Stored where there is no lower level: no stream counts so far. */
    private static final Level NO_LEVEL = new Level(Long.MIN_VALUE, Long.MIN_VALUE);

    /** Running counts in thousandths. */
    private record Level(long good, long total) {
        static final Level ZERO = new Level(0, 0);

        static Level of(Observation point) {
            return new Level(point.good(), point.total());
        }

        /** Whether this is closer to zero. A bad part alone counts downwards. */
        boolean isBelow(Level other) {
            return Math.abs(good) < Math.abs(other.good) || Math.abs(total) < Math.abs(other.total);
        }
    }

    /**
     * The last known point of a stream.
     *
     * @param level the running counts; of two writers, the higher one's
     * @param lower the other one's, if there seem to be two
     * @param sketch the values behind the last point, if they are known
     */
    private record Stream(
            long startNanos,
            long timeNanos,
            Level level,
            @Nullable Level lower,
            @Nullable Sketch sketch,
            long seenAtEpochSecond) {

        static Stream beginning(Observation point, long nowEpochSecond) {
            return new Stream(
                    point.startNanos(),
                    point.timeNanos(),
                    Level.of(point),
                    null,
                    point.sketch(),
                    nowEpochSecond);
        }

        /** The same stream at a later point, at these levels. */
        Stream at(Observation point, Level level, @Nullable Level lower, long nowEpochSecond) {
            return new Stream(
                    startNanos, point.timeNanos(), level, lower, point.sketch(), nowEpochSecond);
        }

        /** What a later point has beyond this one; null if that is not known. */
        @Nullable Sketch sketchUpTo(Observation point) {
            Sketch later = point.sketch();
            return sketch == null || later == null ? null : later.minus(sketch).orElse(null);
        }
    }

    /** The times of a writer's last two collections; 0 for none. */
    private record Writer(long previousNanos, long lastNanos, long seenAtEpochSecond) {
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
        Identity stream = of(measure, point.stream());
        Identity writer = target != null ? target : writerOf(measure, point);
        long heardBefore =
                writer == null ? 0 : heardBefore(writer, point.timeNanos(), nowEpochSecond);
        if (writer != null && target == null) {
            mark(writer, point.timeNanos(), nowEpochSecond);
        }
        Stream last = streams.find(stream);
        if (last != null
                && forgotten(
                        last.seenAtEpochSecond(),
                        last.timeNanos(),
                        point.timeNanos(),
                        nowEpochSecond)) {
            last = null;
        }
        if (last != null
                && (point.timeNanos() <= last.timeNanos()
                        || point.startNanos() < last.startNanos())) {
            outOfOrder++;
            return null;
        }
        if (last == null) {
            streams.put(stream, Stream.beginning(point, nowEpochSecond));
            return first(point, heardBefore, knownSinceNanos, nowEpochSecond);
        }
        if (point.startNanos() > last.startNanos()) {
            streams.put(stream, Stream.beginning(point, nowEpochSecond));
            resets++;
            return fromZero(
                    point,
                    Math.max(last.timeNanos(), Math.min(point.startNanos(), point.timeNanos())));
        }
        Level level = Level.of(point);
        if (!level.isBelow(last.level())) {
            streams.put(stream, last.at(point, level, last.lower(), nowEpochSecond));
            counted++;
            return increase(last.timeNanos(), point, last.level(), last.sketchUpTo(point));
        }
        if (point.startNanos() == 0) {
            streams.put(stream, Stream.beginning(point, nowEpochSecond));
            resets++;
            return fromZero(point, last.timeNanos());
        }
        if (point.startNanos() == Observation.REBASES) {
            streams.put(stream, Stream.beginning(point, nowEpochSecond));
            suspectResets++;
            return null;
        }
        Level lower = last.lower();
        streams.put(stream, last.at(point, last.level(), level, nowEpochSecond));
        if (lower == null || level.isBelow(lower)) {
            suspectResets++;
            return null;
        }
        counted++;
        return increase(last.timeNanos(), point, lower, last.sketchUpTo(point));
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
        return increase(fromNanos, point, Level.ZERO, point.sketch());
    }

    private @Nullable Increase increase(
            long fromNanos, Observation point, Level from, @Nullable Sketch sketch) {
        long good = from.good();
        long total = from.total();
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
        streams.forEachDirty(
                (stream, s) ->
                        tx.putCounter(
                                new StoredCounter(hex(stream), state(s), s.seenAtEpochSecond())));
        writers.forEachDirty(
                (writer, w) ->
                        tx.putCounter(
                                new StoredCounter(hex(writer), state(w), w.seenAtEpochSecond())));
    }

    private static byte[] state(Writer w) {
        return ByteBuffer.allocate(1 + 2 * Long.BYTES)
                .put(WRITER)
                .putLong(w.previousNanos())
                .putLong(w.lastNanos())
                .array();
    }

    /** Start, time and level; if there is more, the lower level (or none) and the sketch. */
    private static byte[] state(Stream s) {
        Level lower = s.lower();
        byte[] sketch = s.sketch() == null ? new byte[0] : s.sketch().encode();
        boolean more = lower != null || sketch.length > 0;
        ByteBuffer state =
                ByteBuffer.allocate(1 + (more ? 6 : 4) * Long.BYTES + sketch.length)
                        .put(STREAM)
                        .putLong(s.startNanos())
                        .putLong(s.timeNanos())
                        .putLong(s.level().good())
                        .putLong(s.level().total());
        if (more) {
            Level other = lower == null ? NO_LEVEL : lower;
            state.putLong(other.good()).putLong(other.total()).put(sketch);
        }
        return state.array();
    }

    private static Stream stream(ByteBuffer state, long seenAtEpochSecond) {
        long startNanos = state.getLong();
        long timeNanos = state.getLong();
        Level level = new Level(state.getLong(), state.getLong());
        Level lower = state.hasRemaining() ? new Level(state.getLong(), state.getLong()) : NO_LEVEL;
        byte[] sketch = new byte[state.remaining()];
        state.get(sketch);
        return new Stream(
                startNanos,
                timeNanos,
                level,
                lower.equals(NO_LEVEL) ? null : lower,
                sketch.length == 0 ? null : Sketch.decode(sketch),
                seenAtEpochSecond);
    }

    /** What was written last is on disk. */
    void checkpointed() {
        streams.stored();
        writers.stored();
    }

    /** Takes back what {@link #checkpoint} wrote. */
    void restore(StoredCounter counter) {
        ByteBuffer state = ByteBuffer.wrap(counter.state());
        Identity identity = identity(counter.stream());
        switch (state.get()) {
            case STREAM -> streams.restore(identity, stream(state, counter.seenAtEpochSecond()));
            case WRITER ->
                    writers.restore(
                            identity,
                            new Writer(
                                    state.getLong(), state.getLong(), counter.seenAtEpochSecond()));
            default ->
                    throw new IllegalStateException(
                            "counter " + counter.stream() + " was stored by a newer version");
        }
    }

    private static String hex(Identity identity) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(identity.high()) + hex.toHexDigits(identity.low());
    }

    /** 32 hex digits as a number. */
    static Identity identity(String hex) {
        return new Identity(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }
}
