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

    Alert withState(State next) {
        return copy(
                next,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                deliveredAt,
                resolvedAt);
    }

    Alert withBurnRates(OptionalDouble longRate, OptionalDouble shortRate) {
        return copy(state, longRate, shortRate, conditionTrueAt, firedAt, deliveredAt, resolvedAt);
    }

    Alert withDeliveredAt(Instant at) {
        return copy(
                state,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                Optional.of(at),
                resolvedAt);
    }

    /** The beginning of a new round: nothing of an earlier one is left. */
    Alert pendingSince(Instant eventTime) {
        return copy(
                State.PENDING,
                longBurnRate,
                shortBurnRate,
                Optional.of(eventTime),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    Alert firing(Instant at) {
        return copy(
                State.FIRING,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                Optional.of(at),
                deliveredAt,
                resolvedAt);
    }

    Alert resolved(Instant at) {
        return copy(
                State.RESOLVED,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                deliveredAt,
                Optional.of(at));
    }

    private Alert copy(
            State nextState,
            OptionalDouble longRate,
            OptionalDouble shortRate,
            Optional<Instant> trueAt,
            Optional<Instant> fired,
            Optional<Instant> delivered,
            Optional<Instant> resolved) {
        return new Alert(
                key,
                slo,
                objective,
                policy,
                condition,
                severity,
                nextState,
                threshold,
                longWindow,
                shortWindow,
                longRate,
                shortRate,
                trueAt,
                fired,
                delivered,
                resolved);
    }
}
