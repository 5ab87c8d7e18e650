package io.sluice.engine.fold;

import io.sluice.engine.bytes.BlobReader;
import io.sluice.engine.fold.Counters.Level;
import io.sluice.engine.fold.Counters.Stream;
import io.sluice.engine.fold.Counters.Writer;
import io.sluice.engine.fold.States.Place;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredCounter;

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
        ShelfWriter out = new ShelfWriter(STREAMS);
        long seen = Long.MIN_VALUE;
        for (Place<Stream> place : all) {
            Stream s = place.state();
            out.write(place.identity());
            out.writeNear(SEEN, s.seenAtEpochSecond());
            out.writeNear(START, s.startNanos());
            out.writeNear(TIME, s.timeNanos());
            write(out, s.good(), s.total());
            byte[] sketch = s.sketch() == null ? NO_SKETCH : s.sketch().encode();
            Level lower = s.lower();
            out.write(2L * sketch.length + (lower == null ? 0 : 1));
            if (lower != null) {
                write(out, lower.good(), lower.total());
            }
            out.write(sketch);
            seen = Math.max(seen, s.seenAtEpochSecond());
        }
        return new StoredCounter("streams-" + shelf, out.toBytes(), seen);
    }

    static StoredCounter ofWriters(int shelf, List<Place<Writer>> all) {
        ShelfWriter out = new ShelfWriter(WRITERS);
        long seen = Long.MIN_VALUE;
        for (Place<Writer> place : all) {
            Writer w = place.state();
            out.write(place.identity());
            out.writeNear(SEEN, w.seenAtEpochSecond());
            out.writeNear(START, w.previousNanos());
            out.writeNear(TIME, w.lastNanos());
            seen = Math.max(seen, w.seenAtEpochSecond());
        }
        return new StoredCounter("writers-" + shelf, out.toBytes(), seen);
    }

    /** Takes back what was stored, row by row, in any order. */
    static void restore(StoredCounter counter, States<Stream> streams, States<Writer> writers) {
        BlobReader in = new BlobReader(counter.state());
        switch (in.readByte()) {
            case STREAMS -> restoreStreams(new ShelfReader(in), streams);
            case WRITERS -> restoreWriters(new ShelfReader(in), writers);
            // What an earlier version has stored stays until it expires; shelves know better.
            case STREAM -> {
                Identity stream = Counters.identity(counter.stream());
                if (streams.find(stream) == null) {
                    streams.restore(stream, stream(in, counter.seenAtEpochSecond()));
                }
            }
            case WRITER -> {
                Identity writer = Counters.identity(counter.stream());
                if (writers.find(writer) == null) {
                    long previous = in.readLong();
                    writers.restore(
                            writer,
                            new Writer(previous, in.readLong(), counter.seenAtEpochSecond()));
                }
            }
            default ->
                    throw new IllegalStateException(
                            "counter " + counter.stream() + " was stored by a newer version");
        }
    }

    private static void restoreStreams(ShelfReader in, States<Stream> streams) {
        while (in.hasMore()) {
            Identity identity = in.identity();
            long seen = in.near(SEEN);
            long start = in.near(START);
            long time = in.near(TIME);
            Level level = level(in);
            long more = in.number();
            Level lower = more % 2 == 0 ? null : level(in);
            byte[] sketch = in.bytes(more / 2);
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

    private static void restoreWriters(ShelfReader in, States<Writer> writers) {
        while (in.hasMore()) {
            Identity identity = in.identity();
            long seen = in.near(SEEN);
            long previous = in.near(START);
            writers.restore(identity, new Writer(previous, in.near(TIME), seen));
        }
    }

    /** Good and total are often the same. */
    private static void write(ShelfWriter out, long good, long total) {
        out.write(good);
        out.write(total - good);
    }

    private static Level level(ShelfReader in) {
        long good = in.number();
        return new Level(good, good + in.number());
    }

    private static Stream stream(BlobReader in, long seenAtEpochSecond) {
        long startNanos = in.readLong();
        long timeNanos = in.readLong();
        Level level = new Level(in.readLong(), in.readLong());
        Level lower = in.left() > 0 ? new Level(in.readLong(), in.readLong()) : NO_LEVEL;
        byte[] sketch = in.readBytes(in.left());
        return new Stream(
                startNanos,
                timeNanos,
                level,
                lower.equals(NO_LEVEL) ? null : lower,
                sketch.length == 0 ? null : Sketch.decode(sketch),
                seenAtEpochSecond);
    }
}
