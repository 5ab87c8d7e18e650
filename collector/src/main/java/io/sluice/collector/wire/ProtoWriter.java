package io.sluice.collector.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf's wire format. Nested messages get room for a length of {@value #LENGTH_BYTES}
 * bytes, which is filled in when they end: short ones are moved up to a length of one byte, as
 * others write it and as it is read quickest; long ones stay where they are behind a padded length,
 * which any reader takes. Not thread-safe.
 */
public final class ProtoWriter {

    /** Enough for a message of 256 MiB. */
    private static final int LENGTH_BYTES = 4;

    /** The longest whose length is one byte. */
    private static final int MAX_SHORT = 0x7f;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[256];
    private int size;

    /** An empty message. */
    public ProtoWriter() {}

    /** What was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /**
     * The array that holds what was written, in its first {@link #size} bytes, until the next
     * write.
     */
    public byte[] buffer() {
        return bytes;
    }

    /** How many bytes were written. */
    public int size() {
        return size;
    }

    /** An integer, enum or boolean field. */
    public void varint(int field, long value) {
        tag(field, ProtoCursor.VARINT);
        rawVarint(value);
    }

    /** A field of eight bytes. */
    public void fixed64(int field, long value) {
        tag(field, ProtoCursor.FIXED64);
        makeRoom(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** A field of four bytes. */
    public void fixed32(int field, int value) {
        tag(field, ProtoCursor.FIXED32);
        makeRoom(Integer.BYTES);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /** A bytes field. */
    public void bytes(int field, byte[] value) {
        tag(field, ProtoCursor.LENGTH_DELIMITED);
        rawVarint(value.length);
        raw(value);
    }

    /** A string field. */
    public void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** A string field of UTF-16; what is no character becomes a question mark. */
    public void text(int field, char[] value, int offset, int length) {
        tag(field, ProtoCursor.LENGTH_DELIMITED);
        int start = size;
        rawVarint(length);
        makeRoom(length);
        for (int i = 0; i < length; i++) {
            char c = value[offset + i];
            if (c >= 0x80) {
                size = start;
                byte[] utf8 = new String(value, offset, length).getBytes(StandardCharsets.UTF_8);
                rawVarint(utf8.length);
                raw(utf8);
                return;
            }
            bytes[size++] = (byte) c;
        }
    }

    /**
     * Begins a nested message.
     *
     * @return what {@link #end} wants back
     */
    public int begin(int field) {
        tag(field, ProtoCursor.LENGTH_DELIMITED);
        makeRoom(LENGTH_BYTES);
        size += LENGTH_BYTES;
        return size;
    }

    /** Ends the nested message that was begun last. */
    public void end(int begun) {
        int length = size - begun;
        if (length >>> (7 * LENGTH_BYTES) != 0) {
            throw new IllegalStateException("a nested message has " + length + " bytes");
        }
        if (length <= MAX_SHORT) {
            int at = begun - LENGTH_BYTES;
            bytes[at] = (byte) length;
            System.arraycopy(bytes, begun, bytes, at + 1, length);
            size = at + 1 + length;
            return;
        }
        for (int i = 0; i < LENGTH_BYTES; i++) {
            int more = i < LENGTH_BYTES - 1 ? 0x80 : 0;
            bytes[begun - LENGTH_BYTES + i] = (byte) (((length >>> (7 * i)) & 0x7f) | more);
        }
    }

    private void raw(byte[] value) {
        makeRoom(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    private void tag(int field, int wireType) {
        rawVarint((long) field << 3 | wireType);
    }

    private void rawVarint(long value) {
        makeRoom(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void makeRoom(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, count), 2 * size));
        }
    }
}
