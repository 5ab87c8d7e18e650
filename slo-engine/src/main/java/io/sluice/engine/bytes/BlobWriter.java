package io.sluice.engine.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Grows a blob of variable-length integers: seven bits a byte, least significant first, as in
 * protocol buffers. Not thread-safe.
 */
public final class BlobWriter {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes;
    private int size;

    /** An empty one, with room for so many bytes at first. */
    public BlobWriter(int expectedSize) {
        bytes = new byte[Math.max(16, expectedSize)];
    }

    /** Writes a number that is taken as unsigned: small ones are short. */
    public void writeVarint(long value) {
        ensureRoom(10);
        // In variables of its own: as fields, they would be written with every byte.
        byte[] into = bytes;
        int at = size;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        size = at;
    }

    /** Writes a number of either sign: those near zero are short. */
    public void writeZigZag(long value) {
        writeVarint(zigZag(value));
    }

    /** A number without a sign for one of either: those near zero are small. */
    public static long zigZag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    /** Writes one byte. */
    public void writeByte(byte bits) {
        ensureRoom(1);
        bytes[size++] = bits;
    }

    /** Writes a number in eight bytes, the highest first. */
    public void writeLong(long value) {
        ensureRoom(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** Writes bytes as they are, without their length. */
    public void writeBytes(byte[] more) {
        ensureRoom(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    private void ensureRoom(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }

    /** A copy of all that was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
