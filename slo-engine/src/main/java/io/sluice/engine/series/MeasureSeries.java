package io.sluice.engine.series;

import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The series of a measure, one for each group, and sums over all of them. One thread writes, while
 * nobody reads.
 */
final class MeasureSeries {
    private final NavigableMap<String, Series> groups = new TreeMap<>();
    private final WindowSums<WindowSum> sums = new WindowSums<>(this::addUp, WindowSum::plus);

    NavigableMap<String, Series> groups() {
        return groups;
    }

    WindowSums<WindowSum> sums() {
        return sums;
    }

    private WindowSum addUp(long from, long to) {
        Tally tally = new Tally();
        for (Series series : groups.values()) {
            series.sum(from, to, tally);
        }
        return tally.toSum();
    }
}
