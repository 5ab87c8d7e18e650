package io.sluice.collector.otlp;

import static io.sluice.collector.otlp.TraceFields.SPAN_ATTRIBUTES;
import static io.sluice.collector.otlp.TraceFields.SPAN_END;
import static io.sluice.collector.otlp.TraceFields.SPAN_KIND;
import static io.sluice.collector.otlp.TraceFields.SPAN_NAME;
import static io.sluice.collector.otlp.TraceFields.SPAN_SPAN_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_START;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_STATE;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

/**
 * Reads {@code ExportTraceServiceRequest} off the wire. A span counts when it ended; it is refused
 * if its ids are no ids, if it has no start or ended before it.
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

        private boolean wanted;

        Walk(ProtoCursor cursor, Accumulator into) {
            super(cursor, into);
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
                    default -> cursor.skip(tag);
                }
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
    }
}
