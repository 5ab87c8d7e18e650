package io.sluice.collector.extract;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;

import io.sluice.engine.measure.Extract;

/**
 * Names a stream of cumulative points: a 128-bit digest of everything that tells it from other
 * streams. Parts of one level are a set, so the order in which a sender lists attributes does not
 * matter. Mutable, reused, not thread-safe.
 */
public final class StreamDigest {

    /** What a part belongs to: equal attributes of a resource and of a point are not the same. */
    public enum Level {
        RESOURCE(0x9E3779B97F4A7C15L),
        SCOPE(0xC2B2AE3D27D4EB4FL),
        METRIC(0x165667B19E3779F9L),
        POINT(0xD6E8FEB86659FD93L);

        private final long factor; // odd, so that no digest loses bits

        Level(long factor) {
            this.factor = factor;
        }
    }

    private static final Hasher128 HASHER = Hashing.xxh3_128();

    private long high;
    private long low;

    /** Begins a new digest. */
    public void clear() {
        high = 0;
        low = 0;
    }

    /** Goes on from another digest, for example the resource's. */
    public void set(StreamDigest other) {
        high = other.high;
        low = other.low;
    }

    /** Adds a part: an attribute with its value, a name. */
    public void add(Level level, byte[] bytes, int offset, int length) {
        HashValue128 part = HASHER.hashBytesTo128Bits(bytes, offset, length);
        high += part.getMostSignificantBits() * level.factor;
        low += part.getLeastSignificantBits() * level.factor;
    }

    /** The digest, as it is now. */
    public Extract.Identity identity() {
        return new Extract.Identity(high, low);
    }

    long high() {
        return high;
    }

    long low() {
        return low;
    }
}
