package io.sluice.collector.remotewrite;

import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;

/**
 * What the two versions of remote write say differently. Whatever a series says of itself goes to
 * {@link Series}; its samples and histograms have the same fields in both. Not thread-safe.
 */
abstract class SeriesReader {

    /** A reader walks with it, from field to field. */
    final ProtoCursor cursor;

    SeriesReader(ProtoCursor cursor) {
        this.cursor = cursor;
    }

    /**
     * Reads of a request what series refer to; the cursor stands at its begin before and after.
     *
     * @throws MalformedRequestException if no series could be read
     */
    abstract void prepare() throws MalformedRequestException;

    /** The tag of a series in a request. */
    abstract int seriesTag();

    /** The tag of a sample in a series. */
    abstract int sampleTag();

    /** The tag of a histogram in a series. */
    abstract int histogramTag();

    /** Reads everything about a series but its samples and histograms, which it counts. */
    abstract void read(Series into) throws MalformedRequestException;
}
