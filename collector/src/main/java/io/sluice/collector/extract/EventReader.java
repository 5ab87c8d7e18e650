package io.sluice.collector.extract;

import io.sluice.collector.wire.Decompressor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Reads entries event by event. Not thread-safe. */
public final class EventReader {
    private final Map<String, Decoder> decoders;
    private final Accumulator accumulator;
    private final Decompressor decompressor;

    EventReader(Map<String, Decoder> decoders, Accumulator accumulator, Decompressor decompressor) {
        this.decoders = decoders;
        this.accumulator = accumulator;
        this.decompressor = decompressor;
    }

    /** Tells the listener of the entry's events. */
    public void read(LogEntry entry) throws MalformedRequestException {
        @Nullable Decoder decoder = decoders.get(entry.kind());
        if (decoder != null) {
            byte[] body = decompressor.read(entry.encoding(), entry.body());
            accumulator.begin(entry);
            decoder.decode(entry, body, decompressor.length(), accumulator);
        }
    }
}
