package io.sluice.engine.cutover;

import io.sluice.definitions.model.Indicator;
import io.sluice.engine.cutover.Decision.Code;
import io.sluice.engine.cutover.Decision.Reason;
import io.sluice.engine.cutover.RunEvidence.Finding;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What a run's evidence says for GO and for NO_GO, in words. */
final class Reasons {
    private final RunState state;
    private final CutoverPlan plan;
    private final Instant now;

    Reasons(RunState state, Instant now) {
        this.state = state;
        this.plan = state.plan();
        this.now = now;
    }

    /** What was counted of both sides. */
    static String comparison(StepProof proof) {
        return switch (proof) {
            case StepMetric metric when metric.limit().isPresent() ->
                    metric.tested().name()
                            + ": candidate "
                            + Words.share(metric.candidateBad(), metric.candidateTotal());
            case StepMetric metric ->
                    metric.tested().name()
                            + ": candidate "
                            + Words.share(metric.candidateBad(), metric.candidateTotal())
                            + ", baseline "
                            + Words.share(metric.baselineBad(), metric.baselineTotal())
                            + metric.snapshot()
                                    .map(snapshot -> " (" + snapshot.origin().words() + ")")
                                    .orElse("");
            case StepQuantile quantile -> {
                CutoverPlan.TestedQuantile tested = quantile.tested();
                Indicator.Unit unit = tested.metric().indicator().unit();
                yield tested.name()
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
        };
    }

    /** Beyond the margin, of what is compared, or beyond the limit. */
    static String over(StepProof proof, double margin) {
        return switch (proof) {
            case StepMetric metric when metric.limit().isPresent() ->
                    "over the limit of " + Words.percent(metric.limit().getAsDouble());
            case StepMetric _ -> "worse than " + Words.margin(margin);
            case StepQuantile _ -> "over " + Words.margin(margin);
        };
    }

    /** The candidate's own count against its own objective. */
    String objective(CutoverPlan.Tested tested) {
        return tested.name()
                + ": candidate "
                + Words.share(
                        state.evidence().candidateBad(tested),
                        state.evidence().candidateTotal(tested))
                + " since the run began, its objective allows "
                + Words.percent(tested.allowedBadRatio().doubleValue());
    }

    /** Why the current step may be left. */
    List<Reason> go(List<StepProof> required) {
        String risk = Words.percent(plan.cutover().errorAllowance().go());
        Stream<Reason> ofProofs =
                required.stream()
                        .map(
                                proof ->
                                        new Reason(
                                                Code.PROVEN,
                                                proof.tested().name(),
                                                comparison(proof)
                                                        + "; "
                                                        + over(proof, proof.goMargin())
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
        return Stream.of(ofProofs, ofOverride, approvals()).flatMap(all -> all).toList();
    }

    private Stream<Reason> approvals() {
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

    /** Why the run has to end. */
    List<Reason> noGo() {
        List<Reason> reasons = new ArrayList<>();
        for (Finding finding : state.evidence().proven()) {
            reasons.add(
                    switch (finding.kind()) {
                        case REGRESSION -> regression(finding);
                        case OBJECTIVE -> breached(finding);
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

    private Reason regression(Finding finding) {
        StepProof worst =
                state.evidence().inAllSteps(finding.compared()).stream()
                        .max(Comparator.comparingDouble(StepProof::worseLogE))
                        .orElseThrow();
        return new Reason(
                Code.REGRESSION,
                finding.compared().name(),
                comparison(worst)
                        + " at share "
                        + Words.percent(worst.step().share())
                        + inOneGroup(worst)
                        + "; "
                        + over(worst, noGoMargin(worst))
                        + proven(finding));
    }

    /** Of the group that speaks against the candidate most, if that is what does. */
    private static double noGoMargin(StepProof proof) {
        return switch (proof) {
            case StepMetric metric ->
                    metric.worstGroup()
                            .map(GroupEvidence.Group::margin)
                            .orElse(metric.noGoMargin());
            case StepQuantile quantile -> quantile.noGoMargin();
        };
    }

    private static String inOneGroup(StepProof proof) {
        return switch (proof) {
            case StepMetric metric ->
                    metric.worstGroup().map(group -> ", " + group.words()).orElse("");
            case StepQuantile _ -> "";
        };
    }

    private Reason breached(Finding finding) {
        String counts =
                switch (finding.compared()) {
                    case CutoverPlan.Tested tested -> objective(tested);
                    case CutoverPlan.TestedQuantile tested ->
                            throw new IllegalStateException(tested + " has no objective");
                };
        return new Reason(
                Code.OBJECTIVE_BREACHED,
                finding.compared().name(),
                counts + "; that it is missed" + proven(finding));
    }

    /**
     * Tests share one allowance: they may exceed it together before any of them does alone. A
     * critical metric has its own.
     */
    private String proven(Finding finding) {
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
}
