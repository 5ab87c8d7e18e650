package io.sluice.server.telemetry;

import io.sluice.engine.SloEngine.ObjectiveCount;

import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private Map<Key, ObjectiveCount> counted = new HashMap<>();

    private record Key(String slo, int objective, String measure) {
        static Key of(ObjectiveCount count) {
            return new Key(count.slo(), count.objective(), count.measure());
        }
    }

    /** The highest counts that were seen of each objective that is in force. */
    List<ObjectiveCount> raised(List<ObjectiveCount> counts) {
        Map<Key, ObjectiveCount> current = LinkedHashMap.newLinkedHashMap(counts.size());
        for (ObjectiveCount count : counts) {
            Key key = Key.of(count);
            current.put(key, raised(count, counted.getOrDefault(key, count)));
        }
        counted = current;
        return List.copyOf(current.values());
    }

    private static ObjectiveCount raised(ObjectiveCount now, ObjectiveCount before) {
        return new ObjectiveCount(
                now.slo(),
                now.objective(),
                now.measure(),
                Math.max(now.good(), before.good()),
                Math.max(now.total(), before.total()));
    }
}
