package io.sluice.collector.otlp;

import static io.sluice.collector.otlp.TraceFields.REQUEST_RESOURCE_SPANS;
import static io.sluice.collector.otlp.TraceFields.RESOURCE_ATTRIBUTES;
import static io.sluice.collector.otlp.TraceFields.RESOURCE_SPANS_RESOURCE;
import static io.sluice.collector.otlp.TraceFields.RESOURCE_SPANS_SCOPE_SPANS;
import static io.sluice.collector.otlp.TraceFields.SCOPE_SPANS_SPANS;
import static io.sluice.collector.otlp.TraceFields.SPAN_ATTRIBUTES;
import static io.sluice.collector.otlp.TraceFields.SPAN_END;
import static io.sluice.collector.otlp.TraceFields.SPAN_NAME;
import static io.sluice.collector.otlp.TraceFields.SPAN_PARENT_SPAN_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_SPAN_ID;
import static io.sluice.collector.otlp.TraceFields.SPAN_START;
import static io.sluice.collector.otlp.TraceFields.SPAN_STATUS;
import static io.sluice.collector.otlp.TraceFields.SPAN_TRACE_ID;
import static io.sluice.collector.otlp.TraceFields.STATUS_CODE;

import io.sluice.collector.wire.JsonToProto;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.engine.TraceReader.SpanView;
import io.sluice.engine.measure.MalformedRequestException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds one trace's spans in protobuf bodies and turns them into what people look at. For single
 * traces, not for speed.
 */
public final class SpanFinder {

    private static final String SERVICE = "service.name";
    private static final int STATUS_ERROR = 2;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final byte[] traceId;
    private final Consumer<SpanView> found;
    private final ProtoCursor cursor = new ProtoCursor();

    /**
     * @param traceId 16 bytes
     * @param found is told of each span
     */
    public SpanFinder(byte[] traceId, Consumer<SpanView> found) {
        this.traceId = traceId.clone();
        this.found = found;
    }

    /**
     * Looks through a log entry's body, if it is one of spans.
     *
     * @param body the decompressed body, in the first {@code length} bytes
     */
    public void search(String kind, byte[] body, int length) throws MalformedRequestException {
        if (kind.equals(TracesDecoder.KIND)) {
            search(body, length);
        } else if (kind.equals(OtlpFormat.JSON.kind(TracesDecoder.KIND))) {
            ProtoWriter request = JsonToProto.transcode(body, length, JsonSchema.TRACES);
            search(request.buffer(), request.size());
        }
    }

    private void search(byte[] body, int length) throws MalformedRequestException {
        if (!contains(body, length)) {
            return; // as most bodies do not
        }
        cursor.reset(body, 0, length);
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == REQUEST_RESOURCE_SPANS) {
                int outer = cursor.enter();
                resourceSpans();
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private boolean contains(byte[] body, int length) {
        for (int at = 0; at <= length - traceId.length; at++) {
            if (body[at] == traceId[0]
                    && Arrays.equals(body, at, at + traceId.length, traceId, 0, traceId.length)) {
                return true;
            }
        }
        return false;
    }

    private void resourceSpans() throws MalformedRequestException {
        int start = cursor.position();
        Map<String, String> resource = new LinkedHashMap<>();
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == RESOURCE_SPANS_RESOURCE) {
                int outer = cursor.enter();
                while (cursor.hasNext()) {
                    int field = cursor.tag();
                    if (field == RESOURCE_ATTRIBUTES) {
                        AttributeText.read(cursor, resource);
                    } else {
                        cursor.skip(field);
                    }
                }
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
        cursor.seek(start);
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == RESOURCE_SPANS_SCOPE_SPANS) {
                int outer = cursor.enter();
                scopeSpans(resource);
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private void scopeSpans(Map<String, String> resource) throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == SCOPE_SPANS_SPANS) {
                int outer = cursor.enter();
                span(resource);
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private void span(Map<String, String> resource) throws MalformedRequestException {
        Map<String, String> attributes = new LinkedHashMap<>(resource);
        boolean ours = false;
        String spanId = "";
        String parentSpanId = "";
        String name = "";
        long start = 0;
        long end = 0;
        boolean error = false;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case SPAN_TRACE_ID -> ours = Arrays.equals(bytes(), traceId);
                case SPAN_SPAN_ID -> spanId = HexFormat.of().formatHex(bytes());
                case SPAN_PARENT_SPAN_ID -> parentSpanId = HexFormat.of().formatHex(bytes());
                case SPAN_NAME -> name = new String(bytes(), StandardCharsets.UTF_8);
                case SPAN_START -> start = cursor.fixed64();
                case SPAN_END -> end = cursor.fixed64();
                case SPAN_STATUS -> error = status() == STATUS_ERROR;
                case SPAN_ATTRIBUTES -> AttributeText.read(cursor, attributes);
                default -> cursor.skip(tag);
            }
        }
        if (ours) {
            found.accept(
                    new SpanView(
                            spanId,
                            parentSpanId,
                            resource.getOrDefault(SERVICE, ""),
                            name,
                            Instant.ofEpochSecond(
                                    start / NANOS_PER_SECOND, start % NANOS_PER_SECOND),
                            end - start,
                            error,
                            attributes));
        }
    }

    private long status() throws MalformedRequestException {
        int outer = cursor.enter();
        long code = 0;
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == STATUS_CODE) {
                code = cursor.varint();
            } else {
                cursor.skip(tag);
            }
        }
        cursor.leave(outer);
        return code;
    }

    private byte[] bytes() throws MalformedRequestException {
        int length = cursor.length();
        byte[] bytes =
                Arrays.copyOfRange(cursor.bytes(), cursor.position(), cursor.position() + length);
        cursor.advance(length);
        return bytes;
    }
}
