package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Explanation;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each cutover's latest decision was made from. To explain takes longer the longer a step has
 * lasted, so it is done once per decision and shared by everything that shows it. Thread-safe.
 */
final class Explanations {
    private record Known(Decision latest, Optional<Explanation> explanation) {}

    private final SloEngine engine;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    Explanations(SloEngine engine) {
        this.engine = engine;
    }

    Optional<Explanation> of(String cutover, Decision latest) {
        Known before = known.get(cutover);
        if (before != null && before.latest().equals(latest)) {
            return before.explanation();
        }
        Optional<Explanation> explanation = engine.explain(cutover, OptionalDouble.empty());
        known.put(cutover, new Known(latest, explanation));
        return explanation;
    }
}
