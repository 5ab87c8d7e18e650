package io.sluice.dashboard.api;

import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Run;

/** Where a cutover is, in one word. */
public enum CutoverState {
    NOT_STARTED,
    RUNNING,
    /** The current run was told NO_GO, which stays. */
    STOPPED,
    /** The last step was passed. */
    COMPLETED;

    /** The word for a status. */
    public static CutoverState of(CutoverStatus status) {
        if (status.run().isEmpty()) {
            return NOT_STARTED;
        }
        Run run = status.run().get();
        Decision.Verdict verdict =
                status.decision().map(Decision::verdict).orElse(Decision.Verdict.HOLD);
        return switch (verdict) {
            case NO_GO -> STOPPED;
            case GO -> atLastStep(run, status) ? COMPLETED : RUNNING;
            case HOLD -> RUNNING;
        };
    }

    private static boolean atLastStep(Run run, CutoverStatus status) {
        int last = status.cutover().steps().size() - 1;
        return run.currentStep().filter(step -> step.index() == last).isPresent();
    }
}
