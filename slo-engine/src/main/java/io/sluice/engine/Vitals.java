package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.limit.Offender;

import java.time.Duration;
import java.util.List;

/**
 * How the engine itself does, beside the limits that it keeps.
 *
 * @param fold what apply has done since start, as of its last checkpoint
 * @param foldLimits of what it remembers
 * @param limits all of the server's, not only the engine's
 * @param offenders which SLIs have most new groups, and most that found no place
 */
public record Vitals(
        Log log,
        Door door,
        FoldStatus fold,
        Fold.Limits foldLimits,
        List<LimitTable.Row> limits,
        List<Offender> offenders) {

    public Vitals {
        limits = List.copyOf(limits);
        offenders = List.copyOf(offenders);
    }

    /**
     * The ingest log.
     *
     * @param records that are kept
     * @param bytes on disk
     * @param maxBytes beyond which the oldest go
     * @param maxAge after which they go in any case
     * @param toApply records on disk that are not counted yet
     */
    public record Log(long records, long bytes, long maxBytes, Duration maxAge, long toApply) {}

    /**
     * Bodies between the door and apply.
     *
     * @param refused how often a sender was told to try again, since start
     */
    public record Door(long bytes, long maxBytes, long refused) {}
}
