package io.sluice.collector.match;

import java.util.Arrays;

/**
 * The attributes of one event or resource that some measure names, by slot: the index of their key
 * in {@link Matchers#keys}. Set twice, the last value counts. Holds on to the bytes that text lies
 * in, does not copy them. Mutable, reused from event to event, not thread-safe.
 */
public final class Attributes {

    // What a slot holds: bytes instead of an enum, because a reference that is stored is one more
    // thing to tell the collector of
    // garbage, ten times a span.
    static final byte ABSENT = 0;
    static final byte TEXT = 1;
    static final byte INTEGER = 2;
    static final byte NUMBER = 3;
    static final byte BOOLEAN = 4;
    static final byte OPAQUE = 5;

    private static final byte[] NO_BYTES = {};

    private final byte[] types;
    private final byte[][] bytes;
    private final int[] offsets;
    private final long[] values; // a text's length, an integer, a number's bits, 0 or 1
    private final int[] present;
    private int presentCount;

    Attributes(int slots) {
        types = new byte[slots];
        bytes = new byte[slots][];
        offsets = new int[slots];
        values = new long[slots];
        present = new int[slots];
        Arrays.fill(bytes, NO_BYTES);
    }

    /** Forgets all values. */
    public void clear() {
        for (int i = 0; i < presentCount; i++) {
            types[present[i]] = ABSENT;
        }
        presentCount = 0;
    }

    /** A string, as UTF-8. */
    public void text(int slot, byte[] text, int offset, int length) {
        put(slot, TEXT, length);
        if (bytes[slot] != text) {
            bytes[slot] = text;
        }
        offsets[slot] = offset;
    }

    /** An integer; its text is decimal. */
    public void integer(int slot, long value) {
        put(slot, INTEGER, value);
    }

    /**
     * A floating-point number; its text is that of an integer if it is whole, else the shortest
     * that reads back.
     */
    public void number(int slot, double value) {
        put(slot, NUMBER, Double.doubleToRawLongBits(value));
    }

    /** A boolean; its text is {@code true} or {@code false}. */
    public void bool(int slot, boolean value) {
        put(slot, BOOLEAN, value ? 1 : 0);
    }

    /** Something that exists and has no text: an empty value, bytes, an array, a map. */
    public void opaque(int slot) {
        put(slot, OPAQUE, 0);
    }

    private void put(int slot, byte type, long value) {
        if (types[slot] == ABSENT) {
            present[presentCount++] = slot;
        }
        types[slot] = type;
        values[slot] = value;
    }

    int presentCount() {
        return presentCount;
    }

    /** The n-th slot that is present, in the order of their coming. */
    int present(int n) {
        return present[n];
    }

    boolean has(int slot) {
        return types[slot] != ABSENT;
    }

    byte type(int slot) {
        return types[slot];
    }

    byte[] textBytes(int slot) {
        return bytes[slot];
    }

    int textOffset(int slot) {
        return offsets[slot];
    }

    int textLength(int slot) {
        return (int) values[slot];
    }

    long integer(int slot) {
        return values[slot];
    }

    double number(int slot) {
        return Double.longBitsToDouble(values[slot]);
    }

    boolean bool(int slot) {
        return values[slot] != 0;
    }
}
