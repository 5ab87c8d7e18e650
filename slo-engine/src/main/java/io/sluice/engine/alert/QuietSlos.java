package io.sluice.engine.alert;

import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.slo.SloEvaluator.Inputs;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * SLOs of which the last look found nothing at all, and what it looked at: while that is the same,
 * another look would find nothing either, so that looking each second costs what has changed. Not
 * thread-safe.
 */
final class QuietSlos {
    private final Map<String, Inputs> inputs = new HashMap<>();
    private MeasurePlan plan = MeasurePlan.NOTHING;

    /** Forgets all if these are other definitions. */
    void under(MeasurePlan next) {
        if (plan != next) {
            plan = next;
            inputs.clear();
        }
    }

    boolean knows(Slo slo, Inputs now) {
        return now.equals(inputs.get(slo.name()));
    }

    /**
     * Remembers a look.
     *
     * @param seen empty if there was something
     */
    void remember(Slo slo, Optional<Inputs> seen) {
        if (seen.isPresent()) {
            inputs.put(slo.name(), seen.get());
        } else {
            inputs.remove(slo.name());
        }
    }
}
