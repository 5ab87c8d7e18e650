package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Answered;
import io.sluice.dashboard.http.PerDecision;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.RefusedRunException;
import io.sluice.engine.cutover.Run;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;

/** The gate: what it compares, what it decides, and what automation tells it. */
final class CutoverRoutes {
    private static final Query<Double> SHARE =
            Query.share("share")
                    .says(
                            "The candidate's share that the caller believes in; another one than"
                                    + " the current step's gives HOLD.");
    private static final Query<Integer> LIMIT = Query.integer("limit", 1, 1_000).unlessGiven(100);

    /** As far back as pages go. */
    private static final int MAX_DECISIONS = 10_000;

    private final SloEngine engine;
    private final SharedAnswers shared;
    private final PerDecision<Answered> answers = new PerDecision<>();
    private final PerDecision<Optional<ExplanationView>> explanations = new PerDecision<>();

    CutoverRoutes(SloEngine engine, SharedAnswers shared) {
        this.engine = engine;
        this.shared = shared;
    }

    List<Operation> operations() {
        return List.of(
                get("/cutovers", "listCutovers", "Every cutover, in name order")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .shared(shared)
                        .answers(CutoverView.Page.class, this::cutovers),
                get("/cutovers/{name}", "getCutover", "Both sides, side by side")
                        .answers(CutoverView.Detail.class, this::cutover),
                get(
                                "/cutovers/{name}/decision",
                                "getDecision",
                                "GO, HOLD or NO_GO, with reasons and evidence; always 200 while"
                                        + " there is such a cutover")
                        .roles(Role.GATE, Role.READ)
                        .takes(SHARE)
                        .answersMade(DecisionView.class, this::decision),
                get(
                                "/cutovers/{name}/explanation",
                                "explainDecision",
                                "The decision, with the bounds of its ratios; takes time in"
                                        + " proportion to how long the step has lasted")
                        .roles(Role.GATE, Role.READ)
                        .takes(SHARE)
                        .answers(ExplanationView.class, this::explanation),
                get(
                                "/cutovers/{name}/decisions",
                                "listDecisions",
                                "Earlier decisions, newest first, the last 10,000 at most")
                        .takes(LIMIT, Paging.CURSOR)
                        .answers(DecisionView.Page.class, this::decisions),
                get(
                                "/cutovers/{name}/plan",
                                "getPlan",
                                "What a run that began now would have to expect, and why it may be"
                                        + " refused")
                        .roles(Role.GATE, Role.READ)
                        .answers(PlanView.class, this::plan),
                post(
                                "/cutovers/{name}/runs",
                                "startRun",
                                "Starts a run and ends the one before; 409 where its plan cannot"
                                        + " work and nobody overrides that")
                        .reads(Bodies.StartRun.class)
                        .creates(Bodies.StartedRun.class, this::startRun),
                post(
                                "/cutovers/{name}/runs/{run}/steps",
                                "reportStep",
                                "Says that the candidate's share was set; the same report again"
                                        + " changes nothing")
                        .reads(Bodies.ReportStep.class)
                        .answers(Bodies.ReportedStep.class, this::reportStep),
                post(
                                "/cutovers/{name}/runs/{run}/approvals",
                                "approveStep",
                                "Approves a step in a role that it asks for, or lifts a hold that"
                                        + " only a person may lift")
                        .reads(Bodies.Approve.class)
                        .creates(ApprovalView.class, this::approve),
                get(
                                "/cutovers/{name}/runs/{run}/approvals",
                                "listApprovals",
                                "What was approved in the current run; empty for another one")
                        .answers(ApprovalView.Page.class, this::approvals));
    }

    private CutoverView.Page cutovers(Context ctx) {
        Paging.Page<CutoverStatus> page =
                Paging.of(ctx, engine.cutovers(), status -> status.cutover().name());
        return new CutoverView.Page(page.map(CutoverView::of), page.next());
    }

    private CutoverView.Detail cutover(Context ctx) {
        return CutoverView.Detail.of(requireCutover(ctx));
    }

    /**
     * Answers 200 while the cutover exists, also without data: its callers take an error for a
     * failed cutover.
     */
    private Answered decision(Context ctx) {
        String name = ctx.pathParam("name");
        Decision decision =
                engine.decision(name, share(ctx))
                        .orElseThrow(() -> ProblemException.notFound("cutover", name));
        return answers.of(name, decision, () -> Answered.json(DecisionView.of(decision)));
    }

    private static OptionalDouble share(Context ctx) {
        return SHARE.find(ctx).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }

    private ExplanationView explanation(Context ctx) {
        String name = ctx.pathParam("name");
        OptionalDouble share = share(ctx);
        return engine.decision(name, share)
                .flatMap(
                        latest ->
                                explanations.of(
                                        name,
                                        latest,
                                        () -> engine.explain(name, share).map(ExplanationView::of)))
                .orElseThrow(() -> ProblemException.notFound("cutover", name));
    }

    private DecisionView.Page decisions(Context ctx) {
        String name = requireCutover(ctx).cutover().name();
        int limit = LIMIT.get(ctx);
        // The first page needs no more than itself, and one more to know whether it is the last.
        int looked = Paging.CURSOR.find(ctx).isPresent() ? MAX_DECISIONS : limit + 1;
        Paging.Page<Decision> page =
                Paging.of(
                        ctx,
                        engine.decisions(name, looked),
                        decision ->
                                Paging.newestFirst(decision.evaluatedAt()) + decision.evidenceId(),
                        limit);
        return new DecisionView.Page(page.map(DecisionView::of), page.next());
    }

    private PlanView plan(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.plan(name)
                .map(PlanView::of)
                .orElseThrow(() -> ProblemException.notFound("cutover", name));
    }

    private Bodies.StartedRun startRun(Context ctx, Bodies.StartRun body) {
        String name = requireCutover(ctx).cutover().name();
        String revision = Params.text("$.revision", body.revision());
        Optional<String> override =
                Optional.ofNullable(body.override())
                        .map(why -> Params.text("$.override.reason", why.reason()));
        try {
            return Bodies.StartedRun.of(
                    engine.startRun(name, revision, RequestGuard.principal(ctx), override));
        } catch (RefusedRunException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, said(e));
        }
    }

    private Bodies.ReportedStep reportStep(Context ctx, Bodies.ReportStep body) {
        String name = requireCutover(ctx).cutover().name();
        int run = requireRunNumber(ctx);
        Run.StepReport step = reportStep(name, run, body);
        return new Bodies.ReportedStep(
                name, Integer.toString(run), step.index(), step.share(), step.startedAt());
    }

    private Run.StepReport reportStep(String cutover, int run, Bodies.ReportStep body) {
        try {
            return engine.reportStep(cutover, run, body.index(), body.share());
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("run", Integer.toString(run));
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, said(e));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "$", said(e), "an index and share of the cutover's definition");
        }
    }

    private ApprovalView approve(Context ctx, Bodies.Approve body) {
        String name = requireCutover(ctx).cutover().name();
        int run = requireRunNumber(ctx);
        Optional<String> role =
                Optional.ofNullable(body.role()).map(text -> Params.text("$.role", text));
        Optional<Decision.Code> lifts =
                Optional.ofNullable(body.lifts()).map(CutoverRoutes::requireCode);
        role.ifPresent(as -> RequestGuard.requireApprover(ctx, as));
        Approval.Request request =
                new Approval.Request(
                        body.step(),
                        role,
                        lifts,
                        RequestGuard.principal(ctx),
                        Params.text("$.reason", body.reason()),
                        Params.optionalInstant("$.until", body.until()));
        try {
            return ApprovalView.of(engine.approve(name, run, request));
        } catch (NoSuchElementException e) {
            throw ProblemException.notFound("run", Integer.toString(run));
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, said(e));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("$", said(e), "what the step asks for");
        }
    }

    private static Decision.Code requireCode(String text) {
        try {
            return Decision.Code.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest(
                    "$.lifts", "there is no hold " + text, "the code of a hold");
        }
    }

    private ApprovalView.Page approvals(Context ctx) {
        String name = requireCutover(ctx).cutover().name();
        return new ApprovalView.Page(
                engine.approvals(name, requireRunNumber(ctx)).stream()
                        .map(ApprovalView::of)
                        .toList());
    }

    private static String said(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? "the cutover's state does not allow this" : message;
    }

    private CutoverStatus requireCutover(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.cutover(name).orElseThrow(() -> ProblemException.notFound("cutover", name));
    }

    private static int requireRunNumber(Context ctx) {
        String run = ctx.pathParam("run");
        try {
            return Integer.parseInt(run);
        } catch (NumberFormatException e) {
            throw ProblemException.notFound("run", run);
        }
    }
}
