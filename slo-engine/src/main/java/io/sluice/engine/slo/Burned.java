package io.sluice.engine.slo;

import io.sluice.engine.measure.Extract;

import java.time.Instant;
import java.util.List;

/**
 * What burned the budget: bad events by group and by attribute, most first, with some traces to
 * look at.
 */
public record Burned(
        String slo,
        Instant from,
        Instant to,
        long bad,
        List<Share> shares,
        List<Extract.Exemplar> exemplars) {
    public Burned {
        shares = List.copyOf(shares);
        exemplars = List.copyOf(exemplars);
    }

    /**
     * Bad events that have one value of one attribute.
     *
     * @param total all events with this value, or 0 where only bad ones are counted by it
     */
    public record Share(String attribute, String value, long bad, long total) {}
}
