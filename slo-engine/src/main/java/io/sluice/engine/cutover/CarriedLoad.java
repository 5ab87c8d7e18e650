package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** Remembers for a minute what load was proven: to find out takes a day's minutes. Thread-safe. */
final class CarriedLoad {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final CutoverDesk.CapacityProven capacity;
    private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();

    private record Known(Instant at, OptionalLong perMinute) {}

    CarriedLoad(CutoverDesk.CapacityProven capacity) {
        this.capacity = capacity;
    }

    /** Empty where the cutover names no SLO that promises capacity, or none is proven. */
    OptionalLong perMinute(Cutover cutover, Instant now) {
        return cutover.capacity()
                .map(slo -> known.compute(slo, (_, last) -> current(slo, last, now)).perMinute())
                .orElse(OptionalLong.empty());
    }

    private Known current(String slo, @Nullable Known last, Instant now) {
        // A clock that was set back says nothing of how old an answer is.
        return last != null && Duration.between(last.at(), now).abs().compareTo(REMEMBERED) < 0
                ? last
                : new Known(now, capacity.perMinute(slo, now));
    }
}
