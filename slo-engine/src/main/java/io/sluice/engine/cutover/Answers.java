package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Reason;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What was in force for each cutover at one moment. Immutable, so that whoever asks takes the
 * newest one and waits for nobody.
 *
 * @param lastTick when strata were last sealed and evidence weighed; null if not since the start
 */
record Answers(Map<String, Answer> byCutover, @Nullable Instant lastTick) {

    /** Before any cutover is known. */
    static final Answers NONE = new Answers(Map.of(), null);

    Answers {
        byCutover = Map.copyOf(byCutover);
    }

    /**
     * What a cutover's askers get.
     *
     * @param inForce empty before the first run
     */
    record Answer(CutoverPlan plan, Optional<Decision> inForce) {
        static Answer of(Lane lane) {
            return new Answer(lane.plan(), lane.run().flatMap(RunState::published));
        }

        /**
         * The decision in force, or HOLD where it does not hold for who asks.
         *
         * @param lastTick as {@link Answers#lastTick}; what was decided longer ago than the cutover
         *     allows data to be old is stale
         * @param share the candidate share that the caller believes in
         */
        Decision decision(@Nullable Instant lastTick, OptionalDouble share, Instant now) {
            if (inForce.isEmpty()) {
                return Gate.withoutRun(plan, now);
            }
            Decision fresh = heldIfStale(inForce.get(), lastTick, now);
            return share.isPresent() ? heldUnlessAt(share.getAsDouble(), fresh, now) : fresh;
        }

        private Decision heldIfStale(Decision latest, @Nullable Instant lastTick, Instant now) {
            if (lastTick == null) {
                return stale(latest, "nothing was evaluated yet since the start", now);
            }
            // By a clock that was set back, the last tick is yet to come.
            return Duration.between(lastTick, now).abs().compareTo(plan.oldestFresh()) > 0
                    ? stale(latest, "nothing was evaluated since " + lastTick, now)
                    : latest;
        }

        private static Decision stale(Decision latest, String text, Instant now) {
            return Gate.held(latest, new Reason(Code.STALE_DATA, "", text), now);
        }

        private static Decision heldUnlessAt(double share, Decision latest, Instant now) {
            Optional<Run.StepReport> current = latest.step().filter(step -> !step.isAt(share));
            if (current.isEmpty()) {
                return latest;
            }
            String text =
                    "asked about share "
                            + Words.percent(share)
                            + ", but the current step's is "
                            + Words.percent(current.get().share())
                            + "; report the step when the share is set";
            return Gate.held(latest, new Reason(Code.STEP_MISMATCH, "", text), now);
        }
    }

    static Answers of(Map<String, Lane> lanes, @Nullable Instant lastTick) {
        Map<String, Answer> all = new HashMap<>();
        lanes.forEach((name, lane) -> all.put(name, Answer.of(lane)));
        return new Answers(all, lastTick);
    }

    /** As {@link CutoverDesk#decision}; empty if there is no such cutover. */
    Optional<Decision> decision(String cutover, OptionalDouble share, Instant now) {
        return Optional.ofNullable(byCutover.get(cutover))
                .map(answer -> answer.decision(lastTick, share, now));
    }
}
