package io.sluice.engine.cutover;

import io.sluice.engine.series.WindowSum;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events of one kind, and how many of them were bad. */
public record BadOfTotal(long bad, long total) {
    /** Those with the most events first; names decide between equals. */
    private static final Comparator<Map.Entry<String, BadOfTotal>> LARGEST =
            Comparator.<Map.Entry<String, BadOfTotal>>comparingLong(
                            group -> -group.getValue().total())
                    .thenComparing(Map.Entry::getKey);

    /**
     * What a window counted. A ratio whose part comes in other requests than its total may for a
     * moment have more good than total, or none yet.
     */
    public static BadOfTotal of(WindowSum sum) {
        long total = Math.max(0, sum.total());
        return new BadOfTotal(Math.clamp(sum.bad(), 0, total), total);
    }

    BadOfTotal plus(BadOfTotal other) {
        return new BadOfTotal(bad + other.bad, total + other.total);
    }

    /**
     * Of groups' counts, those with the most events, as many as a gate judges by themselves:
     * {@value GroupEvidence#PLACES}. Groups without any are left out.
     */
    public static Map<String, BadOfTotal> largest(Map<String, BadOfTotal> groups) {
        Map<String, BadOfTotal> largest = new LinkedHashMap<>();
        groups.entrySet().stream()
                .filter(group -> group.getValue().total() > 0)
                .sorted(LARGEST)
                .limit(GroupEvidence.PLACES)
                .forEach(group -> largest.put(group.getKey(), group.getValue()));
        return largest;
    }
}
