package io.sluice.engine.series;

import java.util.List;

/** Everything that is kept of series. Thread-safe. */
public interface SeriesReader extends CountReader {

    /** The groups of a measure that have ever counted, in alphabetical order. */
    List<String> groups(String measure);

    /** One group, slice by slice. */
    List<WindowSum> slices(SeriesKey series, long from, long to, long sliceSeconds);

    /** The values of all groups of a sketched measure; empty if there are none. */
    Sketch sketch(String measure, long from, long to);

    /** The values of one group of a sketched measure; empty if there are none. */
    Sketch sketch(SeriesKey series, long from, long to);

    /**
     * The start of the oldest bucket in which any group of the measure has counted, or {@link
     * Long#MAX_VALUE}.
     */
    long earliestBucket(String measure);

    /**
     * Before this time counts change by late events only: the start of an hour that is over. Never
     * goes back.
     */
    long settledUntil();

    /** Grows whenever what a measure counted before {@link #settledUntil} may have changed. */
    long revision(String measure);
}
