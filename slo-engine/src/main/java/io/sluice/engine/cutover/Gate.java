package io.sluice.engine.cutover;

import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Forecast;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.Decision.Verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The one place where GO, HOLD and NO_GO are decided. Fails closed: GO needs every gate to hold,
 * and whatever is missing, old or unclear is a HOLD that says so.
 *
 * <p>Texts hold no "ago" and no "still": a decision that says the same as the one before is not a
 * new decision.
 */
final class Gate {

    private static final int SHORTEST_RETRY_SECONDS = 1;
    private static final int LONGEST_RETRY_SECONDS = 60;

    /** Four to one that a group is worse: no proof, and enough to wait and see. */
    private static final double SUSPICIOUS = Math.log(4);

    private final RunState state;
    private final CutoverPlan plan;
    private final Instant now;
    private final Outside outside;
    private final Reasons reasons;
    private final List<Reason> holds = new ArrayList<>();

    private Gate(RunState state, Instant now, Outside outside) {
        this.state = state;
        this.plan = state.plan();
        this.now = now;
        this.outside = outside;
        this.reasons = new Reasons(state, now);
    }

    /** Decides. */
    static Decision decide(RunState state, Instant now, Outside outside) {
        return new Gate(state, now, outside).decide();
    }

    /** The answer before the first run. */
    static Decision withoutRun(CutoverPlan plan, Instant now) {
        return new Decision(
                plan.name(),
                0,
                "",
                Optional.empty(),
                Verdict.HOLD,
                false,
                List.of(
                        new Reason(
                                Code.NO_RUN,
                                "",
                                "no run was started; start one with the candidate's revision")),
                List.of(),
                Forecast.UNKNOWN,
                LONGEST_RETRY_SECONDS,
                "",
                "",
                plan.sha256(),
                now,
                Optional.empty());
    }

    /** The same decision, held back for a reason that depends on who asks or when; NO_GO is not. */
    static Decision held(Decision d, Reason reason, Instant now) {
        if (d.verdict() == Verdict.NO_GO) {
            return d;
        }
        List<Reason> reasons = new ArrayList<>(List.of(reason));
        if (d.verdict() == Verdict.HOLD) {
            reasons.addAll(d.reasons());
        }
        return new Decision(
                d.cutover(),
                d.run(),
                d.revision(),
                d.step(),
                Verdict.HOLD,
                false,
                reasons,
                d.metrics(),
                d.forecast(),
                d.retryAfterSeconds(),
                "",
                "",
                d.configSha256(),
                now,
                d.dataThrough());
    }

    private Decision decide() {
        Optional<Decision> said =
                state.published().filter(decision -> decision.verdict() == Verdict.NO_GO);
        if (!state.isPinned()) {
            // What was sealed belongs to the old definition; under the new one nothing can be said,
            // but a NO_GO stays.
            return said.orElseGet(this::configChanged);
        }
        Optional<Run.StepReport> step = state.run().currentStep();
        List<StepMetric> metrics =
                step.map(report -> state.evidence().step(report.index())).orElse(List.of());
        if (state.isNoGo()) {
            return said.orElseGet(() -> decision(Verdict.NO_GO, reasons.noGo(), metrics));
        }
        if (!outside.firing().isEmpty()) {
            hold(
                    Code.PAGE_FIRING,
                    "",
                    "a page is firing for "
                            + String.join(", ", outside.firing())
                            + "; see to it first");
        }
        if (step.isEmpty()) {
            hold(
                    Code.NO_STEP,
                    "",
                    "no step was reported, and no planned share was seen in the traffic");
        } else {
            judge(step.get(), metrics);
        }
        return holds.isEmpty()
                ? decision(Verdict.GO, reasons.go(required()), metrics)
                : decision(Verdict.HOLD, holds, metrics);
    }

    private Decision configChanged() {
        hold(
                Code.CONFIG_CHANGED,
                "",
                "the cutover's definition is not the one that run "
                        + state.run().number()
                        + " began with; put that back or start a new run");
        return decision(Verdict.HOLD, holds, List.of());
    }

    private void hold(Code code, String metric, String text) {
        holds.add(new Reason(code, metric, text));
    }

    private void judge(Run.StepReport step, List<StepMetric> metrics) {
        boolean live = !plan.needsSnapshot(step.index());
        if (!state.isComplete()) {
            fresh("candidate", state.lastCandidateEnd());
            late("candidate", state.lateCandidate());
            if (live) {
                fresh("baseline", state.lastBaselineEnd());
                late("baseline", state.lateBaseline());
            }
        }
        // A share that was read off the traffic is the traffic's.
        if (live && !state.infersSteps()) {
            split(step, metrics);
        }
        if (metrics.isEmpty()) {
            hold(Code.NO_DATA, "", "no stratum of this step is sealed yet");
        } else if (metrics.stream().noneMatch(metric -> metric.tested().required())) {
            hold(Code.NEED_MORE_DATA, "", "no metric is required, so nothing can prove a GO");
        }
        for (StepProof proof : required()) {
            switch (proof) {
                case StepMetric metric -> proven(metric);
                case StepQuantile quantile -> proven(quantile);
            }
        }
        metrics.forEach(this::objective);
        metrics.forEach(this::oneGroup);
        Duration minimum = plan.step(step.index()).minimumDuration();
        if (now.isBefore(step.startedAt().plus(minimum))) {
            hold(
                    Code.NEED_MORE_TIME,
                    "",
                    "the step must last "
                            + Words.time(minimum)
                            + "; it began at "
                            + step.startedAt());
        }
        deadline(step);
        capacity(step, metrics);
        approvals(step);
    }

    /** After the deadline a proof comes too late: that is said, and a person decides. */
    private void deadline(Run.StepReport step) {
        Optional<Duration> allowed = plan.step(step.index()).deadline();
        if (allowed.isEmpty() || lifted(step, Code.DEADLINE_PASSED).isPresent()) {
            return;
        }
        Instant deadline = step.startedAt().plus(allowed.get());
        List<StepProof> required = required();
        boolean inTime =
                !required.isEmpty()
                        && required.stream().allMatch(proof -> proof.isGoProvenBy(deadline));
        if (!inTime && !now.isBefore(deadline)) {
            hold(
                    Code.DEADLINE_PASSED,
                    "",
                    "the step's deadline was "
                            + deadline
                            + ", "
                            + Words.time(allowed.get())
                            + " after it began, and not all was proven by then; a person has to"
                            + " lift this, or roll back");
        }
    }

    /** GO opens the next share, so that is what must be carried. */
    private void capacity(Run.StepReport step, List<StepMetric> metrics) {
        Optional<String> promise = plan.cutover().capacity();
        if (promise.isEmpty()
                || metrics.isEmpty()
                || lifted(step, Code.CAPACITY_UNPROVEN).isPresent()) {
            return;
        }
        int last = plan.cutover().steps().size() - 1;
        double share = plan.step(Math.min(step.index() + 1, last)).share();
        double perSecond =
                metrics.stream()
                        .mapToDouble(metric -> state.window().eventsPerSecond(metric.tested()))
                        .max()
                        .orElse(0);
        long proven = outside.provenPerMinute().orElse(0);
        if (60 * perSecond * share > proven) {
            hold(
                    Code.CAPACITY_UNPROVEN,
                    "",
                    "a share of "
                            + Words.percent(share)
                            + " brings about "
                            + Words.about(60 * perSecond * share)
                            + " requests a minute, and "
                            + promise.get()
                            + " has proven "
                            + (proven == 0 ? "none" : Words.count(proven))
                            + "; a load test proves more, or a person lifts this");
        }
    }

    private void approvals(Run.StepReport step) {
        for (String role : plan.step(step.index()).approvals()) {
            boolean approved =
                    state.approvals().stream()
                            .filter(approval -> approval.isValid(step.index(), now))
                            .anyMatch(approval -> approval.role().equals(Optional.of(role)));
            if (!approved) {
                hold(
                        Code.APPROVAL_MISSING,
                        "",
                        "step " + step.index() + " needs an approval as " + role);
            }
        }
    }

    /** By whom this hold is lifted. */
    private Optional<Approval> lifted(Run.StepReport step, Code hold) {
        return state.approvals().stream()
                .filter(approval -> approval.isValid(step.index(), now))
                .filter(approval -> approval.lifts().equals(Optional.of(hold)))
                .findFirst();
    }

    /**
     * Metrics may be about different events; the one with the most knows best. What is held to a
     * limit may count one side's only, and tells nothing of how traffic is split.
     */
    private void split(Run.StepReport step, List<StepMetric> metrics) {
        metrics.stream()
                .filter(metric -> !metric.tested().hasLimit())
                .max(Comparator.comparingLong(StepMetric::events))
                // Without any of a side, NO_DATA says it.
                .filter(metric -> metric.baselineTotal() > 0 && metric.candidateTotal() > 0)
                .filter(
                        metric ->
                                TrafficSplit.isOff(
                                        metric.candidateTotal(), metric.events(), step.share()))
                .ifPresent(
                        metric ->
                                hold(
                                        Code.SPLIT_MISMATCH,
                                        metric.tested().metric().name(),
                                        "the candidate has "
                                                + Words.share(
                                                        metric.candidateTotal(), metric.events())
                                                + " events, and the step's share is "
                                                + Words.percent(step.share())
                                                + "; report the step when the share is set, and see"
                                                + " whether both sides are measured"));
    }

    private void fresh(String side, long newestEnd) {
        if (newestEnd == Long.MIN_VALUE) {
            return; // NO_DATA says it.
        }
        Instant newest = Instant.ofEpochSecond(newestEnd);
        if (now.isAfter(newest.plus(plan.oldestFresh()))) {
            hold(
                    Code.STALE_DATA,
                    "",
                    "the "
                            + side
                            + "'s newest sealed events are from before "
                            + newest
                            + "; they may be at most "
                            + Words.time(plan.oldestFresh())
                            + " old");
        } else if (now.isBefore(newest.minus(plan.oldestFresh()))) {
            // Sealed was what had been over; until it is over again, what comes is in no stratum.
            hold(
                    Code.STALE_DATA,
                    "",
                    "the "
                            + side
                            + "'s events are sealed up to "
                            + newest
                            + ", and the clock was set back to before that; what comes until then"
                            + " is not compared");
        }
    }

    private void late(String side, double share) {
        double allowed = plan.cutover().data().lateShare();
        if (share > allowed) {
            hold(
                    Code.LATE_DATA,
                    "",
                    Words.percent(share)
                            + " of the "
                            + side
                            + "'s events came after their stratum was sealed, allowed are "
                            + Words.percent(allowed)
                            + "; seal later or find out what delays them");
        }
    }

    private void proven(StepMetric metric) {
        String name = metric.tested().metric().name();
        long minimum = plan.cutover().data().minimumEvents();
        if (metric.limit().isPresent()) {
            underLimit(metric, minimum);
        } else if (metric.candidateTotal() == 0 || metric.baselineTotal() == 0) {
            hold(Code.NO_DATA, name, name + ": " + missingSide(metric));
        } else if (metric.candidateTotal() < minimum || metric.baselineTotal() < minimum) {
            hold(
                    Code.NEED_MORE_DATA,
                    name,
                    name
                            + ": candidate "
                            + Words.count(metric.candidateTotal())
                            + " events, baseline "
                            + Words.count(metric.baselineTotal())
                            + "; at least "
                            + Words.count(minimum)
                            + " of each are required");
        } else if (!metric.goProven()) {
            hold(
                    Code.NEED_MORE_DATA,
                    name,
                    Reasons.comparison(metric)
                            + "; "
                            + Reasons.over(metric, metric.goMargin())
                            + " is not ruled out yet"
                            + dispersed(metric)
                            + (metric.baselineBad() == 0
                                    ? ", and a ratio to a baseline without any cannot be"
                                    : ""));
        }
    }

    private void underLimit(StepMetric metric, long minimum) {
        String name = metric.tested().name();
        if (metric.candidateTotal() == 0) {
            hold(
                    Code.NO_DATA,
                    name,
                    name
                            + ": no event of the candidate is sealed in this step; is traffic"
                            + " flowing, and measured?");
        } else if (metric.candidateTotal() < minimum || !metric.goProven()) {
            hold(
                    Code.NEED_MORE_DATA,
                    name,
                    Reasons.comparison(metric)
                            + (metric.candidateTotal() < minimum
                                    ? "; at least " + Words.count(minimum) + " are required"
                                    : "; "
                                            + Reasons.over(metric, metric.goMargin())
                                            + " is not ruled out yet"));
        }
    }

    private void proven(StepQuantile quantile) {
        String name = quantile.tested().name();
        long minimum = plan.cutover().data().minimumEvents();
        long fewest = Math.min(quantile.candidateTotal(), quantile.baselineTotal());
        if (fewest == 0) {
            hold(
                    Code.NO_DATA,
                    name,
                    name
                            + ": no value of the "
                            + (quantile.candidateTotal() == 0 ? "candidate" : "baseline")
                            + " is there to compare");
        } else if (fewest < minimum || !quantile.goProven()) {
            hold(
                    Code.NEED_MORE_DATA,
                    name,
                    Reasons.comparison(quantile)
                            + (fewest < minimum
                                    ? "; at least " + Words.count(minimum) + " of each are required"
                                    : "; "
                                            + Reasons.over(quantile, quantile.goMargin())
                                            + " is not ruled out yet"));
        }
    }

    private static String dispersed(StepMetric metric) {
        double factor = metric.dispersion().factor();
        return factor == 1
                ? ""
                : "; the baseline's errors come in bursts, so that proof takes "
                        + Words.times(factor)
                        + " as many events";
    }

    private static String missingSide(StepMetric metric) {
        if (metric.candidateTotal() > 0 && metric.snapshot().isPresent()) {
            return "no baseline to compare with, neither in this run's earlier steps nor before it";
        }
        return "no event of the "
                + (metric.candidateTotal() == 0 ? "candidate" : "baseline")
                + " is sealed in this step; is traffic flowing, and measured?";
    }

    private void objective(StepMetric metric) {
        CutoverPlan.Tested tested = metric.tested();
        if (state.evidence().missesObjective(tested)) {
            hold(
                    Code.NEED_MORE_DATA,
                    tested.metric().name(),
                    reasons.objective(tested) + "; that may still be chance");
        }
    }

    /** Of the current step, metrics first. */
    private Stream<StepProof> proofs() {
        return state.run().currentStep().stream()
                .flatMap(step -> state.evidence().proofs(step.index()));
    }

    /** Those of the current step that GO needs. */
    private List<StepProof> required() {
        return proofs().filter(proof -> proof.tested().required()).toList();
    }

    /** All groups together may be proven while one of them looks bad: that is waited for. */
    private void oneGroup(StepMetric metric) {
        if (!metric.tested().required()) {
            return;
        }
        metric.worstGroup()
                .filter(group -> group.logE() >= SUSPICIOUS)
                .ifPresent(
                        group ->
                                hold(
                                        Code.NEED_MORE_DATA,
                                        metric.tested().name(),
                                        metric.tested().name()
                                                + ": "
                                                + group.words()
                                                + "; that it is worse there than "
                                                + Words.margin(group.margin())
                                                + " may still be chance"));
    }

    private Decision decision(Verdict verdict, List<Reason> said, List<StepMetric> metrics) {
        Optional<Run.StepReport> step = state.run().currentStep();
        boolean last = step.isPresent() && step.get().index() == plan.cutover().steps().size() - 1;
        Forecast forecast =
                switch (verdict) {
                    case GO -> new Forecast(OptionalLong.of(0), OptionalLong.of(0));
                    case NO_GO -> Forecast.UNKNOWN;
                    case HOLD ->
                            step.map(s -> Forecaster.forecast(state, s, metrics, now))
                                    .orElse(Forecast.UNKNOWN);
                };
        long through = state.lastEventsEnd();
        return new Decision(
                plan.name(),
                state.run().number(),
                state.run().revision(),
                step,
                verdict,
                verdict == Verdict.NO_GO || (verdict == Verdict.GO && last),
                said,
                proofs().map(state.evidence()::describe).toList(),
                forecast,
                retryAfterSeconds(forecast),
                "",
                "",
                plan.sha256(),
                now,
                through == Long.MIN_VALUE
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochSecond(through)));
    }

    /**
     * Nothing changes before the next stratum is sealed, and a long wait need not be watched every
     * few seconds.
     */
    private int retryAfterSeconds(Forecast forecast) {
        long stratum = plan.stratumSeconds();
        long wait = Math.max(stratum, forecast.secondsAtCurrentTraffic().orElse(0) / 10);
        return Math.clamp(wait, SHORTEST_RETRY_SECONDS, LONGEST_RETRY_SECONDS);
    }
}
