package io.sluice.collector.extract;

import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;

import java.util.Arrays;

/**
 * A repeated field of numbers, packed or not. Mutable, reused, not thread-safe.
 *
 * <p>What it keeps is limited: a packed varint takes one byte on the wire and eight here, so a body
 * of zeros would take eight times its size.
 */
public final class Numbers {

    /** A histogram with more buckets than this is refused. */
    public static final int MAX_SIZE = 1 << 14;

    /** What {@link #sumOfCounts} gives if they are not counts. */
    public static final long NO_COUNTS = -1;

    private long[] values = new long[16];
    private int size;

    /** None yet. */
    public Numbers() {}

    /** Forgets all. */
    public void clear() {
        size = 0;
    }

    /** How many there are; of more than {@link #MAX_SIZE} the rest was passed over. */
    public int size() {
        return size;
    }

    /** As an integer, or the bits of a number of eight bytes. */
    public long get(int index) {
        return values[index];
    }

    /** As a number of eight bytes. */
    public double getDouble(int index) {
        return Double.longBitsToDouble(values[index]);
    }

    /** Reads one or more numbers of eight bytes; the cursor stands after the field's tag. */
    public void readFixed64(ProtoCursor cursor, int tag) throws MalformedRequestException {
        if ((tag & 7) == ProtoCursor.FIXED64) {
            add(cursor.fixed64());
            return;
        }
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            add(cursor.fixed64());
        }
        cursor.leave(outer);
    }

    /** Reads one or more varints; the cursor stands after the field's tag. */
    public void readVarints(ProtoCursor cursor, int tag) throws MalformedRequestException {
        if ((tag & 7) == ProtoCursor.VARINT) {
            add(cursor.varint());
            return;
        }
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            add(cursor.varint());
        }
        cursor.leave(outer);
    }

    /** Adds one. */
    public void add(long value) {
        if (size > MAX_SIZE) {
            return;
        }
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    /** The sum, or {@link #NO_COUNTS} if one is too large to be a count or there are too many. */
    public long sumOfCounts() {
        if (size > MAX_SIZE) {
            return NO_COUNTS;
        }
        long sum = 0;
        for (int i = 0; i < size; i++) {
            if (values[i] < 0 || values[i] > Accumulator.MAX_COUNT - sum) {
                return NO_COUNTS;
            }
            sum += values[i];
        }
        return sum;
    }
}
