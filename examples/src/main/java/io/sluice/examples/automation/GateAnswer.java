package io.sluice.examples.automation;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the gate said, as far as the automation uses it.
 *
 * @param candidateShare the share that the answer is about, 0..1
 * @param forecast how long a decision still takes at the present traffic, where the gate can tell
 */
public record GateAnswer(
        Decision decision,
        String run,
        double candidateShare,
        List<Reason> reasons,
        Optional<Duration> forecast) {
    public GateAnswer {
        reasons = List.copyOf(reasons);
    }

    /**
     * Why.
     *
     * @param code for programs, for example {@code NEED_MORE_DATA}
     * @param metric which metric it is about; empty when it is about the whole
     * @param text for people
     */
    public record Reason(String code, String metric, String text) {}

    /**
     * A HOLD of the automation's own: the gate could not be asked, or its answer is not about what
     * was asked.
     */
    static GateAnswer hold(String run, double share, String code, String text) {
        return new GateAnswer(
                Decision.HOLD, run, share, List.of(new Reason(code, "", text)), Optional.empty());
    }
}
