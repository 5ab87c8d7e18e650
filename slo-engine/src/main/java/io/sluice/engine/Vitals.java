package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.limit.LimitTable;

import java.time.Duration;
import java.util.List;

/**
 * How the engine itself does, beside the limits that it keeps.
 *
 * @param fold what apply has done since start, as of its last checkpoint
 * @param foldLimits of what it remembers
 * @param limits all of the server's, not only the engine's
 */
public record Vitals(
        Log log,
        Door door,
        FoldStatus fold,
        Fold.Limits foldLimits,
        List<LimitTable.Row> limits) {

    public Vitals {
        limits = List.copyOf(limits);
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
