package io.sluice.collector.receive;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;

import java.io.IOException;

/** Where requests go once they were read: the engine. Thread-safe. */
@FunctionalInterface
public interface Accept {

    /**
     * Called before a request is decoded; may wait for about a second until there is room for it.
     *
     * @throws OverloadedException if there is none
     */
    default void awaitRoom() throws OverloadedException {}

    /**
     * Returns when the entry is on disk; then, and only then, the sender may be told so.
     *
     * @param extract what the entry contributes under the definitions in force when it was read
     * @throws OverloadedException if too much is waiting already; nothing was stored
     * @throws IOException if the disk is full or the log is closed; nothing was stored
     */
    void accept(LogEntry entry, Extract extract) throws IOException, OverloadedException;
}
