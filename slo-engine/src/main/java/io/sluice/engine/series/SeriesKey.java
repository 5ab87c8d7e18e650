package io.sluice.engine.series;

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

    private static final String HEARTBEAT = "heartbeat";

    /** Where a service was heard of: total counts records per bucket. */
    public static SeriesKey heartbeat(String service) {
        return new SeriesKey(HEARTBEAT, service);
    }

    boolean isHeartbeat() {
        return measure.equals(HEARTBEAT);
    }

    /** Bad events of a measure by an attribute's value: total counts the bad ones. */
    public static SeriesKey badBy(String measure, String attribute, String value) {
        return new SeriesKey(measure + "/" + attribute, value);
    }
}
