package io.sluice.collector.remotewrite;

import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.util.Arrays;

/**
 * 2.0, {@code io.prometheus.write.v2.Request}. The start of what is counted stands with each sample
 * since its fourth draft, and stood with the series before: both are read.
 */
final class SeriesReader2 extends SeriesReader {

    private static final int SYMBOLS = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int TIMESERIES = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LABEL_REF = 1 << 3 | ProtoCursor.VARINT;
    private static final int LABEL_REFS = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int SAMPLES = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int HISTOGRAMS = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int EXEMPLARS = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int METADATA = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int CREATED_TIMESTAMP = 6 << 3 | ProtoCursor.VARINT;
    private static final int METADATA_TYPE = 1 << 3 | ProtoCursor.VARINT;

    private static final long NO_NAME = -1;

    private int[] symbols = new int[128]; // where each begins
    private int[] symbolLengths = new int[128];
    private int symbolCount;
    private long name;

    SeriesReader2(ProtoCursor cursor) {
        super(cursor);
    }

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

    /** Symbols may come after the series that refer to them. */
    @Override
    void prepare() throws MalformedRequestException {
        int start = cursor.position();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == SYMBOLS) {
                int length = cursor.length();
                addSymbol(cursor.position(), length);
                cursor.advance(length);
            } else {
                cursor.skip(tag);
            }
        }
        cursor.seek(start);
        if (symbolCount > 0 && symbolLengths[0] > 0) {
            throw malformed("the first symbol must be empty");
        }
    }

    private void addSymbol(int position, int length) {
        if (symbolCount == symbols.length) {
            symbols = Arrays.copyOf(symbols, 2 * symbolCount);
            symbolLengths = Arrays.copyOf(symbolLengths, 2 * symbolCount);
        }
        symbols[symbolCount] = position;
        symbolLengths[symbolCount++] = length;
    }

    @Override
    void read(Series into) throws MalformedRequestException {
        name = NO_NAME;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case LABEL_REF -> addRef(cursor.varint(), into);
                case LABEL_REFS -> {
                    int outer = cursor.enter();
                    while (cursor.hasNext()) {
                        addRef(cursor.varint(), into);
                    }
                    cursor.leave(outer);
                }
                case METADATA -> readMetadata(into);
                case CREATED_TIMESTAMP -> into.createdMillis = cursor.varint();
                case SAMPLES -> {
                    into.samples++;
                    cursor.skip(tag);
                }
                case HISTOGRAMS -> {
                    into.histograms++;
                    cursor.skip(tag);
                }
                case EXEMPLARS -> {
                    into.exemplars++;
                    cursor.skip(tag);
                }
                default -> cursor.skip(tag);
            }
        }
        if (name != NO_NAME) {
            throw malformed("a series has an odd number of label references");
        }
    }

    private void addRef(long ref, Series into) throws MalformedRequestException {
        if (ref < 0 || ref >= symbolCount) {
            throw malformed(
                    "label reference "
                            + Long.toUnsignedString(ref)
                            + " is beyond the "
                            + symbolCount
                            + " symbols");
        }
        if (name == NO_NAME) {
            name = ref;
        } else {
            int n = (int) name;
            int v = (int) ref;
            into.addLabel(symbols[n], symbolLengths[n], symbols[v], symbolLengths[v]);
            name = NO_NAME;
        }
    }

    private void readMetadata(Series into) throws MalformedRequestException {
        int outer = cursor.enter();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == METADATA_TYPE) {
                into.type = SeriesType.of(cursor.varint());
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
    }

    private static MalformedRequestException malformed(String message) {
        return new MalformedRequestException(RejectReason.MALFORMED, message);
    }
}
