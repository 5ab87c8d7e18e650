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

    private final byte[][] texts;
    private final int[] table; // 0 is free, otherwise index + 1
    private final int shift;

    private ByteStrings(byte[][] texts) {
        this.texts = texts;
        int bits = Math.max(2, 34 - Integer.numberOfLeadingZeros(texts.length));
        this.table = new int[1 << bits];
        this.shift = Long.SIZE - bits;
        for (int i = 0; i < texts.length; i++) {
            int at = slot(texts[i], 0, texts[i].length);
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
        for (int at = slot(bytes, offset, length); table[at] != 0; at = at + 1 & table.length - 1) {
            byte[] text = texts[table[at] - 1];
            if (text.length == length
                    && Arrays.equals(text, 0, length, bytes, offset, offset + length)) {
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

    private int slot(byte[] bytes, int offset, int length) {
        long first;
        long last;
        if (length >= Long.BYTES) {
            first = (long) LONG.get(bytes, offset);
            last = (long) LONG.get(bytes, offset + length - Long.BYTES);
        } else if (length >= Integer.BYTES) {
            first = (int) INT.get(bytes, offset);
            last = (int) INT.get(bytes, offset + length - Integer.BYTES);
        } else if (length > 0) {
            first = bytes[offset];
            last = bytes[offset + length / 2] * 31L + bytes[offset + length - 1];
        } else {
            return 0;
        }
        // Fibonacci hashing: the top bits of a product with 2^64 / golden ratio depend on all bits
        // below.
        long mixed = (first * 0x9E3779B97F4A7C15L ^ last) * 0xD6E8FEB86659FD93L + length;
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> shift);
    }
}
