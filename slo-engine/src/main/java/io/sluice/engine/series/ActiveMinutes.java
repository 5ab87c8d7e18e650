package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * In which minutes of each hour a series has counted, for the hours that somebody has asked about,
 * that were loaded, or let go: a month's coverage is then a word for each hour, and no hour is read
 * for it.
 *
 * <p>Hours go by their place in the series. Any threads may ask and learn while nobody changes the
 * series; of what two of them learn at once one may be lost, and is learned again. Whoever changes
 * an hour does so alone, and {@link #forget}s it.
 */
final class ActiveMinutes {
    static final long UNKNOWN = -1;

    private static final int PER_HOUR = 60;
    private static final int SECONDS = 60;

    /** Beside the minutes of an hour that is known, so that one without events is, too. */
    private static final long KNOWN = 1L << PER_HOUR;

    /** Bit n for minute n; 0 of hours that are not known. Null while none is. */
    private volatile @Nullable AtomicLongArray known;

    /** The minutes in which something is counted, bit n for minute n, or {@link #UNKNOWN}. */
    long of(int at) {
        long word = word(at);
        return word == 0 ? UNKNOWN : word & ~KNOWN;
    }

    private long word(int at) {
        AtomicLongArray words = known;
        return words == null ? 0 : words.getOpaque(at);
    }

    /**
     * Remembers the minutes of an hour, and returns them.
     *
     * @param used how many hours there are
     */
    long learn(int at, Hour hour, int used) {
        long[] minutes = {0};
        hour.forEachActive((from, to) -> minutes[0] |= within(from, to, hour.bucketSeconds()));
        learn(at, minutes[0], used);
        return minutes[0];
    }

    /** Remembers an hour's minutes, bit n for minute n. */
    void learn(int at, long minutes, int used) {
        set(at, minutes | KNOWN, used);
    }

    /** Remembers what another series knows of an hour. */
    void take(int at, ActiveMinutes other, int otherAt, int used) {
        long word = other.word(otherAt);
        if (word != 0) {
            set(at, word, used);
        }
    }

    private void set(int at, long word, int used) {
        AtomicLongArray words = known;
        if (words == null) {
            words = new AtomicLongArray(used);
            known = words;
        }
        words.setOpaque(at, word);
    }

    /**
     * The minutes in which buckets {@code [from, to)} of an hour count, bit n for minute n; one
     * that is longer than a minute counts in its last one.
     *
     * @param from less than {@code to}
     * @param seconds how long a bucket is
     */
    static long within(int from, int to, int seconds) {
        if (seconds <= SECONDS) {
            int first = minuteOf((from + 1) * seconds);
            int last = minuteOf(to * seconds);
            return (1L << (last + 1)) - (1L << first);
        }
        long minutes = 0;
        for (int bucket = from; bucket < to; bucket++) {
            minutes |= 1L << minuteOf((bucket + 1) * seconds);
        }
        return minutes;
    }

    private static int minuteOf(int end) {
        return (end - 1) / SECONDS;
    }

    /** An hour has changed. */
    void forget(int at) {
        AtomicLongArray words = known;
        if (words != null) {
            words.setPlain(at, 0);
        }
    }

    /** Makes room for an hour at this place, by moving those between it and {@code used}. */
    void insert(int at, int used) {
        AtomicLongArray words = known;
        if (words == null) {
            return;
        }
        if (used == words.length()) {
            words = copied(words, 0, used, Math.max(4, used + used / 2));
            known = words;
        }
        for (int i = used; i > at; i--) {
            words.setPlain(i, words.getPlain(i - 1));
        }
        words.setPlain(at, 0);
    }

    /** Forgets the first ones, and what lies beyond {@code used}. */
    void removeFirst(int n, int used) {
        AtomicLongArray words = known;
        if (words != null) {
            known = n == used ? null : copied(words, n, used, used - n);
        }
    }

    private static AtomicLongArray copied(AtomicLongArray words, int from, int to, int capacity) {
        AtomicLongArray copy = new AtomicLongArray(capacity);
        for (int i = from; i < to; i++) {
            copy.setPlain(i - from, words.getPlain(i));
        }
        return copy;
    }
}
