package io.sluice.definitions.model;

import java.util.List;
import java.util.Optional;

/**
 * What customers do one after the other, and where they leave ({@code sluice.dev/v1}, kind {@code
 * Journey}). A step is entered by its indicator's events and completed by the good ones; who
 * completed a step and did not enter the next has dropped off. Events are counted, not customers.
 *
 * @param service the name of a {@link Service}
 * @param sides by which each step is told apart, for example legacy and platform; names are unique
 * @param steps in order; names are unique
 */
public record Journey(
        Metadata metadata, String description, String service, List<Side> sides, List<Step> steps) {
    public Journey {
        sides = List.copyOf(sides);
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("journey " + metadata.name() + " has no step");
        }
        Unique.require(sides, Side::name);
        Unique.require(steps, Step::name);
    }

    /** The journey's unique name. */
    public String name() {
        return metadata.name();
    }

    /**
     * One of the systems that serve the journey.
     *
     * @param where added to the sources of every step
     */
    public record Side(String name, List<Condition> where) {
        public Side {
            where = List.copyOf(where);
        }
    }

    /**
     * One step.
     *
     * @param displayName for people; may be empty
     * @param sli the referred or inline SLI's name
     * @param indicator counts events: a ratio of counts, or a threshold of each event's value
     */
    public record Step(
            String name,
            String displayName,
            String sli,
            Indicator indicator,
            Optional<Objective.Threshold> threshold) {
        public Step {
            if (!indicator.countsEvents()) {
                throw new IllegalArgumentException("step " + name + " does not count events");
            }
            if (indicator instanceof Indicator.Threshold && threshold.isEmpty()) {
                throw new IllegalArgumentException("a threshold indicator needs op and value");
            }
        }
    }
}
