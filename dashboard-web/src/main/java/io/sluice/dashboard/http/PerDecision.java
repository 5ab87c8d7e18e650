package io.sluice.dashboard.http;

import io.sluice.engine.cutover.Decision;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What takes time to make of a cutover's latest decision: it is asked for many times before there
 * is another one, so it is made once per decision. Thread-safe; two who ask at once may both make
 * it.
 */
public final class PerDecision<T> {
    private record Made<T>(Decision decision, T value) {}

    private final Map<String, Made<T>> byCutover = new ConcurrentHashMap<>();

    /** What was made of this decision, or is made now. */
    public T of(String cutover, Decision latest, Supplier<T> maker) {
        Made<T> known = byCutover.get(cutover);
        if (known != null && known.decision().equals(latest)) {
            return known.value();
        }
        T value = maker.get();
        byCutover.put(cutover, new Made<>(latest, value));
        return value;
    }
}
