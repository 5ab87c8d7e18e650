package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One alert condition's state for one objective, or for a composite's shared budget.
 *
 * @param key stable over restarts: SLO, objective or {@code shared}, policy and condition
 * @param objective its index, or {@link #SHARED}
 * @param conditionTrueAt the event time at which the condition became true
 * @param firedAt when it began to fire
 * @param deliveredAt when the first receiver had confirmed it
 * @param longBurnRate now; empty when unmeasured
 * @param shortBurnRate now; empty when unmeasured
 * @param toldTo names of the receivers that were told that it fires, or know of it by its incident
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
        Optional<Instant> resolvedAt,
        List<String> toldTo) {

    /** In place of an objective's index: the budget that a composite's parts share. */
    public static final int SHARED = -1;

    public Alert {
        toldTo = List.copyOf(toldTo);
    }

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

    /** The same condition before it was ever true. */
    static Alert inactive(Sighting sighting) {
        return new Alert(
                sighting.key(),
                sighting.slo().name(),
                sighting.objective(),
                sighting.policy().metadata().name(),
                sighting.condition(),
                sighting.severity(),
                State.INACTIVE,
                sighting.threshold(),
                sighting.longWindow(),
                sighting.shortWindow(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /**
     * The state after one look at the condition: a function of the state before, what was seen, and
     * the instant.
     *
     * @param eventTime when the condition became true, if it did just now
     * @param at the instant of the look
     */
    Alert next(Sighting seen, Instant eventTime, Instant at) {
        Alert now = withBurnRates(seen.longBurnRate(), seen.shortBurnRate());
        return switch (state) {
            case INACTIVE, RESOLVED ->
                    seen.finding() == Finding.TRUE
                            ? now.begun(seen.alertAfter(), eventTime, at)
                            : now;
            case PENDING ->
                    switch (seen.finding()) {
                        case TRUE -> now.begun(seen.alertAfter(), eventTime, at);
                        case FALSE -> now.withState(State.INACTIVE);
                        case UNMEASURED -> now;
                    };
            case FIRING, FROZEN ->
                    switch (seen.finding()) {
                        case TRUE -> now.withState(State.FIRING);
                        case FALSE -> now.resolved(at);
                        case UNMEASURED -> now.withState(State.FROZEN);
                    };
        };
    }

    /** True since some time: fires as soon as it has been for long enough. */
    private Alert begun(Duration alertAfter, Instant eventTime, Instant at) {
        Alert pending = state == State.PENDING ? this : pendingSince(eventTime);
        Instant since = pending.conditionTrueAt().orElse(at);
        return at.isBefore(since.plus(alertAfter)) ? pending : pending.firing(at);
    }

    /** The objective's index; empty where it is about a composite's shared budget. */
    public OptionalInt ofObjective() {
        return objective == SHARED ? OptionalInt.empty() : OptionalInt.of(objective);
    }

    /** Whether somebody should be at work on it. */
    public boolean active() {
        return state == State.FIRING || state == State.FROZEN;
    }

    private Alert withState(State next) {
        return copy(
                next,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                deliveredAt,
                resolvedAt,
                toldTo);
    }

    private Alert withBurnRates(OptionalDouble longRate, OptionalDouble shortRate) {
        return copy(
                state,
                longRate,
                shortRate,
                conditionTrueAt,
                firedAt,
                deliveredAt,
                resolvedAt,
                toldTo);
    }

    Alert withDeliveredAt(Instant at) {
        return copy(
                state,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                Optional.of(at),
                resolvedAt,
                toldTo);
    }

    Alert withToldTo(List<String> receivers) {
        return copy(
                state,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                deliveredAt,
                resolvedAt,
                receivers);
    }

    /** The beginning of a new round: nothing of an earlier one is left. */
    private Alert pendingSince(Instant eventTime) {
        return copy(
                State.PENDING,
                longBurnRate,
                shortBurnRate,
                Optional.of(eventTime),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    private Alert firing(Instant at) {
        return copy(
                State.FIRING,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                Optional.of(at),
                deliveredAt,
                resolvedAt,
                toldTo);
    }

    Alert resolved(Instant at) {
        return copy(
                State.RESOLVED,
                longBurnRate,
                shortBurnRate,
                conditionTrueAt,
                firedAt,
                deliveredAt,
                Optional.of(at),
                toldTo);
    }

    private Alert copy(
            State nextState,
            OptionalDouble longRate,
            OptionalDouble shortRate,
            Optional<Instant> trueAt,
            Optional<Instant> fired,
            Optional<Instant> delivered,
            Optional<Instant> resolved,
            List<String> told) {
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
                resolved,
                told);
    }
}
