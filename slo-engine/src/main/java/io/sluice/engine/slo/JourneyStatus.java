package io.sluice.engine.slo;

import io.sluice.definitions.model.Journey;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Who went how far on a journey, in a window of time. Events are counted, not customers.
 *
 * @param from the window's start
 * @param at the instant of evaluation, at which the window ends
 * @param steps all events, whichever side they are of and of neither, in the definition's order
 * @param sides each by itself, in the definition's order
 * @param counted since when its events are counted: the step that is known for the shortest time
 */
public record JourneyStatus(
        Journey journey,
        Instant from,
        Instant at,
        List<StepStatus> steps,
        List<SideStatus> sides,
        SloStatus.Counted counted) {
    public JourneyStatus {
        steps = List.copyOf(steps);
        sides = List.copyOf(sides);
    }

    /** One side's steps, in the definition's order. */
    public record SideStatus(Journey.Side side, List<StepStatus> steps) {
        public SideStatus {
            steps = List.copyOf(steps);
        }
    }

    /**
     * One step.
     *
     * @param measured whether anything is known: it had events, or its service was heard of and
     *     there were none
     * @param entered events, adjusted for sampling and rounded to whole ones
     * @param completed how many of them were good
     * @param coverage the measured share of the window, 0 to 1
     * @param droppedOff how many completed this step and did not enter the next; negative where
     *     more entered it than had completed this one, and empty for the last step, and where this
     *     one or the next is unmeasured
     */
    public record StepStatus(
            Journey.Step step,
            boolean measured,
            long entered,
            long completed,
            double coverage,
            OptionalLong droppedOff) {

        /** Entered and not completed. */
        public long failed() {
            return entered - completed;
        }

        /** Dropped off over completed, at most 1; empty where nobody completed the step. */
        public OptionalDouble droppedOffRatio() {
            return droppedOff.isEmpty() || completed == 0
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((double) droppedOff.getAsLong() / completed);
        }
    }
}
