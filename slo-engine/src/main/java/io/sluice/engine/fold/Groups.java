package io.sluice.engine.fold;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesReader;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides in log order which groups get a series of their own; the rest share {@link
 * SeriesKey#OVERFLOW_GROUP}, so that totals stay right when groups do not. Not thread-safe.
 */
final class Groups {
    /** As many as the OpenTelemetry SDKs allow a metric. */
    static final int GROUPS_PER_MEASURE = 2_000;

    static final int SERIES_IN_ALL = 100_000;

    private final SeriesReader series;
    private int groupsPerMeasure;
    private int seriesInAll;
    private final Map<String, Set<String>> admitted = new HashMap<>();
    private int size;
    private long newGroups;

    Groups(SeriesReader series, int groupsPerMeasure, int seriesInAll) {
        this.series = series;
        this.groupsPerMeasure = groupsPerMeasure;
        this.seriesInAll = seriesInAll;
    }

    /** From now on, these limits hold for who is not admitted yet. */
    void limit(int newGroupsPerMeasure, int newSeriesInAll) {
        groupsPerMeasure = newGroupsPerMeasure;
        seriesInAll = newSeriesInAll;
    }

    /**
     * From now on only these measures count towards the limits. Whoever was admitted before has
     * counted, so the series say who it was: the same before and after a restart.
     */
    void retain(Set<String> measures) {
        admitted.keySet().retainAll(measures);
        measures.forEach(
                measure ->
                        admitted.computeIfAbsent(
                                measure, key -> new HashSet<>(series.groups(key))));
        size = admitted.values().stream().mapToInt(Set::size).sum();
    }

    /** Asks the series again who was admitted to these, at the next {@link #retain}. */
    void forget(Set<String> measures) {
        admitted.keySet().removeAll(measures);
    }

    /** Lets go whom the series have forgotten, as a restart would. */
    void tidy() {
        Set<String> measures = Set.copyOf(admitted.keySet());
        admitted.clear();
        retain(measures);
    }

    /** The group itself if it has, or now gets, a series of its own. */
    String admit(String measure, String group) {
        Set<String> groups = admitted.computeIfAbsent(measure, key -> new HashSet<>());
        if (groups.contains(group)) {
            return group;
        }
        // Every measure has its one series without a group, and the one for the rest: limits are
        // about the others.
        boolean limited = !group.isEmpty() && !group.equals(SeriesKey.OVERFLOW_GROUP);
        if (limited && (groups.size() >= groupsPerMeasure || size >= seriesInAll)) {
            admit(measure, SeriesKey.OVERFLOW_GROUP);
            return SeriesKey.OVERFLOW_GROUP;
        }
        groups.add(group);
        size++;
        newGroups++;
        return group;
    }

    /** How many groups were ever let in. */
    long newGroups() {
        return newGroups;
    }

    /** Whether a measure has as many groups as it may have, whatever the others have. */
    boolean isFull(String measure) {
        return admitted.getOrDefault(measure, Set.of()).size() >= groupsPerMeasure;
    }

    /** How many series there are. */
    int size() {
        return size;
    }
}
