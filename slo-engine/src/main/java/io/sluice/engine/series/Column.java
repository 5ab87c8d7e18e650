package io.sluice.engine.series;

/**
 * Numbers in a row, in one, two, four or eight bytes each, as many as the largest needs: there are
 * very many rows, and nearly all of them hold small numbers. Not thread-safe.
 */
final class Column {
    /** Of bytes, shorts, ints or longs. */
    private Object values;

    private int capacity;

    Column(int capacity) {
        this.values = new byte[capacity];
        this.capacity = capacity;
    }

    /** As many zeros as another has numbers. */
    static Column like(Column other) {
        return new Column(other.capacity);
    }

    int capacity() {
        return capacity;
    }

    long get(int at) {
        if (values instanceof byte[] bytes) {
            return bytes[at];
        }
        if (values instanceof short[] shorts) {
            return shorts[at];
        }
        return values instanceof int[] ints ? ints[at] : ((long[]) values)[at];
    }

    void add(int at, long more) {
        set(at, get(at) + more);
    }

    void set(int at, long value) {
        while (!put(values, at, value)) {
            values = wider();
        }
    }

    /** Sets one of some numbers, if it fits in with them. */
    private static boolean put(Object values, int at, long value) {
        switch (values) {
            case byte[] bytes when value == (byte) value -> bytes[at] = (byte) value;
            case short[] shorts when value == (short) value -> shorts[at] = (short) value;
            case int[] ints when value == (int) value -> ints[at] = (int) value;
            case long[] longs -> longs[at] = value;
            default -> {
                return false;
            }
        }
        return true;
    }

    private Object wider() {
        Object wide =
                switch (values) {
                    case byte[] _ -> new short[capacity];
                    case short[] _ -> new int[capacity];
                    default -> new long[capacity];
                };
        for (int i = 0; i < capacity; i++) {
            put(wide, i, get(i));
        }
        return wide;
    }

    /** The sum of those in {@code [from, to)}. */
    long sum(int from, int to) {
        long sum = 0;
        if (values instanceof byte[] bytes) {
            for (int i = from; i < to; i++) {
                sum += bytes[i];
            }
        } else if (values instanceof short[] shorts) {
            for (int i = from; i < to; i++) {
                sum += shorts[i];
            }
        } else if (values instanceof int[] ints) {
            for (int i = from; i < to; i++) {
                sum += ints[i];
            }
        } else {
            long[] longs = (long[]) values;
            for (int i = from; i < to; i++) {
                sum += longs[i];
            }
        }
        return sum;
    }

    /** Makes room for a zero at this place, by moving what is between it and {@code used}. */
    void insert(int at, int used) {
        Object old = values;
        if (used == capacity) {
            resize(Math.max(4, used + used / 2));
            System.arraycopy(old, 0, values, 0, at);
        }
        System.arraycopy(old, at, values, at + 1, used - at);
        set(at, 0);
    }

    /** Forgets the first ones, and what lies beyond {@code used}. */
    void removeFirst(int n, int used) {
        Object old = values;
        resize(used - n);
        System.arraycopy(old, n, values, 0, used - n);
    }

    private void resize(int newCapacity) {
        values =
                switch (values) {
                    case byte[] _ -> new byte[newCapacity];
                    case short[] _ -> new short[newCapacity];
                    case int[] _ -> new int[newCapacity];
                    default -> new long[newCapacity];
                };
        capacity = newCapacity;
    }
}
