package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;

import java.util.Map;
import java.util.Optional;

/** What was recorded under a name before anything moved. Thread-safe. */
@FunctionalInterface
public interface RecordedBaselines {
    /** By the id of what was measured; empty if nothing was recorded under this name. */
    Optional<Map<String, Counts>> find(String name);

    /**
     * What was counted of one measure.
     *
     * @param values not to be changed
     * @param groups the counts by what its events are split by, of the groups with the most of
     *     them; empty where they are not split
     */
    record Counts(long bad, long total, Optional<Sketch> values, Map<String, BadOfTotal> groups) {
        public Counts {
            groups = Map.copyOf(groups);
        }
    }
}
