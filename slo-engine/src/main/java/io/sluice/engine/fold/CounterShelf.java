package io.sluice.engine.fold;

import io.sluice.engine.fold.Counters.Level;
import io.sluice.engine.fold.Counters.Stream;
import io.sluice.engine.fold.Counters.Writer;
import io.sluice.engine.fold.States.Place;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredCounter;

import java.nio.ByteBuffer;
import java.util.List;

/** How the states of {@link Counters} are stored: a shelf is a row. */
final class CounterShelf {
    // The first byte of what is stored says what it is; append only. Earlier versions stored each
    // state by itself, by its identity.
    private static final byte STREAM = 1;
    private static final byte WRITER = 2;
    private static final byte STREAMS = 3;
    private static final byte WRITERS = 4;

    // The numbers of which each is written as its difference from the one before.
    private static final int SEEN = 0;
    private static final int START = 1;
    private static final int TIME = 2;

    /** Earlier versions' word for no lower level: no stream counts so far. */
    private static final Level NO_LEVEL = new Level(Long.MIN_VALUE, Long.MIN_VALUE);

    private static final byte[] NO_SKETCH = {};

    private CounterShelf() {}

    static StoredCounter ofStreams(int shelf, List<Place<Stream>> all) {
        ShelfBytes bytes = new ShelfBytes(STREAMS);
        long seen = Long.MIN_VALUE;
        for (Place<Stream> place : all) {
            Stream s = place.state();
            bytes.put(place.identity());
            bytes.putNear(SEEN, s.seenAtEpochSecond());
            bytes.putNear(START, s.startNanos());
            bytes.putNear(TIME, s.timeNanos());
            put(bytes, s.good(), s.total());
            byte[] sketch = s.sketch() == null ? NO_SKETCH : s.sketch().encode();
            Level lower = s.lower();
            bytes.put(2L * sketch.length + (lower == null ? 0 : 1));
            if (lower != null) {
                put(bytes, lower.good(), lower.total());
            }
            bytes.put(sketch);
            seen = Math.max(seen, s.seenAtEpochSecond());
        }
        return new StoredCounter("streams-" + shelf, bytes.toBytes(), seen);
    }

    static StoredCounter ofWriters(int shelf, List<Place<Writer>> all) {
        ShelfBytes bytes = new ShelfBytes(WRITERS);
        long seen = Long.MIN_VALUE;
        for (Place<Writer> place : all) {
            Writer w = place.state();
            bytes.put(place.identity());
            bytes.putNear(SEEN, w.seenAtEpochSecond());
            bytes.putNear(START, w.previousNanos());
            bytes.putNear(TIME, w.lastNanos());
            seen = Math.max(seen, w.seenAtEpochSecond());
        }
        return new StoredCounter("writers-" + shelf, bytes.toBytes(), seen);
    }

    /** Takes back what was stored, row by row, in any order. */
    static void restore(StoredCounter counter, States<Stream> streams, States<Writer> writers) {
        ByteBuffer state = ByteBuffer.wrap(counter.state());
        switch (state.get()) {
            case STREAMS -> restoreStreams(new ShelfBytes(state), streams);
            case WRITERS -> restoreWriters(new ShelfBytes(state), writers);
            // What an earlier version has stored stays until it expires; shelves know better.
            case STREAM -> {
                Identity stream = Counters.identity(counter.stream());
                if (streams.find(stream) == null) {
                    streams.restore(stream, stream(state, counter.seenAtEpochSecond()));
                }
            }
            case WRITER -> {
                Identity writer = Counters.identity(counter.stream());
                if (writers.find(writer) == null) {
                    long previous = state.getLong();
                    writers.restore(
                            writer,
                            new Writer(previous, state.getLong(), counter.seenAtEpochSecond()));
                }
            }
            default ->
                    throw new IllegalStateException(
                            "counter " + counter.stream() + " was stored by a newer version");
        }
    }

    private static void restoreStreams(ShelfBytes bytes, States<Stream> streams) {
        while (bytes.hasMore()) {
            Identity identity = bytes.identity();
            long seen = bytes.near(SEEN);
            long start = bytes.near(START);
            long time = bytes.near(TIME);
            Level level = level(bytes);
            long more = bytes.number();
            Level lower = more % 2 == 0 ? null : level(bytes);
            byte[] sketch = bytes.bytes((int) (more / 2));
            streams.restore(
                    identity,
                    new Stream(
                            start,
                            time,
                            level,
                            lower,
                            sketch.length == 0 ? null : Sketch.decode(sketch),
                            seen));
        }
    }

    private static void restoreWriters(ShelfBytes bytes, States<Writer> writers) {
        while (bytes.hasMore()) {
            Identity identity = bytes.identity();
            long seen = bytes.near(SEEN);
            long previous = bytes.near(START);
            writers.restore(identity, new Writer(previous, bytes.near(TIME), seen));
        }
    }

    /** Good and total are often the same. */
    private static void put(ShelfBytes bytes, long good, long total) {
        bytes.put(good);
        bytes.put(total - good);
    }

    private static Level level(ShelfBytes bytes) {
        long good = bytes.number();
        return new Level(good, good + bytes.number());
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
}
