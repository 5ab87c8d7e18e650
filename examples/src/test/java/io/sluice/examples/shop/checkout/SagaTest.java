package io.sluice.examples.shop.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class SagaTest {
    private final List<String> events = new ArrayList<>();

    @Test
    void allStepsDone_nothingIsCompensated() {
        assertThat(new Saga(List.of(step("a", false), step("b", false))).run())
                .isEqualTo(new Saga.Outcome.Completed());
        assertThat(events).containsExactly("a", "b");
    }

    @Test
    void failedStep_undoesThoseBeforeIt_theLastFirst() {
        Saga saga =
                new Saga(
                        List.of(
                                step("a", false),
                                step("b", false),
                                step("c", true),
                                step("d", false)));
        assertThat(saga.run())
                .isInstanceOfSatisfying(
                        Saga.Outcome.Compensated.class,
                        outcome -> assertThat(outcome.failedStep()).isEqualTo("c"));
        assertThat(events).containsExactly("a", "b", "undo b", "undo a");
    }

    private Saga.Step step(String name, boolean fails) {
        return new Saga.Step(
                name,
                () -> {
                    if (fails) {
                        throw new IllegalStateException(name);
                    }
                    events.add(name);
                },
                () -> events.add("undo " + name));
    }
}
