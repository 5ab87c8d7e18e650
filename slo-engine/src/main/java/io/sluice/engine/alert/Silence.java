package io.sluice.engine.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which nobody is told of alerts. They are evaluated and shown all the same, and whoever
 * is still firing when it ends is told then.
 *
 * @param slo the one that is meant; all of them if empty
 * @param until not included
 */
public record Silence(
        String id, Optional<String> slo, Instant from, Instant until, String reason, String by) {

    boolean covers(String someSlo, Instant at) {
        return slo.map(someSlo::equals).orElse(true) && !at.isBefore(from) && at.isBefore(until);
    }
}
