package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.List;
import java.util.Map;

/** Drives one step's evidence with simulated traffic, until it says something. */
final class Trial {

    enum Outcome {
        GO,
        NO_GO,
        OPEN
    }

    record Result(Outcome outcome, long candidateRequests) {}

    private final RunEvidence evidence;
    private final Traffic traffic;
    private long start = 1_000_000;
    private long candidateRequests;

    Trial(CutoverPlan plan, Traffic traffic) {
        this.evidence = new RunEvidence(plan);
        this.traffic = traffic;
    }

    RunEvidence evidence() {
        return evidence;
    }

    /** Seals one interval of one group. */
    void interval(
            int step, long baseline, double baselineRatio, long candidate, double candidateRatio) {
        if (!evidence.isOpen(step)) {
            evidence.open(step, Map.of());
        }
        start += 10;
        candidateRequests += candidate;
        evidence.add(
                step,
                List.of(
                        new StoredStratum(
                                "orders",
                                1,
                                step,
                                "errors",
                                start,
                                "",
                                traffic.errors(baseline, baselineRatio),
                                baseline,
                                traffic.errors(candidate, candidateRatio),
                                candidate)));
    }

    /** Runs step 0 until the first proof, or until there were so many candidate requests. */
    Result decide(
            long baseline, double ratio, long candidate, double times, long mostCandidateRequests) {
        while (candidateRequests < mostCandidateRequests) {
            interval(0, baseline, ratio, candidate, ratio * times);
            if (!evidence.proven().isEmpty()) {
                return new Result(Outcome.NO_GO, candidateRequests);
            }
            if (evidence.step(0).getFirst().goProven()) {
                return new Result(Outcome.GO, candidateRequests);
            }
        }
        return new Result(Outcome.OPEN, candidateRequests);
    }
}
