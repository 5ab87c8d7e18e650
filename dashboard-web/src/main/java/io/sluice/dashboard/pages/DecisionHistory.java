package io.sluice.dashboard.pages;

import io.sluice.dashboard.http.PerDecision;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;

import java.util.List;
import java.util.Optional;

/**
 * The decisions of a cutover, newest first. They are kept as evidence and read back from the store,
 * so they are read once per new decision and shared by everything that shows them. Thread-safe.
 */
final class DecisionHistory {
    /** More than a run has, unless it lasts for days; the API has them all. */
    private static final int LIMIT = 500;

    private final SloEngine engine;
    private final PerDecision<List<Decision>> decisions = new PerDecision<>();

    DecisionHistory(SloEngine engine) {
        this.engine = engine;
    }

    List<Decision> of(String cutover, Optional<Decision> latest) {
        return latest.map(one -> decisions.of(cutover, one, () -> engine.decisions(cutover, LIMIT)))
                .orElse(List.of());
    }
}
