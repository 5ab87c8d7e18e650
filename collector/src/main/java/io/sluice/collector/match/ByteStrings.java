package io.sluice.collector.match;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;

/**
 * A fixed set of texts, each with an index in order of appearance, looked up by their UTF-8 bytes
 * without making a String. Immutable and thread-safe.
 *
 * <p>The hash looks at the length and at the first and last eight bytes only: the set comes from
 * definitions, so a sender can make lookups miss but cannot make the set's members collide.
 */
public final class ByteStrings {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** A text of up to so many bytes is told by its length and its first and last eight bytes. */
    private static final int TOLD_BY_ENDS = 2 * Long.BYTES;

    private final byte[][] texts;
    private final int[] table; // 0 is free, otherwise index + 1
    private final int shift;

    private ByteStrings(byte[][] texts) {
        this.texts = texts;
        int bits = Math.max(2, 34 - Integer.numberOfLeadingZeros(texts.length));
        this.table = new int[1 << bits];
        this.shift = Long.SIZE - bits;
        for (int i = 0; i < texts.length; i++) {
            byte[] text = texts[i];
            int at = slot(first(text, 0, text.length), last(text, 0, text.length), text.length);
            while (table[at] != 0) {
                at = at + 1 & table.length - 1;
            }
            table[at] = i + 1;
        }
    }

    /** The distinct ones of these texts. */
    static ByteStrings of(Collection<String> texts) {
        return new ByteStrings(
                new LinkedHashSet<>(texts)
                        .stream()
                                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                                .toArray(byte[][]::new));
    }

    /** How many texts there are. */
    public int size() {
        return texts.length;
    }

    /** The index of a text, or -1. */
    public int indexOf(byte[] bytes, int offset, int length) {
        long first = first(bytes, offset, length);
        long last = last(bytes, offset, length);
        for (int at = slot(first, last, length); table[at] != 0; at = at + 1 & table.length - 1) {
            byte[] text = texts[table[at] - 1];
            if (text.length == length
                    && first(text, 0, length) == first
                    && last(text, 0, length) == last
                    && (length <= TOLD_BY_ENDS
                            || Arrays.equals(text, 0, length, bytes, offset, offset + length))) {
                return table[at] - 1;
            }
        }
        return -1;
    }

    /** The text of an index. */
    public String text(int index) {
        return new String(texts[index], StandardCharsets.UTF_8);
    }

    /** The index of a text, or -1; for compilation, not for events. */
    int indexOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return indexOf(bytes, 0, bytes.length);
    }

    /** The first eight bytes, or as many as there are. */
    private static long first(byte[] bytes, int offset, int length) {
        if (length >= Long.BYTES) {
            return (long) LONG.get(bytes, offset);
        }
        if (length >= Integer.BYTES) {
            return (int) INT.get(bytes, offset);
        }
        return length == 0 ? 0 : bytes[offset];
    }

    /** The last eight bytes, or all that {@link #first} left out; both may see the same. */
    private static long last(byte[] bytes, int offset, int length) {
        if (length >= Long.BYTES) {
            return (long) LONG.get(bytes, offset + length - Long.BYTES);
        }
        if (length >= Integer.BYTES) {
            return (int) INT.get(bytes, offset + length - Integer.BYTES);
        }
        return length == 0
                ? 0
                : (bytes[offset + length / 2] & 0xffL) << 8 | (bytes[offset + length - 1] & 0xff);
    }

    private int slot(long first, long last, int length) {
        // Fibonacci hashing: the top bits of a product with 2^64 / golden ratio depend on all bits
        // below.
        long mixed = (first * 0x9E3779B97F4A7C15L ^ last) * 0xD6E8FEB86659FD93L + length;
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> shift);
    }
}
