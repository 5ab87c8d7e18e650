package io.sluice.collector.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf's wire format. Nested messages get a length of {@value #LENGTH_BYTES} bytes,
 * padded, that is filled in when they end: any reader takes it, and nothing is written twice. Not
 * thread-safe.
 */
public final class ProtoWriter {

    /** Enough for a message of 256 MiB. */
    private static final int LENGTH_BYTES = 4;

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
        makeRoom(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** A string field. */
    public void text(int field, String value) {
        bytes(field, value.getBytes(StandardCharsets.UTF_8));
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
        for (int i = 0; i < LENGTH_BYTES; i++) {
            int more = i < LENGTH_BYTES - 1 ? 0x80 : 0;
            bytes[begun - LENGTH_BYTES + i] = (byte) (((length >>> (7 * i)) & 0x7f) | more);
        }
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
