package io.sluice.engine.time;

import java.time.Duration;
import java.time.Instant;

/** A time, {@code [from, to)}. */
public record Interval(Instant from, Instant to) {
    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException unless {@code from} is before {@code to}
     */
    public Interval {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(from + " is not before " + to);
        }
    }

    /** How long it is. */
    public Duration length() {
        return Duration.between(from, to);
    }
}
