package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.TraceReader;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Traces, found and whole. */
final class TraceViews {
    private TraceViews() {}

    /** {@code GET /api/v1/traces}. */
    @Described(name = "TraceList")
    record Page(
            List<HitView> traces,
            @Described("Where to go on; null if all was looked through.") @Nullable Long before) {
        static Page of(TraceReader.Found found) {
            return new Page(
                    found.traces().stream().map(HitView::of).toList(),
                    found.before().isPresent() ? found.before().getAsLong() : null);
        }
    }

    @Described(name = "TraceHit", value = "A trace, by one of its events.")
    record HitView(
            String traceId,
            Instant at,
            @Described("The route, or what else the SLO groups by.") String group,
            @Described("The judged value in the indicator's unit, where it has one.")
                    @Nullable Double value) {
        static HitView of(TraceReader.Hit hit) {
            return new HitView(
                    hit.traceId(),
                    hit.at(),
                    hit.group(),
                    Double.isNaN(hit.value()) ? null : hit.value());
        }
    }

    /** {@code GET /api/v1/traces/{id}}. */
    @Described(name = "Trace")
    record Whole(
            String traceId,
            @Described("By start time.") List<SpanView> spans,
            @Described("By time.") List<LogView> logs) {
        static Whole of(String id, TraceReader.Trace trace) {
            return new Whole(
                    id,
                    trace.spans().stream().map(SpanView::of).toList(),
                    trace.logs().stream().map(LogView::of).toList());
        }
    }

    @Described(name = "TraceSpan")
    record SpanView(
            String spanId,
            @Described("Empty for a root.") String parentSpanId,
            String service,
            String name,
            Instant start,
            long durationNanos,
            boolean error,
            Map<String, String> attributes) {
        static SpanView of(TraceReader.SpanView span) {
            return new SpanView(
                    span.spanId(),
                    span.parentSpanId(),
                    span.service(),
                    span.name(),
                    span.start(),
                    span.durationNanos(),
                    span.error(),
                    span.attributes());
        }
    }

    @Described(name = "TraceLog")
    record LogView(
            Instant time,
            String service,
            String severity,
            String body,
            @Described("Empty if it is of no span.") String spanId,
            Map<String, String> attributes) {
        static LogView of(TraceReader.LogView log) {
            return new LogView(
                    log.time(),
                    log.service(),
                    log.severity(),
                    log.body(),
                    log.spanId(),
                    log.attributes());
        }
    }
}
