package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.Slo;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was seen of one condition of one objective at one instant.
 *
 * @param key that of the condition's {@link Alert}
 * @param objective its index, or {@link Alert#SHARED}
 * @param condition its name; {@link Conditions#NO_DATA} for silence
 * @param alertAfter for how long it must be true
 * @param longBurnRate empty when unmeasured
 * @param shortBurnRate empty when unmeasured
 */
public record Sighting(
        String key,
        Slo slo,
        int objective,
        AlertPolicy policy,
        String condition,
        AlertPolicy.Severity severity,
        double threshold,
        Duration longWindow,
        Duration shortWindow,
        Duration alertAfter,
        Finding finding,
        OptionalDouble longBurnRate,
        OptionalDouble shortBurnRate) {

    /** Whether it is about the budget that a composite's parts share. */
    boolean isShared() {
        return objective == Alert.SHARED;
    }

    /** Whether the policy wants to tell that it fires; silence has a switch of its own. */
    public boolean isToldOf() {
        return condition.equals(Conditions.NO_DATA) || policy.alertWhenBreaching();
    }

    /**
     * The alert after this look.
     *
     * @param before null if the condition was not known to be true
     * @param eventTime when the condition became true, if it did just now
     * @param at the instant of the look
     * @return empty if there was no alert, and is none
     */
    public Optional<Alert> next(@Nullable Alert before, Instant eventTime, Instant at) {
        if (before == null && finding != Finding.TRUE) {
            return Optional.empty();
        }
        Alert alert = before == null ? Alert.inactive(this) : before;
        return Optional.of(alert.next(this, eventTime, at));
    }
}
