package io.sluice.engine.series;

import java.util.Arrays;

/** Grows a blob of variable-length integers: seven bits a byte, least significant first, as in protocol buffers. */
final class BlobWriter {
    private byte[] bytes;
    private int size;

    BlobWriter(int expectedSize) {
        bytes = new byte[Math.max(16, expectedSize)];
    }

    /** Writes a number that is taken as unsigned: small ones are short. */
    void writeVarint(long value) {
        if (size + 10 > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Writes a number of either sign: those near zero are short. */
    void writeZigZag(long value) {
        writeVarint((value << 1) ^ (value >> 63));
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
