package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredStratum;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drives the evidence of a cutover with one metric, step by step, with simulated traffic. Not
 * thread-safe.
 */
final class Trial {

    /** What was said first. */
    enum Outcome {
        GO,
        NO_GO,
        OPEN
    }

    /** What was said first, and after how many of the candidate's requests. */
    record Result(Outcome outcome, long candidateRequests) {}

    private static final int STRATUM_SECONDS = 10;

    private final CutoverPlan plan;
    private final RunEvidence evidence;
    private final Traffic traffic;
    private final List<StoredStratum> interval = new ArrayList<>();
    private long start = 1_000_000;
    private long candidateRequests;

    Trial(CutoverPlan plan, Traffic traffic) {
        this(plan, traffic, Dispersion.UNMEASURED);
    }

    Trial(CutoverPlan plan, Traffic traffic, Dispersion dispersion) {
        this.plan = plan;
        this.evidence =
                new RunEvidence(plan, Map.of(plan.compared().getFirst().name(), dispersion));
        this.traffic = traffic;
    }

    RunEvidence evidence() {
        return evidence;
    }

    Traffic traffic() {
        return traffic;
    }

    long candidateRequests() {
        return candidateRequests;
    }

    /** Whether NO_GO is proven. */
    boolean isNoGo() {
        return !evidence.proven().isEmpty();
    }

    /** Lets a snapshot of the baseline stand in, in this step. */
    void snapshot(int step, long total, double ratio) {
        evidence.open(
                step,
                Map.of(
                        metric(),
                        new Snapshot(
                                traffic.errors(total, ratio), total, Snapshot.Origin.BEFORE_RUN)));
    }

    /** The same of groups that have so many requests each. */
    void snapshot(int step, List<String> groups, long each, double ratio) {
        Map<String, BadOfTotal> counts = new HashMap<>();
        for (String group : groups) {
            counts.put(group, new BadOfTotal(traffic.errors(each, ratio), each));
        }
        BadOfTotal all = counts.values().stream().reduce(new BadOfTotal(0, 0), BadOfTotal::plus);
        evidence.open(
                step,
                Map.of(
                        metric(),
                        new Snapshot(all.bad(), all.total(), Snapshot.Origin.BEFORE_RUN, counts)));
    }

    /** Seals one interval of one group, with errors drawn at these ratios. */
    void interval(
            int step, long baseline, double baselineRatio, long candidate, double candidateRatio) {
        group(
                step,
                "",
                traffic.errors(baseline, baselineRatio),
                baseline,
                traffic.errors(candidate, candidateRatio),
                candidate);
        seal(step);
    }

    /** Adds one group's counts to the interval that is sealed next. */
    void group(
            int step,
            String group,
            long baselineBad,
            long baseline,
            long candidateBad,
            long candidate) {
        candidateRequests += candidate;
        interval.add(
                new StoredStratum(
                        plan.name(),
                        1,
                        step,
                        metric(),
                        start,
                        group,
                        baselineBad,
                        baseline,
                        candidateBad,
                        candidate));
    }

    /** Adds one group's values to the interval that is sealed next. */
    void values(int step, String group, Sketch baseline, Sketch candidate) {
        candidateRequests += candidate.count();
        interval.add(
                new StoredStratum(
                        plan.name(),
                        1,
                        step,
                        metric(),
                        start,
                        group,
                        new StoredStratum.Values(baseline, candidate)));
    }

    /** Seals the interval, which is one look at the evidence. */
    void seal(int step) {
        if (!evidence.isOpen(step)) {
            evidence.open(step, Map.of());
        }
        evidence.add(step, interval);
        interval.clear();
        start += STRATUM_SECONDS;
    }

    private String metric() {
        return plan.compared().getFirst().name();
    }

    /** Runs step 0 until the first proof, or until there were so many candidate requests. */
    Result decide(
            long baseline, double ratio, long candidate, double times, long mostCandidateRequests) {
        while (candidateRequests < mostCandidateRequests) {
            interval(0, baseline, ratio, candidate, ratio * times);
            if (isNoGo()) {
                return new Result(Outcome.NO_GO, candidateRequests);
            }
            if (evidence.step(0).getFirst().goProven()) {
                return new Result(Outcome.GO, candidateRequests);
            }
        }
        return new Result(Outcome.OPEN, candidateRequests);
    }
}
