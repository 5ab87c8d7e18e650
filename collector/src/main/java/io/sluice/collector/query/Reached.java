package io.sluice.collector.query;

import java.util.OptionalLong;

/** How far the engine has counted a measure. Thread-safe. */
public interface Reached {

    /**
     * Up to when there are counts, in seconds since the epoch; empty if there are none.
     *
     * @param measure its id
     */
    OptionalLong countedUntil(String measure);

    /** The same for counts of history; empty if there are none of these. */
    OptionalLong historyUntil(String measure);
}
