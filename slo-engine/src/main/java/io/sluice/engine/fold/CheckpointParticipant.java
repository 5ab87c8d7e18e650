package io.sluice.engine.fold;

import io.sluice.engine.store.Store;

/**
 * Has state that goes to the store in the same transaction as what it was derived from. Called by
 * the engine's one thread.
 */
public interface CheckpointParticipant {

    /**
     * Writes what has changed since the last checkpoint that succeeded. Called again if the
     * transaction fails.
     */
    void checkpoint(Store.Transaction tx);

    /**
     * The transaction is on disk: what {@link #checkpoint} wrote last need not be written again.
     */
    default void checkpointed() {}
}
