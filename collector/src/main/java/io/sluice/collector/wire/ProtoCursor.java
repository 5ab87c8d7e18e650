package io.sluice.collector.wire;

import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Walks protobuf's wire format in place, one field at a time, and allocates nothing. Every read
 * stays within the innermost message that was {@linkplain #enter entered}, whatever lengths the
 * bytes claim. Mutable and not thread-safe.
 *
 * <p>The shape of every reader built on it:
 *
 * <pre>{@code
 * while (cursor.hasNext()) {
 *     int tag = cursor.tag();
 *     switch (tag) {
 *         case NAME -> ...            // a tag is field number and wire type together
 *         default -> cursor.skip(tag); // unknown fields, and known ones with another wire type
 *     }
 * }
 * }</pre>
 *
 * See <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>.
 */
public final class ProtoCursor {

    /** How deep groups and nested values may lie in each other. */
    public static final int MAX_DEPTH = 64;

    /** Wire types, the lowest three bits of a tag. */
    public static final int VARINT = 0;

    public static final int FIXED64 = 1;
    public static final int LENGTH_DELIMITED = 2;
    private static final int START_GROUP = 3;
    private static final int END_GROUP = 4;
    public static final int FIXED32 = 5;

    private static final int MAX_VARINT_BYTES = 10;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[0];
    private int position;
    private int limit;

    /**
     * Stands at {@code from} in a message that ends before {@code to}. The bytes must not change
     * during the walk.
     */
    public void reset(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.position = from;
        this.limit = to;
    }

    /** The bytes that are walked over; ranges of them are named by {@link #position}. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the next read begins. */
    public int position() {
        return position;
    }

    /** Where the innermost entered message ends. */
    public int limit() {
        return limit;
    }

    /**
     * Goes back (or on) to a position of the innermost entered message, so that it can be walked
     * twice.
     */
    public void seek(int position) {
        this.position = position;
    }

    /** Whether the innermost entered message has another field. */
    public boolean hasNext() {
        return position < limit;
    }

    /** Reads a tag: field number and wire type. */
    public int tag() throws MalformedRequestException {
        int at = position;
        if (at < limit) {
            byte one = bytes[at];
            // Field numbers up to 15 take one byte; below 8 there is no field number.
            if (one >= 8 && (one & 7) <= FIXED32) {
                position = at + 1;
                return one;
            }
        }
        return longTag();
    }

    private int longTag() throws MalformedRequestException {
        int at = position;
        long tag = varint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw malformed(
                    at,
                    "a field number between 1 and 536870911 was expected, not "
                            + Long.toUnsignedString(tag >>> 3));
        }
        if ((tag & 7) > FIXED32) {
            throw malformed(at, "there is no wire type " + (tag & 7));
        }
        return (int) tag;
    }

    /** Reads a varint of up to 64 bits; a 32-bit number is its lower half. */
    public long varint() throws MalformedRequestException {
        int at = position;
        if (at < limit && bytes[at] >= 0) {
            position = at + 1;
            return bytes[at];
        }
        return longVarint();
    }

    private long longVarint() throws MalformedRequestException {
        int start = position;
        int end = Math.min(limit, start + MAX_VARINT_BYTES);
        long value = 0;
        for (int at = start, shift = 0; at < end; at++, shift += 7) {
            byte b = bytes[at];
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                position = at + 1;
                return value;
            }
        }
        throw malformed(
                start,
                end == limit
                        ? "the message ends within a varint"
                        : "a varint is longer than " + MAX_VARINT_BYTES + " bytes");
    }

    /** Reads eight bytes, least significant first. */
    public long fixed64() throws MalformedRequestException {
        require(Long.BYTES);
        long value = (long) LONG.get(bytes, position);
        position += Long.BYTES;
        return value;
    }

    /** Reads four bytes, least significant first. */
    public int fixed32() throws MalformedRequestException {
        require(Integer.BYTES);
        int value = (int) INT.get(bytes, position);
        position += Integer.BYTES;
        return value;
    }

    /**
     * Reads the length of a string, bytes or packed field, which then begins at {@link #position}.
     */
    public int length() throws MalformedRequestException {
        int at = position;
        long length = varint();
        if (length < 0 || length > limit - position) {
            throw malformed(
                    at,
                    "a length of "
                            + Long.toUnsignedString(length)
                            + " exceeds the "
                            + (limit - position)
                            + " bytes that are left");
        }
        return (int) length;
    }

    /** Moves on over bytes that {@link #length} announced. */
    public void advance(int length) {
        position += length;
    }

    /** Whether bytes that were read are all zeros; their number is a multiple of eight. */
    public boolean isZero(int from, int length) {
        long any = 0;
        for (int at = from; at < from + length; at += Long.BYTES) {
            any |= (long) LONG.get(bytes, at);
        }
        return any == 0;
    }

    /**
     * Enters a nested message (or packed field): {@link #hasNext} then says whether that has more.
     *
     * @return what {@link #leave} wants back
     */
    public int enter() throws MalformedRequestException {
        int length = length();
        int outer = limit;
        limit = position + length;
        return outer;
    }

    /** Leaves a nested message, read to its end or not. */
    public void leave(int outer) {
        position = limit;
        limit = outer;
    }

    /** Skips the field whose tag was just read, groups whole. */
    public void skip(int tag) throws MalformedRequestException {
        skip(tag, 1);
    }

    private void skip(int tag, int depth) throws MalformedRequestException {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> {
                require(Long.BYTES);
                position += Long.BYTES;
            }
            case LENGTH_DELIMITED -> advance(length());
            case FIXED32 -> {
                require(Integer.BYTES);
                position += Integer.BYTES;
            }
            case START_GROUP -> skipGroup(tag, depth);
            default ->
                    throw malformed(
                            position, "field " + (tag >>> 3) + " ends a group that was not begun");
        }
    }

    private void skipGroup(int begun, int depth) throws MalformedRequestException {
        if (depth > MAX_DEPTH) {
            throw new MalformedRequestException(
                    RejectReason.TOO_DEEP,
                    "byte "
                            + position
                            + ": groups lie more than "
                            + MAX_DEPTH
                            + " deep in each other");
        }
        while (position < limit) {
            int tag = tag();
            if ((tag & 7) == END_GROUP) {
                if (tag >>> 3 != begun >>> 3) {
                    throw malformed(
                            position,
                            "group " + (begun >>> 3) + " is ended by field " + (tag >>> 3));
                }
                return;
            }
            skip(tag, depth + 1);
        }
        throw malformed(position, "the message ends within group " + (begun >>> 3));
    }

    private void require(int count) throws MalformedRequestException {
        if (limit - position < count) {
            throw malformed(
                    position, count + " bytes were expected, " + (limit - position) + " are left");
        }
    }

    /** A complaint that names the byte. */
    private static MalformedRequestException malformed(int at, String message) {
        return new MalformedRequestException(RejectReason.MALFORMED, "byte " + at + ": " + message);
    }
}
