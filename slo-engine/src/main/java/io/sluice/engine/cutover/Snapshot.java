package io.sluice.engine.cutover;

import java.util.Map;

/**
 * The baseline's counts that stand in for a live baseline once the candidate has all traffic. Fixed
 * when they are first needed.
 *
 * @param groups the counts of those groups that are known by themselves, by name; not all counts
 *     need be of one of them
 */
record Snapshot(long bad, long total, Origin origin, Map<String, BadOfTotal> groups) {

    Snapshot {
        groups = Map.copyOf(groups);
    }

    /** Of which no group is known by itself. */
    Snapshot(long bad, long total, Origin origin) {
        this(bad, total, origin, Map.of());
    }

    /** Where the counts are from. */
    enum Origin {
        /** Sealed in the run's earlier steps. */
        EARLIER_STEPS("sealed in this run's earlier steps"),
        /** The last hour before the run began. */
        BEFORE_RUN("counted in the last hour before this run"),
        /** The baseline that the definition names. */
        RECORDED("recorded as a baseline");

        private final String words;

        Origin(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }
}
