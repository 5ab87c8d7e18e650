package io.sluice.engine.cutover;

import io.sluice.definitions.model.Indicator;
import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Forecast;
import io.sluice.engine.cutover.Decision.MetricEvidence;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.Decision.Verdict;
import io.sluice.engine.cutover.RunEvidence.Finding;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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

    private final RunState state;
    private final CutoverPlan plan;
    private final Instant now;
    private final Outside outside;
    private final List<Reason> holds = new ArrayList<>();

    private Gate(RunState state, Instant now, Outside outside) {
        this.state = state;
        this.plan = state.plan();
        this.now = now;
        this.outside = outside;
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
            return said.orElseGet(() -> decision(Verdict.NO_GO, noGoReasons(), metrics));
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
                ? decision(Verdict.GO, goReasons(metrics), metrics)
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
        List<StepMetric> required =
                metrics.stream().filter(metric -> metric.tested().metric().required()).toList();
        if (metrics.isEmpty()) {
            hold(Code.NO_DATA, "", "no stratum of this step is sealed yet");
        } else if (required.isEmpty()) {
            hold(Code.NEED_MORE_DATA, "", "no metric is required, so nothing can prove a GO");
        }
        required.forEach(this::proven);
        state.evidence().quantiles(step.index()).stream()
                .filter(quantile -> quantile.tested().metric().required())
                .forEach(this::proven);
        metrics.forEach(this::objective);
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
        deadline(step, required);
        capacity(step, metrics);
        approvals(step);
    }

    /** After the deadline a proof comes too late: that is said, and a person decides. */
    private void deadline(Run.StepReport step, List<StepMetric> required) {
        Optional<Duration> allowed = plan.step(step.index()).deadline();
        if (allowed.isEmpty() || lifted(step, Code.DEADLINE_PASSED).isPresent()) {
            return;
        }
        Instant deadline = step.startedAt().plus(allowed.get());
        boolean inTime =
                !required.isEmpty()
                        && required.stream().allMatch(metric -> metric.isGoProvenBy(deadline))
                        && requiredQuantiles(step).allMatch(q -> q.isGoProvenBy(deadline));
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

    private Stream<StepQuantile> requiredQuantiles(Run.StepReport step) {
        return state.evidence().quantiles(step.index()).stream()
                .filter(quantile -> quantile.tested().metric().required());
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

    private Stream<Reason> approvalReasons() {
        return state.run().currentStep().stream()
                .flatMap(
                        step ->
                                state.approvals().stream()
                                        .filter(approval -> approval.isValid(step.index(), now)))
                .map(
                        approval ->
                                new Reason(
                                        approval.role().isPresent()
                                                ? Code.APPROVED
                                                : Code.OVERRIDDEN,
                                        "",
                                        approval.principal()
                                                + approval.role()
                                                        .map(role -> " approved as " + role)
                                                        .orElseGet(
                                                                () ->
                                                                        " lifted "
                                                                                + approval.lifts()
                                                                                        .orElseThrow())
                                                + " until "
                                                + approval.until()
                                                + ": "
                                                + approval.reason()));
    }

    /** Metrics may be about different events; the one with the most knows best. */
    private void split(Run.StepReport step, List<StepMetric> metrics) {
        metrics.stream()
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
        // Without any, NO_DATA says it.
        if (newestEnd != Long.MIN_VALUE
                && now.isAfter(Instant.ofEpochSecond(newestEnd).plus(plan.oldestFresh()))) {
            hold(
                    Code.STALE_DATA,
                    "",
                    "the "
                            + side
                            + "'s newest sealed events are from before "
                            + Instant.ofEpochSecond(newestEnd)
                            + "; they may be at most "
                            + Words.time(plan.oldestFresh())
                            + " old");
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
        if (metric.candidateTotal() == 0 || metric.baselineTotal() == 0) {
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
                    comparison(metric)
                            + "; worse than "
                            + Words.margin(metric.goMargin())
                            + " is not ruled out yet"
                            + dispersed(metric)
                            + (metric.baselineBad() == 0
                                    ? ", and a ratio to a baseline without any cannot be"
                                    : ""));
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
                    comparison(quantile)
                            + (fewest < minimum
                                    ? "; at least " + Words.count(minimum) + " of each are required"
                                    : "; over "
                                            + Words.margin(quantile.goMargin())
                                            + " is not ruled out yet"));
        }
    }

    private static String comparison(StepQuantile quantile) {
        CutoverPlan.TestedQuantile tested = quantile.tested();
        Indicator.Unit unit = tested.metric().indicator().unit();
        return tested.name()
                + ": candidate's P"
                + Words.hundredths(tested.metric().quantile())
                + " "
                + Words.value(quantile.candidateValue(), unit)
                + " of "
                + Words.count(quantile.candidateTotal())
                + ", baseline's "
                + Words.value(quantile.baselineValue(), unit)
                + " of "
                + Words.count(quantile.baselineTotal())
                + quantile.snapshot()
                        .map(snapshot -> " (" + snapshot.origin().words() + ")")
                        .orElse("");
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
                    objectiveText(tested) + "; that may still be chance");
        }
    }

    private String objectiveText(CutoverPlan.Tested tested) {
        return tested.metric().name()
                + ": candidate "
                + Words.share(
                        state.evidence().candidateBad(tested),
                        state.evidence().candidateTotal(tested))
                + " since the run began, its objective allows "
                + Words.percent(tested.allowedBadRatio().doubleValue());
    }

    private static String comparison(StepMetric metric) {
        return metric.tested().metric().name()
                + ": candidate "
                + Words.share(metric.candidateBad(), metric.candidateTotal())
                + ", baseline "
                + Words.share(metric.baselineBad(), metric.baselineTotal())
                + metric.snapshot()
                        .map(snapshot -> " (" + snapshot.origin().words() + ")")
                        .orElse("");
    }

    private List<Reason> goReasons(List<StepMetric> metrics) {
        String risk = Words.percent(plan.cutover().errorAllowance().go());
        Stream<Reason> ofMetrics =
                metrics.stream()
                        .filter(metric -> metric.tested().metric().required())
                        .map(
                                metric ->
                                        new Reason(
                                                Code.PROVEN,
                                                metric.tested().metric().name(),
                                                comparison(metric)
                                                        + "; worse than "
                                                        + Words.margin(metric.goMargin())
                                                        + " is ruled out at "
                                                        + risk
                                                        + " risk"));
        Stream<Reason> ofQuantiles =
                quantiles().stream()
                        .filter(quantile -> quantile.tested().metric().required())
                        .map(
                                quantile ->
                                        new Reason(
                                                Code.PROVEN,
                                                quantile.tested().name(),
                                                comparison(quantile)
                                                        + "; over "
                                                        + Words.margin(quantile.goMargin())
                                                        + " is ruled out at "
                                                        + risk
                                                        + " risk"));
        Stream<Reason> ofOverride =
                state.override().stream()
                        .map(
                                override ->
                                        new Reason(
                                                Code.OVERRIDDEN,
                                                "",
                                                override.principal()
                                                        + " began the run although its plan was"
                                                        + " refused ("
                                                        + String.join("; ", override.refusals())
                                                        + "): "
                                                        + override.reason()));
        return Stream.of(ofMetrics, ofQuantiles, ofOverride, approvalReasons())
                .flatMap(all -> all)
                .toList();
    }

    /** Of the current step. */
    private List<StepQuantile> quantiles() {
        return state.run()
                .currentStep()
                .map(step -> state.evidence().quantiles(step.index()))
                .orElse(List.of());
    }

    private List<Reason> noGoReasons() {
        List<Reason> reasons = new ArrayList<>();
        for (Finding finding : state.evidence().proven()) {
            reasons.add(
                    switch (finding.compared()) {
                        case CutoverPlan.Tested tested ->
                                switch (finding.kind()) {
                                    case REGRESSION -> regression(finding, tested);
                                    case OBJECTIVE -> breached(finding, tested);
                                };
                        case CutoverPlan.TestedQuantile tested -> regression(finding, tested);
                    });
        }
        reasons.add(
                new Reason(
                        Code.LATCHED,
                        "",
                        "NO_GO stays for run "
                                + state.run().number()
                                + "; roll back, and start a new run with another revision"));
        return reasons;
    }

    /**
     * Tests share one allowance: they may exceed it together before any of them does alone. A
     * critical metric has its own.
     */
    private String provenText(Finding finding) {
        double shared = plan.cutover().errorAllowance().noGo();
        double risk =
                switch (finding.compared()) {
                    case CutoverPlan.Tested tested -> tested.metric().ownNoGo().orElse(shared);
                    case CutoverPlan.TestedQuantile _ -> shared;
                };
        boolean alone = state.evidence().logE(finding) >= state.evidence().needed(finding);
        return (alone ? " is proven at " : ", or another metric, is proven at ")
                + Words.percent(risk)
                + " risk for the whole cutover";
    }

    private Reason regression(Finding finding, CutoverPlan.TestedQuantile tested) {
        StepQuantile worst =
                state.evidence().inAllSteps(tested).stream()
                        .max(Comparator.comparingDouble(StepQuantile::worseLogE))
                        .orElseThrow();
        return new Reason(
                Code.REGRESSION,
                tested.name(),
                comparison(worst)
                        + " at share "
                        + Words.percent(worst.step().share())
                        + "; over "
                        + Words.margin(worst.noGoMargin())
                        + provenText(finding));
    }

    private Reason regression(Finding finding, CutoverPlan.Tested tested) {
        StepMetric worst =
                state.evidence().inAllSteps(tested).stream()
                        .max(Comparator.comparingDouble(StepMetric::worseLogE))
                        .orElseThrow();
        return new Reason(
                Code.REGRESSION,
                tested.metric().name(),
                comparison(worst)
                        + " at share "
                        + Words.percent(worst.step().share())
                        + "; worse than "
                        + Words.margin(worst.noGoMargin())
                        + provenText(finding));
    }

    private Reason breached(Finding finding, CutoverPlan.Tested tested) {
        return new Reason(
                Code.OBJECTIVE_BREACHED,
                tested.name(),
                objectiveText(tested) + "; that it is missed" + provenText(finding));
    }

    private Decision decision(Verdict verdict, List<Reason> reasons, List<StepMetric> metrics) {
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
        long through = Math.max(state.lastBaselineEnd(), state.lastCandidateEnd());
        return new Decision(
                plan.name(),
                state.run().number(),
                state.run().revision(),
                step,
                verdict,
                verdict == Verdict.NO_GO || (verdict == Verdict.GO && last),
                reasons,
                Stream.concat(
                                metrics.stream().map(this::describe),
                                quantiles().stream().map(this::describe))
                        .toList(),
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

    private MetricEvidence describe(StepMetric metric) {
        Finding regression = new Finding(metric.tested(), Finding.Kind.REGRESSION);
        return new MetricEvidence(
                metric.tested().metric().name(),
                metric.tested().metric().required(),
                metric.baselineBad(),
                metric.baselineTotal(),
                metric.candidateBad(),
                metric.candidateTotal(),
                metric.ratio(),
                metric.goMargin(),
                metric.noGoMargin(),
                metric.goLogE(),
                metric.goNeeded(),
                state.evidence().logE(regression),
                state.evidence().needed(regression),
                metric.goProven(),
                state.evidence().proven().contains(regression));
    }

    private MetricEvidence describe(StepQuantile quantile) {
        CutoverPlan.TestedQuantile tested = quantile.tested();
        Finding regression = new Finding(tested, Finding.Kind.REGRESSION);
        OptionalDouble baseline = quantile.baselineValue();
        OptionalDouble candidate = quantile.candidateValue();
        return new MetricEvidence(
                tested.name(),
                tested.metric().required(),
                0,
                quantile.baselineTotal(),
                0,
                quantile.candidateTotal(),
                candidate.isPresent() && baseline.orElse(0) > 0
                        ? OptionalDouble.of(candidate.getAsDouble() / baseline.getAsDouble())
                        : OptionalDouble.empty(),
                quantile.goMargin(),
                quantile.noGoMargin(),
                quantile.goLogE(),
                quantile.goNeeded(),
                state.evidence().logE(regression),
                state.evidence().needed(regression),
                quantile.goProven(),
                state.evidence().proven().contains(regression),
                Optional.of(
                        new Decision.Quantile(
                                tested.metric().quantile().doubleValue(), baseline, candidate)));
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
