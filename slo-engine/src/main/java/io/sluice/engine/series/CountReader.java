package io.sluice.engine.series;

import java.util.List;

/**
 * Exact counts over any window of event time. Windows are half-open, {@code [from, to)}, in seconds
 * since the epoch; an edge inside a bucket is rounded down to the start of that bucket, at the
 * resolution that is in force at its age. Thread-safe.
 */
public interface CountReader {

    /** All groups of a measure together. */
    WindowSum sum(String measure, long from, long to);

    /** One group. */
    WindowSum sum(SeriesKey series, long from, long to);

    /**
     * All groups of a measure, slice by slice, in one pass.
     *
     * @param sliceSeconds a multiple of 10; {@code to - from} must be a multiple of it
     */
    List<WindowSum> slices(String measure, long from, long to, long sliceSeconds);

    /**
     * In how many slices any group of a measure has counted an event: those of {@link
     * #slices(String, long, long, long)} with a total, for much less.
     *
     * @param sliceSeconds a multiple of 10; {@code to - from} must be a multiple of it
     */
    long activeSlices(String measure, long from, long to, long sliceSeconds);

    /**
     * How many of the window's 10 s buckets were measured for a service: it had at least one record
     * in them.
     *
     * @return from 0 to {@code ceil((to - from) / 10)}
     */
    long measuredBuckets(String service, long from, long to);

    /** For each slice, how many of its 10 s buckets were measured. */
    List<Long> measuredSlices(String service, long from, long to, long sliceSeconds);

    /**
     * The start of the newest bucket in which any group of the measure has counted, or {@link
     * Long#MIN_VALUE}.
     */
    long latestBucket(String measure);
}
