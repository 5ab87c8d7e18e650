package io.sluice.collector.query;

import io.sluice.definitions.model.EventSource;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A measure whose events are queries' answers. All of its queries are asked for the same instants
 * and become one record: good without its total, or the other way round, would be a wrong share.
 *
 * @param id of the measure
 * @param sli what people call it
 */
record Polled(String id, String sli, List<EventSource.Prometheus> queries) {

    Polled {
        queries = List.copyOf(queries);
    }

    /** Those of a plan. */
    static List<Polled> of(MeasurePlan plan) {
        return plan.measures().stream().map(Polled::of).flatMap(Optional::stream).toList();
    }

    private static Optional<Polled> of(Measure measure) {
        List<EventSource.Prometheus> queries = new ArrayList<>();
        for (Measure.Tap tap : measure.taps()) {
            boolean counts =
                    !(tap instanceof Measure.Tap.Count(_, var good, var total))
                            || good != 0
                            || total != 0;
            if (tap.source() instanceof EventSource.Prometheus query
                    && counts
                    && !queries.contains(query)) {
                queries.add(query);
            }
        }
        return queries.isEmpty()
                ? Optional.empty()
                : Optional.of(new Polled(measure.id(), measure.sli(), queries));
    }
}
