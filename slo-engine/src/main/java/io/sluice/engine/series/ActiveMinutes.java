package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Supplier;

/**
 * In which minutes of an hour a series has counted, for the hours that somebody has asked about: a
 * month's coverage is then a word for each hour, and hours need not be read again for it.
 *
 * <p>Any threads may ask while nobody changes the series; of what two of them learn at once one may
 * be lost, and is learned again. Whoever changes an hour does so alone, and {@link #forget}s it.
 */
final class ActiveMinutes {
    private static final int PER_HOUR = 60;
    private static final int SECONDS = 60;

    /** Beside the minutes of an hour that is known, so that one without events is, too. */
    private static final long KNOWN = 1L << PER_HOUR;

    /**
     * @param first the number of the first hour since the epoch
     * @param minutes by hour: bit n for its minute n
     */
    private record Hours(int first, AtomicLongArray minutes) {
        int end() {
            return first + minutes.length();
        }

        boolean has(int number) {
            return first <= number && number < end();
        }
    }

    private volatile @Nullable Hours known;

    /**
     * The minutes of an hour in which something is counted: bit n for its minute n.
     *
     * @param hour gives the hour, if it must be read
     */
    long of(int number, Supplier<Hour> hour) {
        Hours hours = known;
        if (hours == null || !hours.has(number)) {
            return minutes(hour.get());
        }
        long minutes = hours.minutes.getOpaque(number - hours.first);
        if (minutes == 0) {
            minutes = minutes(hour.get()) | KNOWN;
            hours.minutes.setOpaque(number - hours.first, minutes);
        }
        return minutes & ~KNOWN;
    }

    /** Makes room for hours {@code [first, end)}. */
    void expect(int first, int end) {
        Hours hours = known;
        if (hours == null) {
            known = new Hours(first, new AtomicLongArray(end - first));
        } else if (first < hours.first || hours.end() < end) {
            known = copied(hours, Math.min(first, hours.first), Math.max(end, hours.end()));
        }
    }

    private static Hours copied(Hours hours, int first, int end) {
        Hours copy = new Hours(first, new AtomicLongArray(end - first));
        for (int number = Math.max(first, hours.first);
                number < Math.min(end, hours.end());
                number++) {
            copy.minutes.setOpaque(number - first, hours.minutes.getOpaque(number - hours.first));
        }
        return copy;
    }

    /** A bucket that is longer than a minute has counted in its last one. */
    private static long minutes(Hour hour) {
        long[] minutes = {0};
        hour.forEachActive(
                (from, to) -> {
                    for (int bucket = from; bucket < to; bucket++) {
                        minutes[0] |= 1L << minuteOf((bucket + 1) * hour.bucketSeconds());
                    }
                });
        return minutes[0];
    }

    private static int minuteOf(int end) {
        return (end - 1) / SECONDS;
    }

    /** An hour has changed. */
    void forget(int number) {
        Hours hours = known;
        if (hours != null && hours.has(number)) {
            hours.minutes.setPlain(number - hours.first, 0);
        }
    }

    /** Hours before this one are not there any more. */
    void forgetBefore(int number) {
        Hours hours = known;
        if (hours != null && hours.first < number) {
            known = number < hours.end() ? copied(hours, number, hours.end()) : null;
        }
    }
}
