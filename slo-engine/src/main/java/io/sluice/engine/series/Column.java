package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Numbers in a row, in four bytes each while they fit: there are very many rows, and nearly all of
 * them hold small numbers. Not thread-safe.
 */
final class Column {
    private int[] ints;
    private long @Nullable [] longs;

    Column(int capacity) {
        ints = new int[capacity];
    }

    /** As many zeros as another has numbers. */
    static Column like(Column other) {
        return new Column(other.capacity());
    }

    int capacity() {
        return longs == null ? ints.length : longs.length;
    }

    long get(int at) {
        return longs == null ? ints[at] : longs[at];
    }

    void add(int at, long more) {
        set(at, get(at) + more);
    }

    void set(int at, long value) {
        if (longs == null && value == (int) value) {
            ints[at] = (int) value;
        } else {
            asLongs()[at] = value;
        }
    }

    private long[] asLongs() {
        long[] wide = longs;
        if (wide == null) {
            wide = Arrays.stream(ints).asLongStream().toArray();
            longs = wide;
            ints = new int[0];
        }
        return wide;
    }

    /** The sum of those in {@code [from, to)}. */
    long sum(int from, int to) {
        long sum = 0;
        if (longs == null) {
            for (int i = from; i < to; i++) {
                sum += ints[i];
            }
        } else {
            for (int i = from; i < to; i++) {
                sum += longs[i];
            }
        }
        return sum;
    }

    /** Makes room for a zero at this place, by moving what is between it and {@code used}. */
    void insert(int at, int used) {
        if (longs == null) {
            int[] roomy =
                    used < ints.length ? ints : Arrays.copyOf(ints, Math.max(4, used + used / 2));
            System.arraycopy(ints, at, roomy, at + 1, used - at);
            roomy[at] = 0;
            ints = roomy;
        } else {
            long[] roomy =
                    used < longs.length
                            ? longs
                            : Arrays.copyOf(longs, Math.max(4, used + used / 2));
            System.arraycopy(longs, at, roomy, at + 1, used - at);
            roomy[at] = 0;
            longs = roomy;
        }
    }

    /** Forgets the first ones, and what lies beyond {@code used}. */
    void removeFirst(int n, int used) {
        if (longs == null) {
            ints = Arrays.copyOfRange(ints, n, used);
        } else {
            longs = Arrays.copyOfRange(longs, n, used);
        }
    }
}
