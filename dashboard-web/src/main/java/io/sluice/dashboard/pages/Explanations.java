package io.sluice.dashboard.pages;

import io.sluice.dashboard.http.PerDecision;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Explanation;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What each cutover's latest decision was made from. To explain takes longer the longer a step has
 * lasted, so it is done once per decision and shared by everything that shows it. Thread-safe.
 */
final class Explanations {
    private final SloEngine engine;
    private final PerDecision<Optional<Explanation>> explanations = new PerDecision<>();

    Explanations(SloEngine engine) {
        this.engine = engine;
    }

    Optional<Explanation> of(String cutover, Decision latest) {
        return explanations.of(
                cutover, latest, () -> engine.explain(cutover, OptionalDouble.empty()));
    }
}
