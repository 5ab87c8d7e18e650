package io.sluice.collector.remotewrite;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;

/**
 * Reads what remote write brings. An item is a sample or a native histogram, matched by the name of
 * its series; a classic histogram is also matched as a whole by the name of its family, where a
 * request has enough of its buckets.
 *
 * <ul>
 *   <li>2.0 says what a series is. Where nobody does, names ending with {@code _total}, {@code
 *       _count}, {@code _sum} or {@code _bucket} are running totals, and everything else is a value
 *       that holds at its time.
 *   <li>Labels are the point's attributes. The service is the label {@code service.name} or {@code
 *       service_name}, else {@code job} behind its last slash, as OpenTelemetry has it.
 *   <li>A series whose labels are not sorted, unique and named is refused with all its items; one
 *       that is good is kept.
 * </ul>
 */
final class RemoteWriteDecoder implements Decoder {

    /** What an item is called. */
    static final String SIGNAL = "metrics";

    private final WriteVersion version;

    RemoteWriteDecoder(WriteVersion version) {
        this.version = version;
    }

    @Override
    public String kind() {
        return version.kind();
    }

    @Override
    public String signal() {
        return SIGNAL;
    }

    /** A sender that hears nothing, or 5xx, sends the same request again. */
    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(body, 0, length);
        SeriesReader reader =
                switch (version) {
                    case V1 -> new SeriesReader1(cursor);
                    case V2 -> new SeriesReader2(cursor);
                };
        new SeriesWalk(cursor, reader, into).request();
    }
}
