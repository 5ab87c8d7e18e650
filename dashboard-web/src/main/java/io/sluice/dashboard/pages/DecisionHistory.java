package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The decisions of a cutover, newest first. They are kept as evidence and read back from the store,
 * so they are read once per new decision and shared by everything that shows them. Thread-safe.
 */
final class DecisionHistory {
    /** More than a run has, unless it lasts for days; the API has them all. */
    private static final int LIMIT = 500;

    private record Known(Decision latest, List<Decision> decisions) {}

    private final SloEngine engine;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    DecisionHistory(SloEngine engine) {
        this.engine = engine;
    }

    List<Decision> of(String cutover, Optional<Decision> latest) {
        if (latest.isEmpty()) {
            return List.of();
        }
        Known before = known.get(cutover);
        if (before != null && before.latest().equals(latest.get())) {
            return before.decisions();
        }
        List<Decision> decisions = engine.decisions(cutover, LIMIT);
        known.put(cutover, new Known(latest.get(), decisions));
        return decisions;
    }
}
