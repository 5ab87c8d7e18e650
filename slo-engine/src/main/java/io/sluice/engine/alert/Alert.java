package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One alert condition's state for one objective.
 *
 * @param key stable over restarts: SLO, objective, policy and condition
 * @param conditionTrueAt the event time at which the condition became true
 * @param firedAt when it began to fire
 * @param deliveredAt when the first receiver had confirmed it
 * @param longBurnRate now; empty when unmeasured
 * @param shortBurnRate now; empty when unmeasured
 */
public record Alert(
        String key,
        String slo,
        int objective,
        String policy,
        String condition,
        AlertPolicy.Severity severity,
        State state,
        double threshold,
        Duration longWindow,
        Duration shortWindow,
        OptionalDouble longBurnRate,
        OptionalDouble shortBurnRate,
        Optional<Instant> conditionTrueAt,
        Optional<Instant> firedAt,
        Optional<Instant> deliveredAt,
        Optional<Instant> resolvedAt) {

    /** Where an alert is. */
    public enum State {
        INACTIVE,
        /** True, but not yet for as long as {@code alertAfter}. */
        PENDING,
        FIRING,
        /** Was firing when the data stopped: stays so until there is data again. */
        FROZEN,
        RESOLVED
    }

    /** Whether somebody should be at work on it. */
    public boolean active() {
        return state == State.FIRING || state == State.FROZEN;
    }
}
