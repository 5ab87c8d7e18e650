package io.sluice.server.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A protobuf writer that tells where it is, so that what it wrote can be changed in place. Lengths
 * are as short as exporters write them. Not thread-safe.
 */
final class Wire {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void varint(int field, long value) {
        unsigned((long) field << 3);
        unsigned(value);
    }

    void fixed64(int field, long value) {
        unsigned((long) field << 3 | 1);
        out.writeBytes(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    void bytes(int field, byte[] value) {
        lengthOf(field, value.length);
        out.writeBytes(value);
    }

    void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void lengthOf(int field, int length) {
        unsigned((long) field << 3 | 2);
        unsigned(length);
    }

    void raw(byte[] value) {
        out.writeBytes(value);
    }

    int size() {
        return out.size();
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }

    void unsigned(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** Overwrites a varint that takes {@code length} bytes by another that does. */
    static void putVarint(byte[] bytes, int at, int length, long value) {
        long rest = value;
        for (int i = 0; i < length - 1; i++) {
            bytes[at + i] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[at + length - 1] = (byte) rest;
    }

    /** Overwrites {@code length} decimal digits by another number's, with leading zeros. */
    static void putDecimal(byte[] bytes, int at, int length, long value) {
        long rest = value;
        for (int i = at + length - 1; i >= at; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
