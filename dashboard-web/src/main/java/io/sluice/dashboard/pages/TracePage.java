package io.sluice.dashboard.pages;

import io.sluice.engine.TraceReader;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One trace as a waterfall, with what its services logged meanwhile.
 *
 * @param when it began, how long it took and how many spans it has; empty without any
 * @param spans parents before children, each with its depth
 * @param logs by time
 */
public record TracePage(String traceId, Text when, List<SpanRow> spans, List<LogRow> logs) {

    /**
     * One span.
     *
     * @param left of 100, as is {@code width}
     */
    public record SpanRow(
            int depth,
            String service,
            String name,
            String duration,
            double left,
            double width,
            boolean error,
            Map<String, String> attributes) {}

    /**
     * One log record.
     *
     * @param when after the trace's start, or the time where no span says when that was
     */
    public record LogRow(
            Text when,
            String service,
            String severity,
            String body,
            boolean error,
            Map<String, String> attributes) {}

    /** Deeper spans are indented no further. */
    private static final int MAX_DEPTH = 8;

    static TracePage of(String traceId, TraceReader.Trace trace, Instant now) {
        List<TraceReader.SpanView> spans = trace.spans();
        if (spans.isEmpty()) {
            return new TracePage(
                    traceId,
                    Text.NONE,
                    List.of(),
                    trace.logs().stream().map(log -> row(log, Text.at(log.time(), now))).toList());
        }
        Instant start =
                spans.stream()
                        .map(TraceReader.SpanView::start)
                        .min(Comparator.naturalOrder())
                        .orElseThrow();
        Instant end =
                spans.stream()
                        .map(span -> span.start().plusNanos(span.durationNanos()))
                        .max(Comparator.naturalOrder())
                        .orElseThrow();
        Duration length = Duration.between(start, end);
        List<SpanRow> rows = new ArrayList<>();
        inTreeOrder(spans).forEach((span, depth) -> rows.add(row(span, depth, start, length)));
        return new TracePage(
                traceId,
                Text.of(millis(length.toNanos()) + " from ")
                        .andAt(start, now)
                        .and(", " + rows.size() + (rows.size() == 1 ? " span" : " spans")),
                rows,
                trace.logs().stream()
                        .map(log -> row(log, after(Duration.between(start, log.time()))))
                        .toList());
    }

    private static LogRow row(TraceReader.LogView log, Text when) {
        String severity = log.severity().toUpperCase(Locale.ROOT);
        return new LogRow(
                when,
                log.service(),
                log.severity(),
                log.body(),
                severity.startsWith("ERROR") || severity.startsWith("FATAL"),
                new TreeMap<>(log.attributes()));
    }

    /** Clocks of two machines differ, so a record may seem to come before its trace. */
    private static Text after(Duration offset) {
        return Text.of((offset.isNegative() ? "−" : "+") + millis(offset.abs().toNanos()));
    }

    private static SpanRow row(
            TraceReader.SpanView span, int depth, Instant start, Duration length) {
        double all = Math.max(1, length.toNanos());
        return new SpanRow(
                Math.min(depth, MAX_DEPTH),
                span.service(),
                span.name(),
                millis(span.durationNanos()),
                100 * Duration.between(start, span.start()).toNanos() / all,
                Math.max(0.4, 100 * span.durationNanos() / all),
                span.error(),
                new TreeMap<>(span.attributes()));
    }

    private static String millis(long nanos) {
        return Format.value(nanos / 1e6) + " ms";
    }

    /**
     * Children come after their parent, by start time; a span whose parent is missing is a root; a
     * circle is cut.
     */
    private static Map<TraceReader.SpanView, Integer> inTreeOrder(
            List<TraceReader.SpanView> spans) {
        Set<String> ids = new HashSet<>();
        spans.forEach(span -> ids.add(span.spanId()));
        Map<String, List<TraceReader.SpanView>> children = new HashMap<>();
        for (TraceReader.SpanView span : spans) {
            String parent = ids.contains(span.parentSpanId()) ? span.parentSpanId() : "";
            children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(span);
        }
        children.values()
                .forEach(list -> list.sort(Comparator.comparing(TraceReader.SpanView::start)));
        Map<TraceReader.SpanView, Integer> ordered = new LinkedHashMap<>();
        add("", 0, children, ordered);
        spans.forEach(span -> ordered.putIfAbsent(span, 0));
        return ordered;
    }

    private static void add(
            String parent,
            int depth,
            Map<String, List<TraceReader.SpanView>> children,
            Map<TraceReader.SpanView, Integer> ordered) {
        for (TraceReader.SpanView span : children.getOrDefault(parent, List.of())) {
            if (ordered.putIfAbsent(span, depth) == null && !span.spanId().isEmpty()) {
                add(span.spanId(), depth + 1, children, ordered);
            }
        }
    }
}
