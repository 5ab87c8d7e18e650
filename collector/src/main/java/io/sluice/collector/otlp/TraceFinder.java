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
import static io.sluice.collector.otlp.TraceFields.STATUS_ERROR;

import io.sluice.collector.wire.JsonToProto;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.engine.TraceReader.LogView;
import io.sluice.engine.TraceReader.SpanView;
import io.sluice.engine.measure.MalformedRequestException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds one trace's spans and log records in OTLP bodies and turns them into what people look at.
 * For single traces, not for speed. Requests of spans and of log records have the same form down to
 * their items (a test of the field numbers is that both are found).
 */
public final class TraceFinder {

    private static final int LOG_TIME = 1 << 3 | ProtoCursor.FIXED64;
    private static final int LOG_SEVERITY = 2 << 3 | ProtoCursor.VARINT;
    private static final int LOG_SEVERITY_TEXT = 3 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LOG_BODY = 5 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LOG_ATTRIBUTES = 6 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LOG_TRACE_ID = 9 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LOG_SPAN_ID = 10 << 3 | ProtoCursor.LENGTH_DELIMITED;
    private static final int LOG_OBSERVED_TIME = 11 << 3 | ProtoCursor.FIXED64;

    private static final String SERVICE = "service.name";
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final byte[] traceId;
    private final Consumer<SpanView> spans;
    private final Consumer<LogView> logs;
    private final ProtoCursor cursor = new ProtoCursor();

    /**
     * @param traceId 16 bytes
     * @param spans is told of each span
     * @param logs is told of each log record
     */
    public TraceFinder(byte[] traceId, Consumer<SpanView> spans, Consumer<LogView> logs) {
        this.traceId = traceId.clone();
        this.spans = spans;
        this.logs = logs;
    }

    /**
     * Looks through a log entry's body, if it is one of spans or of log records.
     *
     * @param body the decompressed body, in the first {@code length} bytes
     */
    public void search(String kind, byte[] body, int length) throws MalformedRequestException {
        if (kind.equals(TracesDecoder.KIND)) {
            search(body, length, this::span);
        } else if (kind.equals(OtlpFormat.JSON.kind(TracesDecoder.KIND))) {
            ProtoWriter request = JsonToProto.transcode(body, length, JsonSchema.TRACES);
            search(request.buffer(), request.size(), this::span);
        } else if (kind.equals(LogsDecoder.KIND)) {
            search(body, length, this::logRecord);
        } else if (kind.equals(OtlpFormat.JSON.kind(LogsDecoder.KIND))) {
            ProtoWriter request = JsonToProto.transcode(body, length, JsonSchema.LOGS);
            search(request.buffer(), request.size(), this::logRecord);
        }
    }

    /** Reads one item; the cursor stands in it. */
    private interface Item {
        void read(Map<String, String> resource) throws MalformedRequestException;
    }

    private void search(byte[] body, int length, Item item) throws MalformedRequestException {
        if (!contains(body, length)) {
            return; // as most bodies do not
        }
        cursor.reset(body, 0, length);
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == REQUEST_RESOURCE_SPANS) {
                int outer = cursor.enter();
                resource(item);
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

    private void resource(Item item) throws MalformedRequestException {
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
                scope(resource, item);
                cursor.leave(outer);
            } else {
                cursor.skip(tag);
            }
        }
    }

    private void scope(Map<String, String> resource, Item item) throws MalformedRequestException {
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            if (tag == SCOPE_SPANS_SPANS) {
                int outer = cursor.enter();
                item.read(resource);
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
            spans.accept(
                    new SpanView(
                            spanId,
                            parentSpanId,
                            resource.getOrDefault(SERVICE, ""),
                            name,
                            instant(start),
                            end - start,
                            error,
                            attributes));
        }
    }

    private void logRecord(Map<String, String> resource) throws MalformedRequestException {
        Map<String, String> attributes = new LinkedHashMap<>(resource);
        boolean ours = false;
        long time = 0;
        long observed = 0;
        long severity = 0;
        String severityText = "";
        String body = "";
        String spanId = "";
        while (cursor.hasNext()) {
            int tag = cursor.tag();
            switch (tag) {
                case LOG_TIME -> time = cursor.fixed64();
                case LOG_OBSERVED_TIME -> observed = cursor.fixed64();
                case LOG_SEVERITY -> severity = cursor.varint();
                case LOG_SEVERITY_TEXT ->
                        severityText = new String(bytes(), StandardCharsets.UTF_8);
                case LOG_BODY -> body = AttributeText.value(cursor);
                case LOG_ATTRIBUTES -> AttributeText.read(cursor, attributes);
                case LOG_TRACE_ID -> ours = Arrays.equals(bytes(), traceId);
                case LOG_SPAN_ID -> spanId = HexFormat.of().formatHex(bytes());
                default -> cursor.skip(tag);
            }
        }
        if (ours) {
            logs.accept(
                    new LogView(
                            instant(time != 0 ? time : observed),
                            resource.getOrDefault(SERVICE, ""),
                            severityText.isEmpty() ? severityName(severity) : severityText,
                            body,
                            spanId,
                            attributes));
        }
    }

    /** As the log data model names its numbers, four for each name. */
    private static String severityName(long number) {
        List<String> names = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL");
        return number < 1 || number > 24 ? "" : names.get((int) (number - 1) / 4);
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND);
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
