package io.sluice.engine.cutover;

import io.sluice.definitions.DefinitionWriter;
import io.sluice.definitions.model.DefinitionSet;

import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * One cutover, with its current run if there ever was one. The lane itself never changes; its run
 * does, and belongs to {@link Lanes}.
 *
 * @param definitions the set that the plan is of
 */
record Lane(CutoverPlan plan, DefinitionSet definitions, Optional<RunState> run) {

    /** The cutover's definition, with all that it refers to. */
    String text() {
        return DefinitionWriter.text(definitions, plan.cutover());
    }

    Lane with(RunState current) {
        return new Lane(plan, definitions, Optional.of(current));
    }

    /**
     * The current run, if it may still be told of steps and approvals.
     *
     * @param number the run that the caller means
     * @throws NoSuchElementException if there is no such run
     * @throws IllegalStateException if it is not the current one, or its definition has changed
     */
    RunState requireCurrent(int number) {
        int newest = run.map(current -> current.run().number()).orElse(0);
        if (number < 1 || number > newest) {
            throw new NoSuchElementException(plan.name() + " has no run " + number);
        }
        RunState current = run.orElseThrow();
        if (number != newest) {
            throw new IllegalStateException(
                    "run " + number + " has ended; the current one is " + newest);
        }
        if (!current.isPinned()) {
            throw new IllegalStateException(
                    "the definition of "
                            + plan.name()
                            + " has changed since run "
                            + number
                            + " began; start a new run");
        }
        return current;
    }
}
