package io.sluice.collector.otlp;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;

import java.nio.charset.StandardCharsets;

/**
 * Reads {@code ExportLogsServiceRequest} off the wire. A record counts when it happened; if it does
 * not say, when it was observed; if it does not say that either, when it was received, for then it
 * is we who observe it. What its event is called is said by its {@code event_name}, or, by older
 * senders, by the attribute {@code event.name}. A trace id that is none is as good as no trace id.
 * Bodies are not looked at; the log keeps them for people. A severity, where it is set, is to
 * conditions and groups the attribute {@code severity_number}, from 1 to 24 as OTLP numbers them.
 */
public final class LogsDecoder extends OtlpDecoder {

    /** Of log entries with protobuf bodies. */
    public static final String KIND = "otlp-logs";

    /** What an item is called: a log record. */
    public static final String SIGNAL = "logs";

    /** Makes the one that is needed. */
    public LogsDecoder() {
        super(KIND, SIGNAL);
    }

    @Override
    ResourceWalk walk(LogEntry entry, ProtoCursor cursor, Accumulator into) {
        return new Walk(entry.receivedAtNanos(), cursor, into);
    }

    private static final class Walk extends ResourceWalk {

        private static final int RECORD_TIME = 1 << 3 | ProtoCursor.FIXED64;
        private static final int RECORD_SEVERITY = 2 << 3 | ProtoCursor.VARINT;
        private static final int RECORD_ATTRIBUTES = 6 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int RECORD_TRACE_ID = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
        private static final int RECORD_OBSERVED_TIME = 11 << 3 | ProtoCursor.FIXED64;
        private static final int RECORD_EVENT_NAME = 12 << 3 | ProtoCursor.LENGTH_DELIMITED;

        private static final byte[] SEVERITY_KEY =
                "severity_number".getBytes(StandardCharsets.US_ASCII);

        private final long receivedAtNanos;
        private final int severitySlot; // less than 0 if no measure asks for it
        private boolean wanted;

        Walk(long receivedAtNanos, ProtoCursor cursor, Accumulator into) {
            super(cursor, into);
            this.receivedAtNanos = receivedAtNanos;
            severitySlot = into.keys().indexOf(SEVERITY_KEY, 0, SEVERITY_KEY.length);
        }

        @Override
        void beginResource() {
            wanted = into.selectEvents();
        }

        @Override
        void item() throws MalformedRequestException {
            Attributes event = into.beginEvent();
            int traceId = Accumulator.NO_TRACE_ID;
            int name = cursor.position();
            int nameLength = 0;
            int severity = 0;
            long time = 0;
            long observed = 0;
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case RECORD_TIME -> time = cursor.fixed64();
                    case RECORD_OBSERVED_TIME -> observed = cursor.fixed64();
                    case RECORD_SEVERITY -> severity = (int) cursor.varint();
                    case RECORD_TRACE_ID -> traceId = id(Accumulator.TRACE_ID_BYTES);
                    case RECORD_EVENT_NAME -> {
                        nameLength = cursor.length();
                        name = cursor.position();
                        cursor.advance(nameLength);
                    }
                    case RECORD_ATTRIBUTES -> {
                        if (wanted) {
                            attributes.read(event);
                        } else {
                            cursor.skip(tag);
                        }
                    }
                    default -> cursor.skip(tag);
                }
            }
            // The field wins over an attribute of its name, wherever in the record either stands.
            if (severity != 0 && severitySlot >= 0) {
                event.integer(severitySlot, severity);
            }
            long counts = time != 0 ? time : observed != 0 ? observed : receivedAtNanos;
            if (into.admit(counts)) {
                if (traceId != Accumulator.NO_TRACE_ID) {
                    into.ofTrace(cursor.bytes(), traceId);
                }
                if (wanted) {
                    into.logRecord(cursor.bytes(), name, nameLength, traceId, counts);
                }
            }
        }
    }
}
