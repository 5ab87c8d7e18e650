package io.sluice.engine;

import io.sluice.definitions.model.Condition;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Reads traces back from the ingest log, while it holds them. Implemented by the collector, which
 * knows the wire. What is on the redaction list is not in any answer. Thread-safe.
 */
public interface TraceReader {

    /**
     * A trace's spans by start time and its log records by time; both empty if the log does not
     * hold any.
     *
     * @param traceId 32 hex digits
     * @param near a time of the trace's, if it is known: a few minutes of the log are looked
     *     through then, and all of it otherwise
     * @throws IllegalArgumentException if the trace id is not 32 hex digits
     */
    Trace trace(String traceId, Optional<Instant> near);

    /** Traces that had counted events, newest records of the log first. */
    Found find(Query query);

    /** One trace. */
    record Trace(List<SpanView> spans, List<LogView> logs) {
        public Trace {
            spans = List.copyOf(spans);
            logs = List.copyOf(logs);
        }
    }

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

    /** One log record, for people. */
    record LogView(
            Instant time,
            String service,
            String severity,
            String body,
            String spanId,
            Map<String, String> attributes) {}

    /** Whether an event spent budget. */
    enum Outcome {
        /** Every trace with such an event. */
        BAD,
        /** One trace in a hundred, the same ones whoever asks: which, follows from its id. */
        GOOD
    }

    /** What a measure counts, in a plan. */
    record Counted(MeasurePlan plan, Measure measure) {
        /**
         * Those of its events for which a condition holds, too.
         *
         * @throws IllegalArgumentException if the measure's source takes no conditions
         */
        public Counted where(Condition condition) {
            MeasurePlan narrowed = plan.narrowed(measure, List.of(condition));
            return new Counted(narrowed, narrowed.measures().getFirst());
        }
    }

    /**
     * Which traces.
     *
     * @param group only events of this group; empty for all
     * @param atLeast only events whose judged value is at least this, in the indicator's unit;
     *     empty for all, also those that have no value
     * @param from of the events, inclusive
     * @param to of the events, exclusive
     * @param limit no further record is read when so many traces are found, at least 1
     * @param bytes no further record is read when bodies of more bytes than that, as they were
     *     sent, were looked through; what it takes grows with it
     * @param before where the page before this one said to go on
     */
    record Query(
            Counted counted,
            Outcome outcome,
            Optional<String> group,
            OptionalDouble atLeast,
            Instant from,
            Instant to,
            int limit,
            long bytes,
            OptionalLong before) {}

    /**
     * One page.
     *
     * @param before where to go on; empty if all was looked through
     */
    record Found(List<Hit> traces, OptionalLong before) {
        public Found {
            traces = List.copyOf(traces);
        }
    }

    /**
     * A trace, by one of its events.
     *
     * @param value the judged value, or NaN
     */
    record Hit(String traceId, Instant at, String group, double value) {}
}
