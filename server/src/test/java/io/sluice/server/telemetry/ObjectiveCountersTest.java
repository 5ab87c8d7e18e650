package io.sluice.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.engine.SloEngine.ObjectiveCount;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What Prometheus takes for growth must be growth. */
final class ObjectiveCountersTest {
    private final ObjectiveCounters counters = new ObjectiveCounters();

    @Test
    void countThatFalls_waits() {
        ObjectiveCount before = count("cart", 0, "m1", 90, 100);
        assertThat(counters.raised(List.of(before))).containsExactly(before);
        assertThat(counters.raised(List.of(count("cart", 0, "m1", 85, 105))))
                .containsExactly(count("cart", 0, "m1", 90, 105));
        assertThat(counters.raised(List.of(count("cart", 0, "m1", 95, 104))))
                .containsExactly(count("cart", 0, "m1", 95, 105));
    }

    @Test
    void otherMeasure_isAnotherCounter() {
        counters.raised(List.of(count("cart", 0, "m1", 90, 100), count("cart", 1, "m1", 50, 60)));
        ObjectiveCount other = count("cart", 0, "m2", 9, 10);
        ObjectiveCount second = count("cart", 1, "m1", 50, 61);
        assertThat(counters.raised(List.of(other, second))).containsExactly(other, second);
        // What is no longer in force is forgotten, and begins anew should it come back.
        ObjectiveCount again = count("cart", 0, "m1", 3, 4);
        assertThat(counters.raised(List.of(again))).containsExactly(again);
    }

    private static ObjectiveCount count(
            String slo, int objective, String measure, long good, long total) {
        return new ObjectiveCount(slo, objective, measure, good, total);
    }
}
