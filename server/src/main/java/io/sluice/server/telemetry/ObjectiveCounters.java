package io.sluice.server.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.sluice.engine.SloEngine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The counters of good and of all events that rules of a Prometheus server sum, for each objective.
 * They are what the store has counted, so they go on after a restart.
 *
 * <p>A counter must not fall, or Prometheus takes its whole value for growth. A count falls for a
 * moment where a total arrives before its bad part, in another request; then the counter waits.
 * Where a definition changes what is counted, the label {@code measure} changes, and a new counter
 * begins. What is older than the store keeps (400 days) falls out of the count; a server that has
 * run for so long shows that as a reset.
 *
 * <p>Used by one thread at a time.
 */
final class ObjectiveCounters {
    private static final String EVENTS = "sluice.slo.events";
    private static final String GOOD_EVENTS = "sluice.slo.good.events";

    private final MeterRegistry registry;
    private final SloEngine engine;
    private Map<Tags, Counted> counted = new HashMap<>();

    ObjectiveCounters(MeterRegistry registry, SloEngine engine) {
        this.registry = registry;
        this.engine = engine;
    }

    /** Reads the counts, and has a pair of counters for each objective in force. */
    void refresh() {
        Map<Tags, Counted> current = new HashMap<>();
        for (SloEngine.ObjectiveCount count : engine.objectiveCounts()) {
            Tags tags =
                    Tags.of(
                            "slo",
                            count.slo(),
                            "objective",
                            Integer.toString(count.objective()),
                            "measure",
                            count.measure());
            Counted counters = counted.remove(tags);
            if (counters == null) {
                counters = new Counted(registry, tags);
            }
            counters.raise(count.good(), count.total());
            current.put(tags, counters);
        }
        counted.values().forEach(gone -> gone.meters.forEach(registry::remove));
        counted = current;
    }

    /** The highest counts of one objective that were seen. */
    private static final class Counted {
        private final List<Meter> meters = new ArrayList<>();
        private long good;
        private long total;

        Counted(MeterRegistry registry, Tags tags) {
            meters.add(
                    FunctionCounter.builder(GOOD_EVENTS, this, c -> c.good)
                            .description("Good events of an objective.")
                            .tags(tags)
                            .register(registry));
            meters.add(
                    FunctionCounter.builder(EVENTS, this, c -> c.total)
                            .description("All events of an objective.")
                            .tags(tags)
                            .register(registry));
        }

        void raise(long nowGood, long nowTotal) {
            good = Math.max(good, nowGood);
            total = Math.max(total, nowTotal);
        }
    }
}
