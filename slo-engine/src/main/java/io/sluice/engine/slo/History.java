package io.sluice.engine.slo;

import java.util.Optional;
import java.util.OptionalDouble;

/** Since when measures are counted: a heartbeat of before says nothing about them. Thread-safe. */
public interface History {
    /** Everything was always counted. */
    History COMPLETE =
            new History() {
                @Override
                public long countedSince(String measure) {
                    return 0;
                }

                @Override
                public OptionalDouble progress(String measure) {
                    return OptionalDouble.empty();
                }
            };

    /** What counted the same events by another threshold before; empty if nothing did. */
    default Optional<String> predecessor(String measure) {
        return Optional.empty();
    }

    /** In seconds since the epoch, by the ingest log's clock. */
    long countedSince(String measure);

    /**
     * How much of the ingest log has been looked through for older events, 0 to 1, while that goes
     * on; until it is done, none of them shows.
     */
    OptionalDouble progress(String measure);
}
