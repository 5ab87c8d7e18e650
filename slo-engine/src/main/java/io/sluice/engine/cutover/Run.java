package io.sluice.engine.cutover;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One attempt at a cutover with one revision of the candidate. A hotfix is a new run.
 *
 * @param number from 1
 * @param definitionDigest of everything in the cutover's definition that a verdict depends on, when
 *     it began
 * @param steps in the order of their reports
 */
public record Run(
        String cutover,
        int number,
        String revision,
        String principal,
        Instant startedAt,
        Optional<Instant> endedAt,
        String definitionDigest,
        List<StepReport> steps) {
    public Run {
        steps = List.copyOf(steps);
    }

    /** The newest step. */
    public Optional<StepReport> currentStep() {
        return steps.isEmpty() ? Optional.empty() : Optional.of(steps.getLast());
    }

    /**
     * Automation says that it has set the candidate's share.
     *
     * @param index from 0, the place in the definition's steps
     */
    public record StepReport(int index, double share, Instant startedAt) {
        /** Shares that differ by no more are the same share, written differently. */
        private static final double SAME_SHARE = 1e-9;

        /** Whether the step's share is this one; no share is NaN. */
        boolean isAt(double other) {
            return isSame(share, other);
        }

        static boolean isSame(double share, double other) {
            return Math.abs(share - other) <= SAME_SHARE;
        }
    }
}
