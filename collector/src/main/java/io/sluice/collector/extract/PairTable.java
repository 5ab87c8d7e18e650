package io.sluice.collector.extract;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Numbers distinct pairs of longs from 0 in the order of their coming. Open addressing; not
 * thread-safe.
 */
final class PairTable {

    /** A table that grew larger is not kept for the next request. */
    private static final int KEEP_CAPACITY = 1 << 14;

    private static final int FIRST_CAPACITY = 1 << 8;

    // Buckets and groups come from senders; a secret factor keeps them from choosing pairs that
    // collide.
    private static final long SECRET = ThreadLocalRandom.current().nextLong() | 1;

    private int[] table = new int[FIRST_CAPACITY]; // 0 is free, otherwise number + 1
    private long[] firsts = new long[FIRST_CAPACITY / 2];
    private long[] seconds = new long[FIRST_CAPACITY / 2];
    private int size;

    /** Forgets all pairs. */
    void clear() {
        if (table.length > KEEP_CAPACITY) {
            table = new int[FIRST_CAPACITY];
            firsts = new long[FIRST_CAPACITY / 2];
            seconds = new long[FIRST_CAPACITY / 2];
        } else if (size > 0) {
            Arrays.fill(table, 0);
        }
        size = 0;
    }

    int size() {
        return size;
    }

    /** The pair's number; {@link #size} as it was before, if the pair is new. */
    int number(long first, long second) {
        int at = slot(first, second);
        for (; table[at] != 0; at = at + 1 & table.length - 1) {
            int number = table[at] - 1;
            if (firsts[number] == first && seconds[number] == second) {
                return number;
            }
        }
        if (size == firsts.length) {
            grow();
            at = free(first, second);
        }
        firsts[size] = first;
        seconds[size] = second;
        table[at] = size + 1;
        return size++;
    }

    long first(int number) {
        return firsts[number];
    }

    long second(int number) {
        return seconds[number];
    }

    private void grow() {
        table = new int[table.length * 2];
        firsts = Arrays.copyOf(firsts, table.length / 2);
        seconds = Arrays.copyOf(seconds, table.length / 2);
        for (int number = 0; number < size; number++) {
            table[free(firsts[number], seconds[number])] = number + 1;
        }
    }

    private int free(long first, long second) {
        int at = slot(first, second);
        while (table[at] != 0) {
            at = at + 1 & table.length - 1;
        }
        return at;
    }

    private int slot(long first, long second) {
        long mixed = (first ^ SECRET) * 0x9E3779B97F4A7C15L + second;
        mixed = (mixed ^ mixed >>> 32) * SECRET;
        return (int) (mixed ^ mixed >>> 29) & table.length - 1;
    }
}
