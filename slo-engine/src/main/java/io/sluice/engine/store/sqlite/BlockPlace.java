package io.sluice.engine.store.sqlite;

import static io.sluice.engine.store.sqlite.tables.Tables.PLACED_BLOCK;

import io.sluice.engine.series.StoredBlock;

import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.impl.DSL;

import java.util.function.Consumer;

/**
 * Where a block lies in its table, which is in the order of places: those alike in how coarse they
 * are together, the finest first; of these hour by hour; and of one hour by series.
 *
 * <p>SQLite does not give back what a row no longer needs, as long as it stays where it is: of an
 * hour of sketches that became a hundredth as long, a whole page was left. So a block that becomes
 * coarser moves, and the room that it leaves is filled by hours that are fine. The coarsest, of
 * which there are most, come last, since pages are filled up to the end only where a table grows.
 */
final class BlockPlace {
    private static final int HOUR_SECONDS = 3600;

    // A place has three bits for the coarseness, 21 for the hour, and 32 for the series.
    private static final int HOUR_BIT = 32;
    private static final int COARSENESS_BIT = 53;

    /** An hour beyond all that have a place; it begins in the year 2209. */
    private static final long HOURS_END = 1L << (COARSENESS_BIT - HOUR_BIT);

    private static final long SERIES_END = 1L << HOUR_BIT;

    /** The series of a row's place. */
    static final Field<Long> SERIES = DSL.bitAnd(PLACED_BLOCK.PLACE, SERIES_END - 1);

    private BlockPlace() {}

    /**
     * A place.
     *
     * @param coarseness {@link StoredBlock#coarseness}
     * @param hour the hour's start, seconds since the epoch, a multiple of 3600
     * @param series the number by which the store knows it
     * @throws IllegalArgumentException if there is no such place
     */
    static long of(int coarseness, long hour, long series) {
        long number = hour / HOUR_SECONDS;
        if (hour % HOUR_SECONDS != 0 || number < 0 || number >= HOURS_END) {
            throw new IllegalArgumentException(
                    "an hour cannot be stored that starts at second " + hour);
        }
        if (series < 0 || series >= SERIES_END) {
            throw new IllegalArgumentException(
                    "a series cannot be stored whose number is " + series);
        }
        return (long) coarseness << COARSENESS_BIT | number << HOUR_BIT | series;
    }

    /**
     * Tells of the places of hours that start in {@code [from, to)}: as many ranges as there are
     * ways to keep an hour, each without a look at what lies between them; the coarsest first, and
     * with that mostly the oldest. All hours are all places, even those where nothing should lie.
     */
    static void forEachRange(long from, long to, Consumer<Condition> ranges) {
        for (int coarseness = StoredBlock.COARSEST; coarseness >= 0; coarseness--) {
            boolean isFirst = coarseness == 0 && from == Long.MIN_VALUE;
            boolean isLast = coarseness == StoredBlock.COARSEST && to == Long.MAX_VALUE;
            ranges.accept(
                    PLACED_BLOCK.PLACE.between(
                            isFirst ? Long.MIN_VALUE : first(coarseness, from),
                            isLast ? Long.MAX_VALUE : first(coarseness, to) - 1));
        }
    }

    /**
     * The first place of hours that start at a time or later; for one beyond all hours, the place
     * behind the last one.
     */
    private static long first(int coarseness, long epochSecond) {
        long number = Math.clamp(Math.ceilDiv(epochSecond, HOUR_SECONDS), 0, HOURS_END);
        return ((long) coarseness << COARSENESS_BIT) + (number << HOUR_BIT);
    }

    /** Whether a block can lie there. */
    static boolean isOne(long place) {
        return place >= 0 && place >>> COARSENESS_BIT <= StoredBlock.COARSEST;
    }

    /** When the hour starts that lies there. */
    static long hour(long place) {
        return (place >>> HOUR_BIT) % HOURS_END * HOUR_SECONDS;
    }

    static long series(long place) {
        return place % SERIES_END;
    }
}
