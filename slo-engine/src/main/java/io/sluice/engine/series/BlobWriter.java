package io.sluice.engine.series;

import java.util.Arrays;

/**
 * Grows a blob of variable-length integers: seven bits a byte, least significant first, as in
 * protocol buffers.
 */
final class BlobWriter {
    private byte[] bytes;
    private int size;

    BlobWriter(int expectedSize) {
        bytes = new byte[Math.max(16, expectedSize)];
    }

    /** Writes a number that is taken as unsigned: small ones are short. */
    void writeVarint(long value) {
        ensureRoom(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Writes a number of either sign: those near zero are short. */
    void writeZigZag(long value) {
        writeVarint(zigZag(value));
    }

    /** A number without a sign for one of either: those near zero are small. */
    static long zigZag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    /** Writes eight bits. */
    void writeByte(byte bits) {
        ensureRoom(1);
        bytes[size++] = bits;
    }

    /** Writes bytes as they are, without their length. */
    void writeBytes(byte[] more) {
        ensureRoom(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    private void ensureRoom(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
