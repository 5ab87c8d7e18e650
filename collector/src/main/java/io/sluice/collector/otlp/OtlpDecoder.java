package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;

/** Reads one signal's requests off the wire. */
abstract class OtlpDecoder implements Decoder {

    private final String kind;
    private final String signal;

    OtlpDecoder(String kind, String signal) {
        this.kind = kind;
        this.signal = signal;
    }

    /** A walk that tells the accumulator of every item. */
    abstract ResourceWalk walk(LogEntry entry, ProtoCursor cursor, Accumulator into);

    @Override
    public final String kind() {
        return kind;
    }

    @Override
    public final String signal() {
        return signal;
    }

    /** A sender whose answer got lost sends the same bytes again. */
    @Override
    public final boolean repeats() {
        return true;
    }

    @Override
    public final void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(body, 0, length);
        walk(entry, cursor, into).request();
    }
}
