package io.sluice.engine;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.cutover.CutoverDesk;
import io.sluice.engine.fold.DefinitionsRecord;
import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.OwnRecord;
import io.sluice.engine.log.OverloadedException;

import java.io.IOException;
import java.util.List;

/**
 * Puts definition sets and limits in force, in log order: what apply counts and keeps to must be
 * known to a replay. Owns what is wrong with a newer set. Thread-safe, without a lock: each call
 * waits, on its caller's thread, until apply has come to its record.
 */
final class DefinitionsInForce {
    private final Fold fold;
    private final OwnRecords own;
    private final CutoverDesk cutovers;
    private volatile List<Problem> problems = List.of();

    DefinitionsInForce(Fold fold, OwnRecords own, CutoverDesk cutovers) {
        this.fold = fold;
        this.own = own;
        this.cutovers = cutovers;
    }

    /**
     * A set that is in force already changes nothing.
     *
     * @throws OverloadedException if too much is in flight
     * @throws IOException if it cannot be written to the log
     */
    void put(DefinitionSet definitions) throws IOException, OverloadedException {
        problems = List.of();
        if (!definitions.digest().equals(fold.plan().digest())) {
            own.writeAndAwait(nanos -> DefinitionsRecord.entry(definitions, nanos));
        }
        // Whoever is told that a set is in force may ask about its cutovers at once.
        cutovers.adopt();
    }

    /**
     * Limits that are in force already change nothing.
     *
     * @throws IOException if they cannot be written to the log
     */
    void keepTo(Fold.Limits limits) throws IOException {
        if (!limits.equals(fold.limits())) {
            try {
                own.writeAndAwait(nanos -> OwnRecord.limits(limits, nanos));
            } catch (OverloadedException e) {
                throw new IOException("too much is in flight", e);
            }
        }
    }

    /** The last good set stays in force. */
    void refuse(List<Problem> found) {
        problems = List.copyOf(found);
    }

    /** What is wrong with a newer set; empty if nothing is. */
    List<Problem> problems() {
        return problems;
    }
}
