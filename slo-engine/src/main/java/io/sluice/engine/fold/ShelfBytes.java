package io.sluice.engine.fold;

import io.sluice.engine.measure.Extract.Identity;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of what is stored together: numbers as their difference from the last of their kind, in
 * as few bytes as it takes, since neighbours were often seen in the same second. Writes or reads,
 * not both; not thread-safe.
 */
final class ShelfBytes {
    private static final int MAX_VARINT_BYTES = 10;
    private static final int LOW_BITS = 0x7F;

    private ByteBuffer bytes;

    /** The last of each kind; who calls says which kinds there are. */
    private final long[] last = new long[4];

    /** To be written. */
    ShelfBytes(byte kind) {
        bytes = ByteBuffer.allocate(1 << 10).put(kind);
    }

    /** To be read, from behind the byte that says what it is. */
    ShelfBytes(ByteBuffer state) {
        bytes = state;
    }

    /** Writes a stream's or a writer's name. */
    void put(Identity identity) {
        ensureRoom(2 * Long.BYTES);
        bytes.putLong(identity.high()).putLong(identity.low());
    }

    Identity identity() {
        return new Identity(bytes.getLong(), bytes.getLong());
    }

    /** Writes a number that is near the last of its kind. */
    void putNear(int kind, long value) {
        put(value - last[kind]);
        last[kind] = value;
    }

    long near(int kind) {
        last[kind] += number();
        return last[kind];
    }

    /** Writes a number of either sign: those near zero are short. */
    void put(long value) {
        ensureRoom(MAX_VARINT_BYTES);
        long rest = (value << 1) ^ (value >> (Long.SIZE - 1));
        while ((rest & ~LOW_BITS) != 0) {
            bytes.put((byte) (rest | ~LOW_BITS));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }

    long number() {
        long rest = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes.get();
            rest |= (long) (next & LOW_BITS) << shift;
            if (next >= 0) {
                return (rest >>> 1) ^ -(rest & 1);
            }
        }
    }

    /** Writes bytes, not their length. */
    void put(byte[] more) {
        ensureRoom(more.length);
        bytes.put(more);
    }

    byte[] bytes(int length) {
        byte[] read = new byte[length];
        bytes.get(read);
        return read;
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    private void ensureRoom(int more) {
        if (bytes.remaining() < more) {
            int size = bytes.position();
            bytes =
                    ByteBuffer.wrap(Arrays.copyOf(bytes.array(), Math.max(size + more, 2 * size)))
                            .position(size);
        }
    }

    /** All that was written. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
