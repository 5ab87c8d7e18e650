package io.sluice.examples.history;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf's wire format into a growing array. Not thread-safe. Field numbers are the
 * callers' business: they follow {@code opentelemetry-proto}.
 *
 * <p>The backfill is a million spans in a few seconds beside the server that takes them in;
 * building generated message objects for it would cost more processor time than Sluice needs to
 * count them.
 */
final class ProtoWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH = 2;

    private byte[] buffer;
    private int size;

    ProtoWriter(int capacity) {
        buffer = new byte[capacity];
    }

    ProtoWriter varint(int field, long value) {
        ensure(15);
        tag(field, VARINT);
        rawVarint(value);
        return this;
    }

    ProtoWriter fixed64(int field, long value) {
        ensure(13);
        tag(field, FIXED64);
        rawFixed64(value);
        return this;
    }

    ProtoWriter float64(int field, double value) {
        return fixed64(field, Double.doubleToRawLongBits(value));
    }

    ProtoWriter string(int field, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return bytes(field, utf8, utf8.length);
    }

    /** A nested message that was written elsewhere. */
    ProtoWriter message(int field, ProtoWriter message) {
        return bytes(field, message.buffer, message.size);
    }

    /**
     * Tag and length of a nested message of which the caller then writes exactly {@code length}
     * bytes.
     */
    ProtoWriter messageHead(int field, int length) {
        ensure(10);
        tag(field, LENGTH);
        rawVarint(length);
        return this;
    }

    /** A bytes field of 8 bytes, or of 16 when both halves are given. */
    ProtoWriter id(int field, long... halves) {
        ensure(10 + 8 * halves.length);
        tag(field, LENGTH);
        rawVarint(8L * halves.length);
        for (long half : halves) {
            rawFixed64(half);
        }
        return this;
    }

    /** Fields that were written elsewhere. */
    ProtoWriter fields(ProtoWriter written) {
        ensure(written.size);
        System.arraycopy(written.buffer, 0, buffer, size, written.size);
        size += written.size;
        return this;
    }

    private ProtoWriter bytes(int field, byte[] value, int length) {
        ensure(10 + length);
        tag(field, LENGTH);
        rawVarint(length);
        System.arraycopy(value, 0, buffer, size, length);
        size += length;
        return this;
    }

    int size() {
        return size;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    private void tag(int field, int wireType) {
        rawVarint(((long) field << 3) | wireType);
    }

    private void rawVarint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            buffer[size++] = (byte) ((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        buffer[size++] = (byte) left;
    }

    private void rawFixed64(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + more));
        }
    }
}
