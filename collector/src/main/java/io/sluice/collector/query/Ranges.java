package io.sluice.collector.query;

import java.time.Duration;
import java.time.Instant;

/**
 * Which instants are asked for next. They lie on a grid of the server's interval, history's on one
 * of at least {@link #HISTORY_STEP}. Immutable.
 *
 * @param stepSeconds of the grid
 * @param history whether these are imported as history, which wakes nobody
 */
record Ranges(long fromSecond, long toSecond, long stepSeconds, boolean history) {

    /** Finer than this the past is not asked for. */
    static final Duration HISTORY_STEP = Duration.ofMinutes(1);

    /**
     * Of what was counted before, that which is older is history: so late, nothing else is taken.
     */
    static final Duration LATE = Duration.ofHours(47);

    /** Servers give at most 11,000 points of a series at once. */
    static final int MAX_POINTS = 10_000;

    /**
     * What to ask for at an instant; it is empty if nothing is due.
     *
     * @param nextSecond from when on nothing has been asked for yet
     * @param isNew whether nothing but history has been counted before; then all that is due is
     *     history
     */
    static Ranges next(QueryServer server, long nextSecond, boolean isNew, Instant now) {
        long interval = server.interval().toSeconds();
        long due = floor(now.minus(server.delay()).getEpochSecond(), interval);
        long step = ceil(HISTORY_STEP.toSeconds(), interval);
        long past = isNew ? due : now.minus(LATE).getEpochSecond();
        long from = ceil(nextSecond, step);
        long last = floor(past, step);
        return from <= last
                ? upTo(from, last, step, true)
                : upTo(ceil(nextSecond, interval), due, interval, isNew);
    }

    private static Ranges upTo(long from, long last, long step, boolean history) {
        return new Ranges(from, Math.min(last, from + (MAX_POINTS - 1) * step), step, history);
    }

    boolean isEmpty() {
        return fromSecond > toSecond;
    }

    /** From when on nothing has been asked for once this was answered. */
    long nextSecond() {
        return toSecond + 1;
    }

    private static long floor(long second, long step) {
        return Math.floorDiv(second, step) * step;
    }

    private static long ceil(long second, long step) {
        return Math.ceilDiv(second, step) * step;
    }
}
