package io.sluice.collector.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for bytes, eight at a time. */
public final class Scan {

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private Scan() {}

    /**
     * The first place of a byte from one position up to another; {@code to} if it is not there.
     *
     * @param wanted of ASCII
     */
    public static int indexOf(byte[] bytes, char wanted, int from, int to) {
        int at = from;
        // Of eight bytes, those that are the wanted one become zero; what is borrowed from a zero
        // byte reaches only higher ones, so the lowest mark is right.
        // See Warren, Hacker's Delight, 6-1.
        long pattern = wanted * ONES;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long rest = (long) LONG.get(bytes, at) ^ pattern;
            long zeros = rest - ONES & ~rest & TOPS;
            if (zeros != 0) {
                return at + Long.numberOfTrailingZeros(zeros) / Byte.SIZE;
            }
        }
        while (at < to && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    /** Whether the bytes from one position up to another are all ASCII. */
    static boolean isAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            if (((long) LONG.get(bytes, at) & TOPS) != 0) {
                return false;
            }
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at == to;
    }
}
