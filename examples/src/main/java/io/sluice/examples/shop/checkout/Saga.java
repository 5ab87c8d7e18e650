package io.sluice.examples.shop.checkout;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Steps that each can be undone, in place of a transaction across services: when one fails, those
 * before it are compensated in reverse order.
 *
 * @param steps in the order in which they are done
 */
record Saga(List<Step> steps) {
    Saga {
        steps = List.copyOf(steps);
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /**
     * One step.
     *
     * @param compensation undoes the action; it must not fail
     */
    record Step(String name, Action action, Runnable compensation) {}

    /** How a saga ended. */
    sealed interface Outcome {
        /** Every step is done. */
        record Completed() implements Outcome {}

        /** That step failed, and all before it are undone. */
        record Compensated(String failedStep, Exception cause) implements Outcome {}
    }

    /** Runs the steps; an interrupt counts as the failure of the step that it met. */
    Outcome run() {
        Deque<Step> done = new ArrayDeque<>();
        for (Step step : steps) {
            try {
                step.action().run();
                done.push(step);
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                done.forEach(earlier -> earlier.compensation().run());
                return new Outcome.Compensated(step.name(), e);
            }
        }
        return new Outcome.Completed();
    }
}
