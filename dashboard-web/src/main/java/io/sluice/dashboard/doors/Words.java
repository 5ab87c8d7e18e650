package io.sluice.dashboard.doors;

import io.sluice.engine.cutover.Decision;

/** A decision in one sentence, for logs of other tools. */
final class Words {
    private Words() {}

    /** {@code HOLD: errors: ratio 1.08, not proven yet to be under 1.5}. */
    static String of(Decision decision) {
        return decision.verdict()
                + decision.reasons().stream()
                        .findFirst()
                        .map(reason -> ": " + reason.text())
                        .orElse("");
    }
}
