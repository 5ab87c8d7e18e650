package io.sluice.engine.cutover;

import io.sluice.definitions.model.Cutover;

import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Looks up what a decision looks at besides the run itself. Thread-safe; but it asks other parts of
 * the engine, which may have locks of their own, so nobody calls it while {@link Lanes} is locked.
 */
final class Surroundings {
    private final Predicate<String> pageFiring;
    private final CarriedLoad carriedLoad;

    /**
     * @param pageFiring whether a page is firing for the SLO of this name
     */
    Surroundings(Predicate<String> pageFiring, CutoverDesk.CapacityProven capacity) {
        this.pageFiring = pageFiring;
        this.carriedLoad = new CarriedLoad(capacity);
    }

    /** Nothing is asked about capacity while there is no run that would need it. */
    Outside of(Lane lane, Instant now) {
        Cutover cutover = lane.plan().cutover();
        return new Outside(
                cutover.objectives().stream().filter(pageFiring).toList(),
                lane.run().isPresent()
                        ? carriedLoad.perMinute(cutover, now)
                        : OptionalLong.empty());
    }
}
