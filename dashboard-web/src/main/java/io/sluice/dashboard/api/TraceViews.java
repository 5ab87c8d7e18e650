package io.sluice.dashboard.api;

import io.sluice.engine.TraceReader;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Traces, found and whole. */
final class TraceViews {
    private TraceViews() {}

    /** {@code GET /api/v1/traces}. */
    record Page(List<HitView> traces, @Nullable Long before) {
        static Page of(TraceReader.Found found) {
            return new Page(
                    found.traces().stream().map(HitView::of).toList(),
                    found.before().isPresent() ? found.before().getAsLong() : null);
        }
    }

    record HitView(String traceId, Instant at, String group, @Nullable Double value) {
        static HitView of(TraceReader.Hit hit) {
            return new HitView(
                    hit.traceId(),
                    hit.at(),
                    hit.group(),
                    Double.isNaN(hit.value()) ? null : hit.value());
        }
    }

    /** {@code GET /api/v1/traces/{id}}. */
    record Whole(
            String traceId, List<TraceReader.SpanView> spans, List<TraceReader.LogView> logs) {}
}
