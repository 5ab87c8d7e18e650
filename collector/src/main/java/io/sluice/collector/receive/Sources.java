package io.sluice.collector.receive;

import java.util.Set;

/**
 * The sources that the configuration names. A source that it does not name is an ordinary one.
 *
 * @param backfill the names of those that may send times up to 400 days old
 */
public record Sources(Set<String> backfill) {

    /** No source may send old times. */
    public static final Sources ORDINARY = new Sources(Set.of());

    public Sources {
        backfill = Set.copyOf(backfill);
    }
}
