package io.sluice.collector.remotewrite;

import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;

/**
 * 1.0, {@code prometheus.WriteRequest}. Its metadata come apart from the series, and are skipped.
 */
final class SeriesReader1 extends SeriesReader {

    private static final int TIMESERIES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LABELS = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int SAMPLES = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int EXEMPLARS = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int HISTOGRAMS = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LABEL_NAME = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LABEL_VALUE = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;

    SeriesReader1(ProtoCursor cursor) {
        super(cursor);
    }

    @Override
    void prepare() {}

    @Override
    int seriesTag() {
        return TIMESERIES;
    }

    @Override
    int sampleTag() {
        return SAMPLES;
    }

    @Override
    int histogramTag() {
        return HISTOGRAMS;
    }

    @Override
    void read(Series into) throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case LABELS -> readLabel(into);
                case SAMPLES -> into.samples++;
                case HISTOGRAMS -> into.histograms++;
                case EXEMPLARS -> into.exemplars++;
                default -> {}
            }
            if (tag != LABELS) {
                cursor.skip(tag);
            }
        }
    }

    private void readLabel(Series into) throws MalformedRequestException {
        int outer = cursor.enter();
        int name = cursor.position();
        int nameLength = 0;
        int value = name;
        int valueLength = 0;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case LABEL_NAME -> {
                    nameLength = cursor.length();
                    name = cursor.position();
                    cursor.advance(nameLength);
                }
                case LABEL_VALUE -> {
                    valueLength = cursor.length();
                    value = cursor.position();
                    cursor.advance(valueLength);
                }
                default -> cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        into.addLabel(name, nameLength, value, valueLength);
    }
}
