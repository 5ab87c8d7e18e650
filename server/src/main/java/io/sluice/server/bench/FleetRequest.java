package io.sluice.server.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Requests that visit every series of {@link #definitions} in turn: one span each, at a time that
 * the caller moves on. Numbers have leading zeros, so that all spans are of the same length and one
 * request's bytes become the next one's in place. Not thread-safe.
 */
final class FleetRequest implements Requests {
    /** As many groups as an SLI may have, but for the one that takes what comes after. */
    static final int GROUPS_PER_SLI = 2_000;

    private static final int SPANS = 500;
    private static final long DURATION_NANOS = 20_000_000;
    private static final String SLI_KEY = "bench.sli";
    private static final String SERVICE = "bench";

    private static final int DIGITS = 4;
    private static final int SERIES_MAX = 10_000 * GROUPS_PER_SLI;
    private static final String BEFORE_GROUP = "/fleet/";
    private static final String AFTER_GROUP = "/{id}";
    private static final String BEFORE_SLI = "sli-";

    private final int series;
    private final LongSupplier sequence;
    private final LongSupplier nanos;
    private final byte[] bytes;
    private final ByteBuffer bigEndian;
    private final ByteBuffer littleEndian;
    private final int firstSpan;
    private final int spanBytes;
    private final Span any = new Span(0);
    private int next;

    /**
     * @param series how many there are, 1 to 20,000,000
     * @param sequence a number that no request had before
     * @param nanos when the next request's spans end
     */
    FleetRequest(int series, LongSupplier sequence, LongSupplier nanos) {
        if (series < 1 || series > SERIES_MAX) {
            throw new IllegalArgumentException(series + " series, expected 1 to " + SERIES_MAX);
        }
        this.series = series;
        this.sequence = sequence;
        this.nanos = nanos;
        Wire spans = new Wire();
        for (int i = 0; i < SPANS; i++) {
            spans.bytes(2, new Span(i).bytes);
        }
        Wire resource = new Wire();
        resource.bytes(1, SpanRequest.attribute("service.name", SERVICE));
        Wire resourceSpans = new Wire();
        resourceSpans.bytes(1, resource.toByteArray());
        resourceSpans.bytes(2, spans.toByteArray());
        Wire request = new Wire();
        request.bytes(1, resourceSpans.toByteArray());
        bytes = request.toByteArray();
        bigEndian = ByteBuffer.wrap(bytes);
        littleEndian = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        spanBytes = spans.size() / SPANS;
        // The spans are the last that a request has, each behind its length.
        firstSpan = bytes.length - spans.size() + spanBytes - any.bytes.length;
    }

    /**
     * Sends a span of each series, and some more where a request's last ones are of the next round,
     * by a connection of its own: one would be closed where counting a round takes long.
     *
     * @param otlpHttp a server's port
     * @return how many, all of which were answered for
     */
    long sendRound(InetSocketAddress otlpHttp) throws IOException {
        long sent = 0;
        try (Sender sender =
                new HttpSender(
                        otlpHttp,
                        "/v1/traces",
                        Map.of("Content-Type", "application/x-protobuf"),
                        this)) {
            while (sent < series) {
                sent += sender.sendUntilAnswered(System.nanoTime(), () -> {});
            }
        }
        return sent;
    }

    /** So many SLOs as these series are of. */
    static String definitions(int series) {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                apiVersion: openslo/v1
                kind: Service
                metadata: {name: bench}
                spec: {description: measured}
                """);
        for (int sli = 0; sli * GROUPS_PER_SLI < series; sli++) {
            text.append(
                    """
                    ---
                    apiVersion: openslo/v1
                    kind: SLO
                    metadata: {name: bench-N, labels: {tier: service}}
                    spec:
                      service: bench
                      indicator:
                        metadata: {name: bench-N-requests}
                        spec:
                          ratioMetric:
                            counter: true
                            good:
                              metricSource:
                                type: spans
                                spec:
                                  service: bench
                                  kind: server
                                  where:
                                    - {attribute: bench.sli, equals: sli-N}
                                    - {attribute: http.response.status_code, below: 500}
                                  groupBy: http.route
                            total:
                              metricSource:
                                type: spans
                                spec:
                                  service: bench
                                  kind: server
                                  where: [{attribute: bench.sli, equals: sli-N}]
                                  groupBy: http.route
                      budgetingMethod: Occurrences
                      timeWindow: [{duration: 28d, isRolling: true}]
                      objectives: [{target: 0.999}]
                    """
                            .replace("N", digits(sli)));
        }
        return text.toString();
    }

    @Override
    public int items() {
        return SPANS;
    }

    @Override
    public ByteBuffer next() {
        long number = sequence.getAsLong();
        long end = nanos.getAsLong();
        for (int at = firstSpan; at < bytes.length; at += spanBytes) {
            bigEndian.putLong(at + any.traceId, number);
            littleEndian.putLong(at + any.start, end - DURATION_NANOS);
            littleEndian.putLong(at + any.end, end);
            Wire.putDecimal(bytes, at + any.groupInName, DIGITS, next % GROUPS_PER_SLI);
            Wire.putDecimal(bytes, at + any.groupInRoute, DIGITS, next % GROUPS_PER_SLI);
            Wire.putDecimal(bytes, at + any.sli, DIGITS, next / GROUPS_PER_SLI);
            next = (next + 1) % series;
        }
        return ByteBuffer.wrap(bytes);
    }

    private static String digits(int number) {
        return String.format(Locale.ROOT, "%0" + DIGITS + "d", number);
    }

    @Override
    public long expectedEvents(long sentItems) {
        return sentItems;
    }

    /** One of the spans as it is before its first change, and where in it is what changes. */
    private static final class Span {
        private final byte[] bytes;
        private final int traceId;
        private final int groupInName;
        private final int start;
        private final int end;
        private final int sli;
        private final int groupInRoute;

        Span(int index) {
            String path = BEFORE_GROUP + digits(0) + AFTER_GROUP;
            Wire span = new Wire();
            span.bytes(
                    SpanRequest.TRACE_ID, ByteBuffer.allocate(16).putLong(8, index + 1L).array());
            traceId = span.size() - 16;
            span.bytes(SpanRequest.SPAN_ID, ByteBuffer.allocate(8).putLong(index + 1L).array());
            span.text(SpanRequest.NAME, path);
            groupInName = span.size() - AFTER_GROUP.length() - DIGITS;
            span.varint(SpanRequest.KIND, ShopSpan.KIND_SERVER);
            span.fixed64(SpanRequest.START, 0);
            start = span.size() - Long.BYTES;
            span.fixed64(SpanRequest.END, 0);
            end = span.size() - Long.BYTES;
            // An attribute ends with its value's text.
            span.bytes(
                    SpanRequest.SPAN_ATTRIBUTES,
                    SpanRequest.attribute(SLI_KEY, BEFORE_SLI + digits(0)));
            sli = span.size() - DIGITS;
            span.bytes(SpanRequest.SPAN_ATTRIBUTES, SpanRequest.attribute("http.route", path));
            groupInRoute = span.size() - AFTER_GROUP.length() - DIGITS;
            long status = index % 100 == 7 ? 503 : 200;
            span.bytes(
                    SpanRequest.SPAN_ATTRIBUTES,
                    SpanRequest.attribute("http.response.status_code", status));
            bytes = span.toByteArray();
        }
    }
}
