package io.sluice.engine;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Reads traces back from the ingest log. Implemented by the collector, which knows the wire.
 * Thread-safe.
 */
public interface TraceReader {

    /**
     * The spans of a trace that were received near a time, by start time; empty if the log no
     * longer holds them.
     *
     * @param traceId 32 hex digits
     */
    List<SpanView> trace(String traceId, Instant near);

    /** One span, for people. */
    record SpanView(
            String spanId,
            String parentSpanId,
            String service,
            String name,
            Instant start,
            long durationNanos,
            boolean error,
            Map<String, String> attributes) {}
}
