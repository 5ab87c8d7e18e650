package io.sluice.collector.dogstatsd;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

import io.sluice.collector.extract.Shape;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Remembers metrics by all of their bytes but the value: a client's buffer has the same names,
 * types and tags again and again, so most messages are found instead of read. Forgets as it likes,
 * holds at most some hundred bytes each of {@link #SIZE}. Not thread-safe.
 */
final class MessageMemo {

    /**
     * A metric.
     *
     * @param bytes its name and what follows the value
     * @param service its tag of this name
     * @param shape null if no measure wants it
     */
    @SuppressWarnings("ArrayRecordComponent") // what they are compared with is no record
    record Known(
            byte[] bytes,
            int nameLength,
            MessageCursor.Type type,
            double rate,
            byte[] service,
            @Nullable Shape shape) {

        private boolean isFor(byte[] message, int name, int nameEnd, int rest, int end) {
            return nameLength == nameEnd - name
                    && Arrays.equals(bytes, 0, nameLength, message, name, nameEnd)
                    && Arrays.equals(bytes, nameLength, bytes.length, message, rest, end);
        }
    }

    static final int SIZE = 1 << 11;

    /** Longer ones are read each time. */
    static final int MAX_BYTES = 512;

    // Messages come from senders; a secret seed keeps them from choosing which ones push out which.
    private static final Hasher64 HASHER = Hashing.xxh3_64(ThreadLocalRandom.current().nextLong());

    private final @Nullable Known[] known = new Known[SIZE];

    /** Who asked last for a place and did not find itself there. */
    private final long[] asked = new long[SIZE];

    private long hash;

    /**
     * The metric whose bytes are these, or null if it is not known.
     *
     * @param rest where what follows the value begins
     */
    @Nullable Known find(byte[] message, int name, int nameEnd, int rest, int end) {
        hash =
                HASHER.hashBytesToLong(message, name, nameEnd - name) * 31
                        + HASHER.hashBytesToLong(message, rest, end - rest);
        Known found = known[place()];
        return found != null && found.isFor(message, name, nameEnd, rest, end) ? found : null;
    }

    /**
     * Whether the one that was not found just now should be remembered: only what comes a second
     * time, so that tags which are never the same push out nothing.
     */
    boolean wants() {
        boolean again = asked[place()] == hash;
        asked[place()] = hash;
        return again;
    }

    /** Remembers the one that was not found just now. */
    void remember(Known metric) {
        if (metric.bytes.length <= MAX_BYTES) {
            known[place()] = metric;
        }
    }

    private int place() {
        return (int) hash & SIZE - 1;
    }
}
