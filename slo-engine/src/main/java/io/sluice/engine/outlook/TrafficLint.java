package io.sluice.engine.outlook;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something that is legal, and senseless at the traffic there is.
 *
 * @param object the SLO, or the journey
 * @param objective its index; empty for a journey
 * @param part the condition as {@code policy/condition}, or a journey's step, or {@code side/step};
 *     empty for all of the object
 * @param events how many there are: see {@link Kind}
 * @param needed how many it takes; 0 where no number mends it
 * @param says what is the matter, as a sentence without its end
 */
public record TrafficLint(
        Kind kind,
        String object,
        OptionalInt objective,
        Optional<String> part,
        long events,
        long needed,
        String says) {

    /** What {@link #events} counts. */
    public enum Kind {
        /** A failure spends more than the budget: events in the SLO's window. */
        ONE_FAILURE_SPENDS,
        /** What fails twice as often as it may is too often not told: events in the window. */
        TOO_FEW_TO_TELL,
        /** The budget is spent before an alert may say so: failures that the budget bears. */
        SPENT_BEFORE_ALERTS,
        /** A total outage has too few bad events: the most events in a long window. */
        CANNOT_FIRE,
        /** One failure burns fast enough: events in an average long window. */
        FIRES_ON_ONE,
        /** Data comes more seldom than slices end: seconds between. */
        SLICE_WITHOUT_DATA,
        /** One failure makes a slice bad: events in a slice that has any. */
        SLICE_FAILS_ON_ONE,
        /** A step counts nothing while others do: events of the busiest step. */
        STEP_UNMEASURED,
        /** Nobody can tell from so few who drops off: events that completed the step. */
        STEP_TOO_FEW
    }

    static TrafficLint ofObjective(
            Kind kind, String slo, int objective, long events, long needed, String says) {
        return new TrafficLint(
                kind, slo, OptionalInt.of(objective), Optional.empty(), events, needed, says);
    }

    TrafficLint at(String place) {
        return new TrafficLint(kind, object, objective, Optional.of(place), events, needed, says);
    }
}
