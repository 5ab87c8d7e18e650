package io.sluice.server.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An OTLP trace request whose ids and times can be changed in place, so that a sender spends next
 * to nothing on making the next one and every request is a different one (an equal body would be
 * counted once, as a repeat).
 *
 * <p>The bytes are written by hand from the field numbers of opentelemetry-proto 1.11:
 * ExportTraceServiceRequest.1 → ResourceSpans {1 resource, 2 scope_spans} → ScopeSpans.2 → Span.
 * Not thread-safe: each connection has its own.
 */
final class SpanRequest {
    static final int TRACE_ID = 1;
    static final int SPAN_ID = 2;
    static final int NAME = 5;
    static final int KIND = 6;
    static final int START = 7;
    static final int END = 8;
    static final int SPAN_ATTRIBUTES = 9;

    private final byte[] bytes;
    private final List<Integer> traceIds;
    private final List<Integer> starts;
    private final int spans;

    private SpanRequest(byte[] bytes, List<Integer> traceIds, List<Integer> starts) {
        this.bytes = bytes;
        this.traceIds = traceIds;
        this.starts = starts;
        this.spans = traceIds.size();
    }

    /**
     * Makes a request of {@link ShopSpan}s.
     *
     * @param spans how many, at least 1
     */
    static SpanRequest of(int spans) {
        // Inner messages first: protobuf writes a length before each, so offsets are summed up on
        // the way out.
        ByteArrayOutputStream scopeSpans = new ByteArrayOutputStream();
        List<Integer> traceIds = new ArrayList<>();
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < spans; i++) {
            Wire span = new Wire();
            span.bytes(TRACE_ID, new byte[16]);
            int traceIdAt = span.size() - 16;
            span.bytes(SPAN_ID, ByteBuffer.allocate(8).putLong(i + 1L).array());
            ShopSpan shop = new ShopSpan(i);
            span.text(NAME, shop.name());
            span.varint(KIND, ShopSpan.KIND_SERVER);
            span.fixed64(START, 0);
            int startAt = span.size() - 8;
            span.fixed64(END, 0);
            shop.attributes()
                    .forEach((key, value) -> span.bytes(SPAN_ATTRIBUTES, attribute(key, value)));
            byte[] body = span.toByteArray();
            Wire header = new Wire();
            header.lengthOf(2, body.length);
            int base = scopeSpans.size() + header.size();
            scopeSpans.writeBytes(header.toByteArray());
            scopeSpans.writeBytes(body);
            traceIds.add(base + traceIdAt);
            starts.add(base + startAt);
        }
        Wire resourceSpans = new Wire();
        resourceSpans.bytes(1, resource());
        resourceSpans.lengthOf(2, scopeSpans.size());
        int before = resourceSpans.size();
        resourceSpans.raw(scopeSpans.toByteArray());
        Wire request = new Wire();
        request.lengthOf(1, resourceSpans.size());
        int shift = request.size() + before;
        request.raw(resourceSpans.toByteArray());
        return new SpanRequest(
                request.toByteArray(),
                traceIds.stream().map(at -> at + shift).toList(),
                starts.stream().map(at -> at + shift).toList());
    }

    /** The next request: other ids, ended now. The same array every time. */
    byte[] next(long sequence, long nowNanos) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < spans; i++) {
            buffer.order(ByteOrder.BIG_ENDIAN)
                    .putLong(traceIds.get(i), sequence)
                    .putLong(traceIds.get(i) + 8, i + 1L);
            // The end's tag is one byte after the start.
            buffer.order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(starts.get(i), nowNanos - new ShopSpan(i).nanos())
                    .putLong(starts.get(i) + 9, nowNanos);
        }
        return bytes;
    }

    /** How many spans a request has. */
    int spans() {
        return spans;
    }

    /** A resource without spans: a few bytes that make a precompressed request a different one. */
    static byte[] marker(long sequence) {
        Wire resource = new Wire();
        resource.bytes(1, attribute("bench.request", Long.toString(sequence)));
        Wire resourceSpans = new Wire();
        resourceSpans.bytes(1, resource.toByteArray());
        Wire request = new Wire();
        request.bytes(1, resourceSpans.toByteArray());
        return request.toByteArray();
    }

    private static byte[] resource() {
        Wire resource = new Wire();
        ShopSpan.RESOURCE.forEach((key, value) -> resource.bytes(1, attribute(key, value)));
        return resource.toByteArray();
    }

    static byte[] attribute(String key, Object value) {
        Wire any = new Wire();
        if (value instanceof Long number) {
            any.varint(3, number);
        } else {
            any.text(1, value.toString());
        }
        Wire keyValue = new Wire();
        keyValue.text(1, key);
        keyValue.bytes(2, any.toByteArray());
        return keyValue.toByteArray();
    }
}
