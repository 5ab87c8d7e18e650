package io.sluice.engine.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link BlobWriter} wrote, and trusts none of it: every error is an {@link
 * IllegalArgumentException} that names the byte. Not thread-safe.
 */
public final class BlobReader {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private int position;

    /** Of all of them. */
    public BlobReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads a number that is taken as unsigned. */
    public long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (position == bytes.length) {
                throw corrupt("ends inside a number");
            }
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                if (shift == 63 && next > 1) {
                    throw corrupt("a number has more than 64 bits");
                }
                return value;
            }
        }
        throw corrupt("a number has more than 10 bytes");
    }

    /** The next 64 bits, from the highest on, without reading them; zeros behind the end. */
    public long nextBits() {
        if (position + Long.BYTES <= bytes.length) {
            return (long) LONGS.get(bytes, position);
        }
        long bits = 0;
        for (int i = position; i < bytes.length; i++) {
            bits |= (bytes[i] & 0xFFL) << (Long.SIZE - Byte.SIZE * (i - position + 1));
        }
        return bits;
    }

    /** Passes over as many bytes, or as there are left; returns how many. */
    public int skip(int count) {
        int skipped = Math.min(count, bytes.length - position);
        position += skipped;
        return skipped;
    }

    /** Will read the last so many bytes again. */
    public void giveBack(int count) {
        position -= count;
    }

    /** Reads a number of either sign. */
    public long readZigZag() {
        return plain(readVarint());
    }

    /** What {@link BlobWriter#zigZag} was given. */
    public static long plain(long zigZag) {
        return (zigZag >>> 1) ^ -(zigZag & 1);
    }

    /**
     * Reads a number that must lie in {@code [0, max]}: sizes and counts are checked before
     * anything is made of them.
     */
    public int readVarint(int max, String what) {
        long value = readVarint();
        if (value < 0 || value > max) {
            throw corrupt(
                    what + " is " + Long.toUnsignedString(value) + ", expected at most " + max);
        }
        return (int) value;
    }

    /** Reads a number of eight bytes. */
    public long readLong() {
        requireBytes(Long.BYTES);
        position += Long.BYTES;
        return (long) LONGS.get(bytes, position - Long.BYTES);
    }

    /** Reads one byte. */
    public byte readByte() {
        requireBytes(1);
        return bytes[position++];
    }

    /** Reads so many bytes. */
    public byte[] readBytes(long length) {
        requireBytes(length);
        position += (int) length;
        return Arrays.copyOfRange(bytes, position - (int) length, position);
    }

    private void requireBytes(long length) {
        if (length < 0 || length > left()) {
            throw corrupt("ends inside " + length + " bytes");
        }
    }

    /** How many bytes are still to be read. */
    public int left() {
        return bytes.length - position;
    }

    /** Refuses bytes that go on. */
    public void requireEnd() {
        if (position != bytes.length) {
            throw corrupt("goes on after its end");
        }
    }

    /** What to throw if what was read cannot be; says where. */
    public IllegalArgumentException corrupt(String what) {
        return new IllegalArgumentException(
                "corrupt blob: " + what + ", at byte " + position + " of " + bytes.length);
    }
}
