package io.sluice.engine.fold;

import io.sluice.engine.measure.Extract.Identity;

import java.time.Duration;

/**
 * Says whether a request was received before: exporters send again when the answer got lost. It
 * remembers the requests of the last {@link #HORIZON}, at most {@link #CAPACITY} of them. Not
 * thread-safe.
 */
final class Repeats {
    // What is remembered is exactly "the identities of the newest records of the log, from some
    // offset on": a repeat is
    // remembered again at its own place, time never runs backwards, and the oldest go first. So
    // whoever reads the log from
    // oldestOffset() on, starting with oldestNanos(), comes to the same memory, bit for bit. That
    // is how it survives a
    // restart without being stored.
    //
    // The ring holds requests in log order, the index finds an identity's newest place in it (open
    // addressing, linear
    // probing, slot + 1, zero for none). 40 bytes a request, against some 150 in a LinkedHashMap.

    /**
     * Five times over, the default limit of an OTLP exporter's retries would still be within it.
     */
    static final Duration HORIZON = Duration.ofMinutes(15);

    static final int CAPACITY = 2_000_000;

    private int capacity;
    private long[] high;
    private long[] low;
    private long[] seenNanos;
    private long[] offsets;
    private int[] index;
    private long head;
    private long tail;
    private long clockNanos = Long.MIN_VALUE;

    Repeats() {
        this(CAPACITY);
    }

    Repeats(int capacity) {
        this.capacity = capacity;
        allocate(16);
    }

    /** From now on, so many requests are remembered at most. */
    void limit(int newCapacity) {
        capacity = newCapacity;
    }

    /** Begins before any record, with a clock that has come this far. */
    void startAt(long nanos) {
        clockNanos = nanos;
    }

    /**
     * Remembers a request.
     *
     * @param offset its place in the log
     * @param receivedAtNanos when it was received; counts as no earlier than the one before it
     * @return whether it is new
     */
    boolean admit(Identity identity, long offset, long receivedAtNanos) {
        clockNanos = Math.max(clockNanos, receivedAtNanos);
        long expired = clockNanos - HORIZON.toNanos();
        while (head < tail && (seenNanos[slot(head)] < expired || tail - head >= capacity)) {
            forgetOldest();
        }
        if (tail - head == high.length) {
            grow();
        }
        int place = find(identity.high(), identity.low());
        boolean isNew = index[place] == 0;
        int slot = slot(tail++);
        high[slot] = identity.high();
        low[slot] = identity.low();
        seenNanos[slot] = clockNanos;
        offsets[slot] = offset;
        index[place] = slot + 1;
        return isNew;
    }

    /**
     * From which offset on the log has to be read to remember the same; {@code next} if nothing is
     * remembered.
     */
    long oldestOffset(long next) {
        return head == tail ? next : offsets[slot(head)];
    }

    /** What the clock said there. */
    long oldestNanos() {
        return head == tail ? clockNanos : seenNanos[slot(head)];
    }

    /** How many requests are remembered. */
    int size() {
        return (int) (tail - head);
    }

    /**
     * How far back a repeat is recognised at present: the horizon, or less when there are too many
     * requests.
     */
    Duration effectiveHorizon() {
        return tail - head < capacity
                ? HORIZON
                : Duration.ofNanos(clockNanos - seenNanos[slot(head)]);
    }

    private void forgetOldest() {
        int slot = slot(head++);
        int place = find(high[slot], low[slot]);
        if (index[place] == slot + 1) {
            remove(place);
        }
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        long[] oldSeen = seenNanos;
        long[] oldOffsets = offsets;
        long first = head;
        int size = oldHigh.length;
        allocate(size * 2);
        for (int i = 0; i < size; i++) {
            int from = (int) ((first + i) & (size - 1));
            int to = slot(first + i);
            high[to] = oldHigh[from];
            low[to] = oldLow[from];
            seenNanos[to] = oldSeen[from];
            offsets[to] = oldOffsets[from];
            index[find(high[to], low[to])] = to + 1;
        }
    }

    private void allocate(int size) {
        high = new long[size];
        low = new long[size];
        seenNanos = new long[size];
        offsets = new long[size];
        index = new int[size * 2];
    }

    private int slot(long sequence) {
        return (int) (sequence & (high.length - 1));
    }

    /** Where the identity is in the index, or would be. */
    private int find(long wantedHigh, long wantedLow) {
        int mask = index.length - 1;
        int place = home(wantedHigh, wantedLow);
        while (index[place] != 0) {
            int slot = index[place] - 1;
            if (high[slot] == wantedHigh && low[slot] == wantedLow) {
                return place;
            }
            place = (place + 1) & mask;
        }
        return place;
    }

    private int home(long ofHigh, long ofLow) {
        // Digests are uniform already; protocols' own request ids may not be.
        long mixed = (ofHigh ^ Long.rotateLeft(ofLow, 32)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (index.length - 1);
    }

    /** Empties a place and moves up those behind it that would not be found otherwise. */
    private void remove(int place) {
        int mask = index.length - 1;
        int hole = place;
        int next = (hole + 1) & mask;
        while (index[next] != 0) {
            int slot = index[next] - 1;
            int home = home(high[slot], low[slot]);
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                index[hole] = index[next];
                hole = next;
            }
            next = (next + 1) & mask;
        }
        index[hole] = 0;
    }
}
