package io.sluice.definitions.model;

import java.util.List;
import java.util.Optional;

/**
 * Where an SLI's events come from: a {@code metricSource} of type {@code spans}, {@code metrics} or
 * {@code events} with a matcher that can be read aloud: "spans of service strangler-proxy, kind
 * server, where http.response.status_code is below 500". An absent field matches everything.
 */
public sealed interface EventSource {

    /**
     * The telemetry's {@code service.name}; also whose heartbeat says that idle time was measured.
     */
    Optional<String> service();

    /**
     * All must hold. Keys are looked up in the event's own attributes first, then in the
     * resource's.
     */
    List<Condition> where();

    /** The attribute whose values are the groups of the total (for example the route). */
    Optional<String> groupBy();

    /**
     * Attributes by which bad events are counted, so that an alert can say what burned the budget.
     */
    List<String> breakdownBy();

    /** OpenTelemetry spans, and whatever a receiver turns into spans. */
    record Spans(
            Optional<String> service,
            Optional<String> name,
            Optional<SpanKind> kind,
            List<Condition> where,
            Optional<String> groupBy,
            List<String> breakdownBy)
            implements EventSource {
        public Spans {
            where = List.copyOf(where);
            breakdownBy = List.copyOf(breakdownBy);
        }
    }

    /**
     * Metric points by the metric's name: OTLP, scraped, remote-written, DogStatsD.
     *
     * @param metric the name as the protocol says it, for example {@code shop_requests_total}
     */
    record Metrics(
            Optional<String> service,
            String metric,
            List<Condition> where,
            Optional<String> groupBy,
            List<String> breakdownBy)
            implements EventSource {
        public Metrics {
            where = List.copyOf(where);
            breakdownBy = List.copyOf(breakdownBy);
        }
    }

    /** The same source with more conditions. */
    default EventSource and(List<Condition> more) {
        List<Condition> all = new java.util.ArrayList<>(where());
        all.addAll(more);
        return switch (this) {
            case Spans s ->
                    new Spans(s.service(), s.name(), s.kind(), all, s.groupBy(), s.breakdownBy());
            case Metrics m ->
                    new Metrics(m.service(), m.metric(), all, m.groupBy(), m.breakdownBy());
        };
    }

    /** The same source grouped by another attribute. */
    default EventSource groupedBy(Optional<String> attribute) {
        return switch (this) {
            case Spans s ->
                    new Spans(
                            s.service(), s.name(), s.kind(), s.where(), attribute, s.breakdownBy());
            case Metrics m ->
                    new Metrics(m.service(), m.metric(), m.where(), attribute, m.breakdownBy());
        };
    }
}
