package io.sluice.engine;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.store.StoreException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/**
 * Stores what was applied, on the apply thread, and knows whether that succeeds at present, which
 * any thread may ask. A store that cannot be written now is tried again at the next tick; nothing
 * is lost meanwhile.
 */
final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Fold fold;
    private volatile @Nullable StoreException failure;

    Checkpoints(Fold fold) {
        this.fold = fold;
    }

    /** Returns whether everything is stored. */
    boolean attempt() {
        try {
            fold.checkpoint();
            if (failure != null) {
                LOG.info("The store can be written again");
            }
            failure = null;
            return true;
        } catch (StoreException e) {
            if (failure == null) {
                LOG.error("The store cannot be written; trying again each second", e);
            }
            failure = e;
            return false;
        }
    }

    /** Why nothing could be stored the last time; empty if it could. */
    Optional<StoreException> failure() {
        return Optional.ofNullable(failure);
    }
}
