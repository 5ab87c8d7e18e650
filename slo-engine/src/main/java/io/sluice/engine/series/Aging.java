package io.sluice.engine.series;

import java.util.function.Consumer;

/**
 * Brings hours to the resolution of their age once an hour, and forgets those that are too old;
 * owns when it last did. Not thread-safe: guarded by the write lock of its {@link SeriesTable}.
 */
final class Aging {
    private static final long KEPT_SECONDS = Resolution.FIFTEEN_MINUTES.untilAge();

    /** An hour is packed for good when the second one after it begins, and stored so after that. */
    private static final long PACKED_FOR_GOOD = 2L * Hour.SECONDS;

    /** The ages at which an hour becomes coarser, or is packed for good. */
    private static final long[] LIMITS = {
        PACKED_FOR_GOOD,
        HourSketches.FINE_UNTIL_AGE,
        Resolution.TEN_SECONDS.untilAge(),
        Resolution.ONE_MINUTE.untilAge(),
        Resolution.FIVE_MINUTES.untilAge()
    };

    private final Measures measures;
    private final HoursInMemory memory;

    /** The start of an hour. */
    private long compactedAt = Measures.NEVER;

    Aging(Measures measures, HoursInMemory memory) {
        this.measures = measures;
        this.memory = memory;
    }

    /** Looks at all hours again next time, since there are others now. */
    void lookAgain() {
        compactedAt = Measures.NEVER;
    }

    /** {@link SeriesTable#compact}, at the newest time that is known. */
    void compact() {
        long hour = Hour.startOf(measures.now());
        if (hour > compactedAt) {
            memory.forget(old -> old.start() < firstYounger(KEPT_SECONDS, hour));
            for (MeasureSeries measure : measures.all()) {
                measure.groups()
                        .values()
                        .forEach(series -> compact(series, hour, memory::markDirty));
                measure.groups().values().removeIf(Series::isEmpty);
                measure.compact(together -> compact(together, hour, _ -> {}), hour);
            }
            measures.revised();
            compactedAt = hour;
            memory.coolNext();
        }
    }

    private void compact(Series series, long hour, Consumer<Hour> changed) {
        for (long limit : LIMITS) {
            series.coarsen(
                    firstYounger(limit, compactedAt),
                    firstYounger(limit, hour),
                    measures.now(),
                    changed);
        }
        series.removeBefore(firstYounger(KEPT_SECONDS, hour));
    }

    /** The earliest start of an hour whose end was less than {@code age} seconds ago. */
    private static long firstYounger(long age, long now) {
        return now - age - Hour.SECONDS + 1;
    }
}
