package io.sluice.collector.otlp;

import io.sluice.collector.match.ByteStrings;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks up the attribute keys of items. A sender's items of one kind have the same keys in the same
 * order, so each key is held against the one that stood in its place in the item before, and looked
 * up only if it is another. For one walk over one array of bytes; not thread-safe.
 */
final class KeysInOrder {

    /** Of so many places the last key is remembered; beyond, two places share one. */
    private static final int PLACES = 32;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteStrings keys;
    private final int[] offsets = new int[PLACES];
    private final int[] lengths = new int[PLACES]; // 0 at first: the empty key is looked up
    private final int[] slots = new int[PLACES];
    private int place;

    KeysInOrder(ByteStrings keys) {
        this.keys = keys;
    }

    /** The next key is an item's first. */
    void beginItem() {
        place = 0;
    }

    /** The slot of the key that comes next, or -1 if no measure names it. */
    int next(byte[] bytes, int offset, int length) {
        int at = place++ & PLACES - 1;
        if (lengths[at] == length && length > 0 && equal(bytes, offsets[at], offset, length)) {
            return slots[at];
        }
        int slot = keys.indexOf(bytes, offset, length);
        offsets[at] = offset;
        lengths[at] = length;
        slots[at] = slot;
        return slot;
    }

    private static boolean equal(byte[] bytes, int one, int other, int length) {
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                if (bytes[one + i] != bytes[other + i]) {
                    return false;
                }
            }
            return true;
        }
        int last = length - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            if ((long) LONG.get(bytes, one + i) != (long) LONG.get(bytes, other + i)) {
                return false;
            }
        }
        return (long) LONG.get(bytes, one + last) == (long) LONG.get(bytes, other + last);
    }
}
