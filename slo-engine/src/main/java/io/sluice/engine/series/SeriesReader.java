package io.sluice.engine.series;

import java.util.List;
import java.util.function.Supplier;

/** Everything that is kept of series. Thread-safe. */
public interface SeriesReader extends CountReader {

    /** The groups of a measure that have ever counted, in alphabetical order. */
    List<String> groups(String measure);

    /** Whether any group of a measure has ever counted. */
    boolean hasCounted(String measure);

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

    /**
     * All groups of a measure, slice by slice, as columns; as {@link #slices(String, long, long,
     * long)}.
     */
    SliceSums sliceSums(String measure, long from, long to, long sliceSeconds);

    /**
     * A number that is another one whenever any group of a measure counts anything else between
     * these times, rounded outwards to the hour, than at the call before.
     */
    long changes(String measure, long from, long to);

    /** The same for one group. */
    long changes(SeriesKey series, long from, long to);

    /**
     * The coarsest resolution of hours that overlap a time, in any group of a measure; the finest
     * if there are none.
     */
    Resolution coarsest(String measure, long from, long to);

    /** Grows whenever anything that a measure counts may have changed. */
    long version(String measure);

    /** The same for one group. */
    long version(SeriesKey series);

    /** Answers several questions from one state. */
    <T> T read(Supplier<T> questions);

    /** Grows whenever what a measure counted before {@link #settledUntil} may have changed. */
    long revision(String measure);
}
