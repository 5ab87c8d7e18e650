package io.sluice.engine.series;

import org.jspecify.annotations.Nullable;

/**
 * Names a series: what is measured, and for which group.
 *
 * @param measure a measure's id, or one of the derived names below
 * @param group the group's value; empty for none
 */
public record SeriesKey(String measure, String group) {

    /**
     * The group that takes what comes after a limit on groups is reached, so that totals stay
     * right.
     */
    public static final String OVERFLOW_GROUP = "__other__";

    /** How the name begins of what counts only events that were sent as history. */
    public static final String BACKFILLED = "backfill/";

    private static final String HEARTBEAT = "heartbeat";
    private static final String SLICES = "slices/";

    /** Where a service was heard of: total counts records per bucket. */
    public static SeriesKey heartbeat(String service) {
        return new SeriesKey(HEARTBEAT, service);
    }

    /**
     * A measure's events, all groups together, in buckets of one length at any age: what slices are
     * judged by.
     */
    public static SeriesKey slices(String measure, Resolution kept) {
        return new SeriesKey(SLICES + kept.seconds() + "/" + measure, "");
    }

    /** The one resolution in which this series is kept; null if that changes with age. */
    @Nullable Resolution fixedResolution() {
        String whole =
                measure.startsWith(BACKFILLED) ? measure.substring(BACKFILLED.length()) : measure;
        for (Resolution resolution : Resolution.values()) {
            if (whole.startsWith(SLICES + resolution.seconds() + "/")) {
                return resolution;
            }
        }
        return null;
    }

    boolean isBackfilledHeartbeat() {
        return measure.equals(BACKFILLED + HEARTBEAT);
    }

    boolean isHeartbeat() {
        return measure.equals(HEARTBEAT);
    }

    /** Bad events of a measure by an attribute's value: total counts the bad ones. */
    public static SeriesKey badBy(String measure, String attribute, String value) {
        return new SeriesKey(measure + "/" + attribute, value);
    }
}
