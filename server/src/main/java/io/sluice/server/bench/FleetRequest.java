package io.sluice.server.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Requests that visit every series of {@link #definitions} in turn: one span each, at a time that
 * the caller moves on. Not thread-safe.
 */
final class FleetRequest implements Requests {
    /** As many groups as an SLI may have, but for the one that takes what comes after. */
    static final int GROUPS_PER_SLI = 2_000;

    private static final int SPANS = 500;
    private static final long DURATION_NANOS = 20_000_000;
    private static final String SLI_KEY = "bench.sli";
    private static final String SERVICE = "bench";

    private final int series;
    private final LongSupplier sequence;
    private final LongSupplier nanos;
    private int next;

    /**
     * @param series how many there are
     * @param sequence a number that no request had before
     * @param nanos when the next request's spans end
     */
    FleetRequest(int series, LongSupplier sequence, LongSupplier nanos) {
        this.series = series;
        this.sequence = sequence;
        this.nanos = nanos;
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
                            .replace("N", Integer.toString(sli)));
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
        Wire spans = new Wire();
        for (int i = 0; i < SPANS; i++) {
            spans.bytes(2, span(number, i, end));
            next = (next + 1) % series;
        }
        Wire resourceSpans = new Wire();
        Wire resource = new Wire();
        resource.bytes(1, SpanRequest.attribute("service.name", SERVICE));
        resourceSpans.bytes(1, resource.toByteArray());
        resourceSpans.bytes(2, spans.toByteArray());
        Wire request = new Wire();
        request.bytes(1, resourceSpans.toByteArray());
        return ByteBuffer.wrap(request.toByteArray());
    }

    private byte[] span(long number, int index, long endNanos) {
        String path = "/fleet/" + next % GROUPS_PER_SLI + "/{id}";
        Wire span = new Wire();
        span.bytes(
                SpanRequest.TRACE_ID,
                ByteBuffer.allocate(16).putLong(number).putLong(index + 1L).array());
        span.bytes(SpanRequest.SPAN_ID, ByteBuffer.allocate(8).putLong(index + 1L).array());
        span.bytes(SpanRequest.NAME, path.getBytes(StandardCharsets.US_ASCII));
        span.varint(SpanRequest.KIND, ShopSpan.KIND_SERVER);
        span.fixed64(SpanRequest.START, endNanos - DURATION_NANOS);
        span.fixed64(SpanRequest.END, endNanos);
        span.bytes(
                SpanRequest.SPAN_ATTRIBUTES,
                SpanRequest.attribute(SLI_KEY, "sli-" + next / GROUPS_PER_SLI));
        span.bytes(SpanRequest.SPAN_ATTRIBUTES, SpanRequest.attribute("http.route", path));
        long status = index % 100 == 7 ? 503 : 200;
        span.bytes(
                SpanRequest.SPAN_ATTRIBUTES,
                SpanRequest.attribute("http.response.status_code", status));
        return span.toByteArray();
    }

    @Override
    public long expectedEvents(long sentItems) {
        return sentItems;
    }
}
