package io.sluice.collector.otlp;

import static io.sluice.collector.otlp.TraceFields.SPAN_ATTRIBUTES;
import static io.sluice.collector.otlp.TraceFields.SPAN_END;
import static io.sluice.collector.otlp.TraceFields.SPAN_KIND;
import static io.sluice.collector.otlp.TraceFields.SPAN_NAME;
import static io.sluice.collector.otlp.TraceFields.SPAN_SPAN_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_START;
import static io.sluice.collector.otlp.TraceFields.SPAN_STATUS;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_STATE;
import static io.sluice.collector.otlp.TraceFields.STATUS_CODE;
import static io.sluice.collector.otlp.TraceFields.STATUS_ERROR;
import static io.sluice.collector.otlp.TraceFields.STATUS_OK;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

import java.nio.charset.StandardCharsets;

/**
 * Reads {@code ExportTraceServiceRequest} off the wire. A span counts when it ended; it is refused
 * if its ids are no ids, if it has no start or ended before it. Its status, where it is set, is to
 * conditions and groups the attribute {@code otel.status_code}, {@code OK} or {@code ERROR}: the
 * name and the words that OpenTelemetry prescribes to exporters whose format has no status.
 */
public final class TracesDecoder extends OtlpDecoder {

    /** Of log entries with protobuf bodies. */
    public static final String KIND = "otlp-traces";

    /** What an item is called. */
    public static final String SIGNAL = "spans";

    /** Makes the one that is needed. */
    public TracesDecoder() {
        super(KIND, SIGNAL);
    }

    @Override
    ResourceWalk walk(LogEntry entry, ProtoCursor cursor, Accumulator into) {
        return new Walk(cursor, into);
    }

    private static final class Walk extends ResourceWalk {

        private static final int SPAN_ID_BYTES = 8;
        private static final byte[] STATUS_KEY = bytes("otel.status_code");
        private static final byte[] OK = bytes("OK");
        private static final byte[] ERROR = bytes("ERROR");

        private final int statusSlot; // less than 0 if no measure asks for it
        private boolean wanted;

        Walk(ProtoCursor cursor, Accumulator into) {
            super(cursor, into);
            statusSlot = into.keys().indexOf(STATUS_KEY, 0, STATUS_KEY.length);
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        void beginResource() {
            wanted = into.selectSpans();
        }

        @Override
        void item() throws MalformedRequestException {
            Attributes event = into.beginEvent();
            int traceId = Accumulator.NO_TRACE_ID;
            boolean spanId = false;
            int name = cursor.position();
            int nameLength = 0;
            long kind = 0;
            int status = 0;
            long start = 0;
            long end = 0;
            long weight = Accumulator.ONE;
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                switch (tag) {
                    case SPAN_TRACE_ID -> traceId = id(Accumulator.TRACE_ID_BYTES);
                    case SPAN_SPAN_ID -> spanId = id(SPAN_ID_BYTES) >= 0;
                    case SPAN_TRACE_STATE -> {
                        int length = cursor.length();
                        weight =
                                SamplingThreshold.weightThousandths(
                                        cursor.bytes(), cursor.position(), length);
                        cursor.advance(length);
                    }
                    case SPAN_NAME -> {
                        nameLength = cursor.length();
                        name = cursor.position();
                        cursor.advance(nameLength);
                    }
                    case SPAN_KIND -> kind = cursor.varint();
                    case SPAN_START -> start = cursor.fixed64();
                    case SPAN_END -> end = cursor.fixed64();
                    case SPAN_ATTRIBUTES -> {
                        if (wanted) {
                            attributes.read(event);
                        } else {
                            cursor.skip(tag);
                        }
                    }
                    case SPAN_STATUS -> {
                        if (wanted && statusSlot >= 0) {
                            status = status(status);
                        } else {
                            cursor.skip(tag);
                        }
                    }
                    default -> cursor.skip(tag);
                }
            }
            // The field wins over an attribute of its name, wherever in the span either stands.
            if (status == STATUS_OK) {
                event.text(statusSlot, OK, 0, OK.length);
            } else if (status == STATUS_ERROR) {
                event.text(statusSlot, ERROR, 0, ERROR.length);
            }
            if (traceId < 0 || !spanId) {
                into.reject(RejectReason.INVALID_ID);
            } else if (start == 0 || Long.compareUnsigned(end, start) < 0) {
                into.reject(RejectReason.INVALID_TIME);
            } else if (into.admit(end)) {
                into.ofTrace(cursor.bytes(), traceId);
                if (wanted) {
                    into.span(cursor.bytes(), name, nameLength, kind, traceId, start, end, weight);
                }
            }
        }

        /** Reads a status; one that comes in parts is merged, as protobuf merges messages. */
        private int status(int before) throws MalformedRequestException {
            int outer = cursor.enter();
            int code = before;
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                if (tag == STATUS_CODE) {
                    code = (int) cursor.varint();
                } else {
                    cursor.skip(tag);
                }
            }
            cursor.leave(outer);
            return code;
        }
    }
}
