package io.sluice.server.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
    /**
     * Spans of ten attributes, about 430 bytes each: what the field's published figures are
     * measured with.
     */
    private static final int ATTRIBUTES = 10;

    private static final int TRACE_ID = 1;
    private static final int SPAN_ID = 2;
    private static final int NAME = 5;
    private static final int KIND = 6;
    private static final int START = 7;
    private static final int END = 8;
    private static final int SPAN_ATTRIBUTES = 9;
    private static final int KIND_SERVER = 2;

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
     * Makes a request of the strangler proxy's spans, spread over services, routes and sides as a
     * shop's are.
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
            Shop shop = Shop.of(i);
            span.text(NAME, shop.method() + " " + shop.route());
            span.varint(KIND, KIND_SERVER);
            span.fixed64(START, 0);
            int startAt = span.size() - 8;
            span.fixed64(END, 0);
            attributes(span, shop, i);
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
            // From 1 to 200 ms long; the end's tag is one byte after the start.
            buffer.order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(starts.get(i), nowNanos - (1 + i % 200) * 1_000_000L)
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
        resource.bytes(1, attribute("service.name", "strangler-proxy"));
        resource.bytes(1, attribute("service.namespace", "shopflow"));
        return resource.toByteArray();
    }

    private static void attributes(Wire span, Shop shop, int index) {
        span.bytes(SPAN_ATTRIBUTES, attribute("http.request.method", shop.method()));
        span.bytes(SPAN_ATTRIBUTES, attribute("http.route", shop.route()));
        span.bytes(SPAN_ATTRIBUTES, attribute("url.path", shop.route() + "/" + index));
        span.bytes(
                SPAN_ATTRIBUTES,
                attribute("http.response.status_code", index % 125 == 7 ? 503 : 200));
        span.bytes(SPAN_ATTRIBUTES, attribute("shop.service", shop.service()));
        span.bytes(
                SPAN_ATTRIBUTES, attribute("shop.side", index % 10 == 0 ? "platform" : "legacy"));
        span.bytes(SPAN_ATTRIBUTES, attribute("shop.upstream.version", "monolith-10.4"));
        span.bytes(SPAN_ATTRIBUTES, attribute("enduser.region", "eu-west"));
        span.bytes(SPAN_ATTRIBUTES, attribute("network.peer.address", "10.0.0." + index % 250));
        span.bytes(SPAN_ATTRIBUTES, attribute("user_agent.original", "bench/" + ATTRIBUTES));
    }

    private static byte[] attribute(String key, String value) {
        Wire any = new Wire();
        any.text(1, value);
        return keyValue(key, any);
    }

    private static byte[] attribute(String key, long value) {
        Wire any = new Wire();
        any.varint(3, value);
        return keyValue(key, any);
    }

    private static byte[] keyValue(String key, Wire value) {
        Wire keyValue = new Wire();
        keyValue.text(1, key);
        keyValue.bytes(2, value.toByteArray());
        return keyValue.toByteArray();
    }

    /** What one request of the shop looks like. */
    private record Shop(String service, String method, String route) {
        private static final List<Shop> ALL =
                List.of(
                        new Shop("catalog", "GET", "/catalog/{id}"),
                        new Shop("cart", "POST", "/cart/items"),
                        new Shop("checkout", "POST", "/checkout"),
                        new Shop("auth", "POST", "/auth/login"));

        static Shop of(int index) {
            return ALL.get(index % ALL.size());
        }
    }

    /** A protobuf writer of the five forms that are needed here. */
    private static final class Wire {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void varint(int field, long value) {
            unsigned((long) field << 3);
            unsigned(value);
        }

        void fixed64(int field, long value) {
            unsigned((long) field << 3 | 1);
            out.writeBytes(
                    ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
        }

        void bytes(int field, byte[] value) {
            lengthOf(field, value.length);
            out.writeBytes(value);
        }

        void text(int field, String value) {
            bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        void lengthOf(int field, int length) {
            unsigned((long) field << 3 | 2);
            unsigned(length);
        }

        void raw(byte[] value) {
            out.writeBytes(value);
        }

        int size() {
            return out.size();
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }

        private void unsigned(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                out.write((int) (rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
