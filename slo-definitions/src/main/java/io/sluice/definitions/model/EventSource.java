package io.sluice.definitions.model;

import java.util.List;
import java.util.Optional;

/**
 * Where an SLI's events come from: a {@code metricSource}. Types {@code spans}, {@code metrics} and
 * {@code events} have a matcher that can be read aloud: "spans of service strangler-proxy, kind
 * server, where http.response.status_code is below 500"; an absent field matches everything.
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

    /**
     * OpenTelemetry log records by their event name.
     *
     * @param name the event's name, for example {@code browser.web_vital}
     */
    record Events(
            Optional<String> service,
            Optional<String> name,
            List<Condition> where,
            Optional<String> groupBy,
            List<String> breakdownBy)
            implements EventSource {
        public Events {
            where = List.copyOf(where);
            breakdownBy = List.copyOf(breakdownBy);
        }
    }

    /**
     * A query that a Prometheus-compatible server answers. What it selects is the server's
     * business, so it has no conditions and no groups here.
     *
     * @param dataSource the name of the {@link DataSource} that says where the server is
     * @param query PromQL
     */
    record Prometheus(Optional<String> dataSource, String query) implements Opaque {}

    /**
     * A source of a type that Sluice reads and does not measure.
     *
     * @param type absent where the data source says it
     * @param dataSource the name of a {@link DataSource}
     */
    record Foreign(Optional<String> type, Optional<String> dataSource, Tree.Fields spec)
            implements Opaque {}

    /** A source that is asked as a whole: nothing in it can be matched, sided or grouped here. */
    sealed interface Opaque extends EventSource {
        @Override
        default Optional<String> service() {
            return Optional.empty();
        }

        @Override
        default List<Condition> where() {
            return List.of();
        }

        @Override
        default Optional<String> groupBy() {
            return Optional.empty();
        }

        @Override
        default List<String> breakdownBy() {
            return List.of();
        }

        private EventSource only(boolean unchanged) {
            if (!unchanged) {
                throw new IllegalArgumentException("nothing can be matched in " + this);
            }
            return this;
        }
    }

    /**
     * The same source with more conditions.
     *
     * @throws IllegalArgumentException if there are some and the source takes none
     */
    default EventSource and(List<Condition> more) {
        List<Condition> all = new java.util.ArrayList<>(where());
        all.addAll(more);
        return switch (this) {
            case Spans s ->
                    new Spans(s.service(), s.name(), s.kind(), all, s.groupBy(), s.breakdownBy());
            case Metrics m ->
                    new Metrics(m.service(), m.metric(), all, m.groupBy(), m.breakdownBy());
            case Events e -> new Events(e.service(), e.name(), all, e.groupBy(), e.breakdownBy());
            case Opaque opaque -> opaque.only(more.isEmpty());
        };
    }

    /**
     * The same source grouped by another attribute.
     *
     * @throws IllegalArgumentException if there is one and the source has no groups
     */
    default EventSource groupedBy(Optional<String> attribute) {
        return groupedBy(attribute, breakdownBy());
    }

    /**
     * The same source with other groups and another breakdown.
     *
     * @throws IllegalArgumentException if there are some and the source has none
     */
    default EventSource groupedBy(Optional<String> attribute, List<String> breakdown) {
        return switch (this) {
            case Spans s ->
                    new Spans(s.service(), s.name(), s.kind(), s.where(), attribute, breakdown);
            case Metrics m -> new Metrics(m.service(), m.metric(), m.where(), attribute, breakdown);
            case Events e -> new Events(e.service(), e.name(), e.where(), attribute, breakdown);
            case Opaque opaque -> opaque.only(attribute.isEmpty() && breakdown.isEmpty());
        };
    }
}
