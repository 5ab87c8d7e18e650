package io.sluice.collector.otlp;

import static io.sluice.collector.otlp.TraceFields.REQUEST_RESOURCE_SPANS;
import static io.sluice.collector.otlp.TraceFields.RESOURCE_SPANS_SCOPE_SPANS;
import static io.sluice.collector.otlp.TraceFields.SCOPE_SPANS_SPANS;
import static io.sluice.collector.otlp.TraceFields.SPAN_ATTRIBUTES;
import static io.sluice.collector.otlp.TraceFields.SPAN_END;
import static io.sluice.collector.otlp.TraceFields.SPAN_KIND;
import static io.sluice.collector.otlp.TraceFields.SPAN_NAME;
import static io.sluice.collector.otlp.TraceFields.SPAN_SPAN_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_START;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_STATE;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.match.Attributes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.RejectReason;

/**
 * Reads {@code ExportTraceServiceRequest} off the wire. A span counts when it ended; it is refused
 * if its ids are no ids, if it has no start or ended before it.
 */
public final class TracesDecoder implements Decoder {

    /** Of log entries with protobuf bodies. */
    public static final String KIND = "otlp-traces";

    /** What an item is called. */
    public static final String SIGNAL = "spans";

    /** Makes the one that is needed. */
    public TracesDecoder() {}

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public String signal() {
        return SIGNAL;
    }

    @Override
    public boolean repeats() {
        return true;
    }

    @Override
    public void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException {
        ProtoCursor cursor = new ProtoCursor();
        cursor.reset(body, 0, length);
        new Walk(cursor, into).request();
    }

    /** One walk over one body. */
    private static final class Walk {

        private static final int TRACE_ID_BYTES = 16;
        private static final int SPAN_ID_BYTES = 8;

        private final ProtoCursor cursor;
        private final Accumulator into;
        private final ResourceReader resources;
        private final AttributeReader attributes;

        Walk(ProtoCursor cursor, Accumulator into) {
            this.cursor = cursor;
            this.into = into;
            this.attributes = new AttributeReader(cursor, into.keys());
            this.resources = new ResourceReader(cursor, attributes);
        }

        void request() throws MalformedRequestException {
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                if (tag == REQUEST_RESOURCE_SPANS) {
                    int outer = cursor.enter();
                    resources.read(into);
                    boolean wanted = into.selectSpans();
                    resourceSpans(wanted);
                    cursor.leave(outer);
                } else {
                    cursor.skip(tag);
                }
            }
        }

        private void resourceSpans(boolean wanted) throws MalformedRequestException {
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                if (tag == RESOURCE_SPANS_SCOPE_SPANS) {
                    int outer = cursor.enter();
                    scopeSpans(wanted);
                    cursor.leave(outer);
                } else {
                    cursor.skip(tag);
                }
            }
        }

        private void scopeSpans(boolean wanted) throws MalformedRequestException {
            while (cursor.hasNext()) {
                int tag = cursor.tag();
                if (tag == SCOPE_SPANS_SPANS) {
                    int outer = cursor.enter();
                    span(wanted);
                    cursor.leave(outer);
                } else {
                    cursor.skip(tag);
                }
            }
        }

        private void span(boolean wanted) throws MalformedRequestException {
            Attributes event = into.beginEvent();
            int traceId = -1;
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
                    case SPAN_TRACE_ID -> traceId = id(TRACE_ID_BYTES);
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
            } else if (into.admit(end) && wanted) {
                into.span(cursor.bytes(), name, nameLength, kind, traceId, start, end, weight);
            }
        }

        /** Reads an id; returns where it lies, or -1 if it has another length or is all zeros. */
        private int id(int expectedLength) throws MalformedRequestException {
            int length = cursor.length();
            int at = cursor.position();
            cursor.advance(length);
            if (length == expectedLength) {
                for (int i = at; i < at + length; i++) {
                    if (cursor.bytes()[i] != 0) {
                        return at;
                    }
                }
            }
            return -1;
        }
    }
}
