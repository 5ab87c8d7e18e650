package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.series.SeriesTable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the engine itself does: what keeps it from working, and what of its limits is in use. Owns
 * nothing; for any thread, without a lock of its own.
 */
final class EngineHealth {
    private final IngestLog log;
    private final GroupCommit<Optional<Extract>> door;
    private final ApplyThread applying;
    private final Fold fold;
    private final Checkpoints checkpoints;
    private final LimitTable limits;

    EngineHealth(
            IngestLog log,
            GroupCommit<Optional<Extract>> door,
            ApplyThread applying,
            Fold fold,
            Checkpoints checkpoints,
            LimitTable limits) {
        this.log = log;
        this.door = door;
        this.applying = applying;
        this.fold = fold;
        this.checkpoints = checkpoints;
        this.limits = limits;
    }

    /** {@link SloEngine#troubles}. */
    List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        applying.failure()
                .ifPresent(e -> troubles.add("the engine has stopped, and needs a restart: " + e));
        door.failure()
                .ifPresent(e -> troubles.add("nothing can be written to the ingest log: " + e));
        checkpoints
                .failure()
                .ifPresent(
                        e -> troubles.add("counts and alerts cannot be stored: " + e.getMessage()));
        return troubles;
    }

    /** {@link SloEngine#vitals}. */
    Vitals vitals() {
        FoldStatus folded = fold.status();
        EngineSettings.Retention retention = EngineLimits.retention(limits);
        return new Vitals(
                new Vitals.Log(
                        log.nextOffset() - log.firstOffset(),
                        log.sizeBytes(),
                        retention.bytes(),
                        retention.age(),
                        log.nextOffset() - 1 - folded.appliedOffset()),
                new Vitals.Door(
                        door.bytesInFlight(),
                        limits.of(EngineLimits.BYTES_TO_APPLY),
                        door.refused()),
                folded,
                fold.limits(),
                limits.rows(),
                fold.offenders());
    }

    /** Says from now on, in the table of limits, how much of the engine's own is in use. */
    void own(SeriesTable series) {
        limits.own(EngineLimits.BYTES_TO_APPLY, door::bytesInFlight, door::refused);
        limits.own(
                EngineLimits.SERIES,
                () -> fold.status().series(),
                () -> fold.status().overflowed() - fold.status().overflowedGroups());
        limits.own(EngineLimits.GROUPS_PER_SLI, () -> fold.status().overflowedGroups());
        limits.ownUse(EngineLimits.REPEAT_REQUESTS, () -> fold.status().rememberedRequests());
        limits.ownUse(EngineLimits.REPEAT_HORIZON, () -> fold.status().repeatHorizon().toSeconds());
        limits.ownUse(EngineLimits.LOG_BYTES, log::sizeBytes);
        limits.own(EngineLimits.COUNTS_IN_MEMORY, series::bytesInMemory, series::hoursRead);
    }
}
