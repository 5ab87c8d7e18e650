package io.sluice.collector.otlp;

import io.sluice.collector.wire.ProtoCursor;

/** The tags of {@code ExportTraceServiceRequest} that are read, by whoever reads them. */
final class TraceFields {

    static final int REQUEST_RESOURCE_SPANS = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int RESOURCE_SPANS_SCOPE_SPANS = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SCOPE_SPANS_SPANS = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_TRACE_ID = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_SPAN_ID = 2 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_TRACE_STATE = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_NAME = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_KIND = 6 << 3 | ProtoCursor.VARINT;
    static final int SPAN_START = 7 << 3 | ProtoCursor.FIXED64;
    static final int SPAN_END = 8 << 3 | ProtoCursor.FIXED64;
    static final int SPAN_ATTRIBUTES = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_STATUS = 15 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int STATUS_CODE = 3 << 3 | ProtoCursor.VARINT;
    static final int STATUS_OK = 1;
    static final int STATUS_ERROR = 2;

    // Only people want to see these.
    static final int RESOURCE_SPANS_RESOURCE = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int RESOURCE_ATTRIBUTES = 1 << 3 | ProtoCursor.LENGTH_DELIMITED;
    static final int SPAN_PARENT_SPAN_ID = 4 << 3 | ProtoCursor.LENGTH_DELIMITED;

    private TraceFields() {}
}
