package io.sluice.dashboard.api;

import io.sluice.engine.Vitals;

/**
 * {@code GET /api/v1/system}: what Sluice keeps beside its limits, and what apply met since the
 * start.
 */
record SystemView(LogView log, DoorView inFlight, SeriesView series, AppliedView applied) {

    record LogView(long records, long bytes, long maxBytes, long maxAgeSeconds, long toApply) {}

    record DoorView(long bytes, long maxBytes, long refused) {}

    record SeriesView(long count, long max, long maxGroupsPerSli, long overflowed) {}

    record AppliedView(
            long records,
            long repeatedRequests,
            long repeatedItems,
            long repeatHorizonSeconds,
            long unreadable,
            long failedCheckpoints,
            long streams,
            long resets,
            long suspectResets,
            long outOfOrder) {}

    static SystemView of(Vitals vitals) {
        var log = vitals.log();
        var door = vitals.door();
        var fold = vitals.fold();
        return new SystemView(
                new LogView(
                        log.records(),
                        log.bytes(),
                        log.maxBytes(),
                        log.maxAge().toSeconds(),
                        log.toApply()),
                new DoorView(door.bytes(), door.maxBytes(), door.refused()),
                new SeriesView(
                        fold.series(),
                        vitals.foldLimits().seriesInAll(),
                        vitals.foldLimits().groupsPerMeasure(),
                        fold.overflowed()),
                new AppliedView(
                        fold.records(),
                        fold.repeatedRequests(),
                        fold.repeatedItems(),
                        fold.repeatHorizon().toSeconds(),
                        fold.unreadable(),
                        fold.failedCheckpoints(),
                        fold.streams(),
                        fold.resets(),
                        fold.suspectResets(),
                        fold.outOfOrder()));
    }
}
