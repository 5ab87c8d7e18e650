package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Exclusion;
import io.sluice.engine.SloEngine;
import io.sluice.engine.baseline.Baseline;
import io.sluice.engine.baseline.BaselineComparison;
import io.sluice.engine.baseline.Baselines;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/** What was normal: recorded, shown, and set against another time. */
final class BaselineRoutes {
    private static final Query<String> WITH = Query.text("with").says("Another baseline.");
    private static final Query<Interval> RANGE =
            Query.interval("range", Interval::new).says("Or a time, as it is measured now.");

    private final SloEngine engine;

    BaselineRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                get("/baselines", "listBaselines", "Every recorded baseline, oldest first")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .answers(BaselineView.Page.class, this::baselines),
                post(
                                "/baselines",
                                "recordBaseline",
                                "Records what was measured in a time, under a name and for good")
                        .reads(Bodies.NewBaseline.class)
                        .creates(BaselineView.class, this::record),
                get("/baselines/{name}", "getBaseline", "What a baseline holds")
                        .answers(BaselineView.Detail.class, this::baseline),
                get(
                                "/baselines/{name}/comparison",
                                "compareBaseline",
                                "A baseline against another one, or against a time")
                        .takes(WITH, RANGE)
                        .answers(BaselineView.Comparison.class, this::comparison));
    }

    private Collection<Cutover> cutovers() {
        return engine.definitions().cutovers().values();
    }

    private BaselineView.Page baselines(Context ctx) {
        Paging.Page<Baseline> page =
                Paging.of(
                        ctx,
                        engine.baselines(),
                        baseline -> Paging.oldestFirst(baseline.recordedAt()) + baseline.name());
        return new BaselineView.Page(
                page.map(baseline -> BaselineView.of(baseline, cutovers())), page.next());
    }

    private BaselineView.Detail baseline(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.baseline(name)
                .map(found -> BaselineView.Detail.of(found, cutovers()))
                .orElseThrow(() -> ProblemException.notFound("baseline", name));
    }

    private BaselineView record(Context ctx, Bodies.NewBaseline body) {
        String name = Params.text("$.name", body.name());
        Instant to = Params.optionalInstant("$.to", body.to()).orElseGet(engine::now);
        Instant from = Params.instant("$.from", body.from());
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    "$.from", "it is " + from + ", and to is " + to, "a time before $.to");
        }
        List<String> exclusions = Objects.requireNonNullElse(body.exclusions(), List.of());
        if (!exclusions.isEmpty() && Duration.between(from, to).compareTo(Exclusion.MAX_SPAN) > 0) {
            throw ProblemException.badRequest(
                    "$.from",
                    "it is " + from + ", and to is " + to,
                    "where exclusions are named, at most "
                            + Exclusion.MAX_SPAN.toDays()
                            + " days before $.to");
        }
        try {
            return BaselineView.of(
                    engine.recordBaseline(
                            new Baselines.Order(
                                    name,
                                    from,
                                    to,
                                    leftOut(body),
                                    exclusions,
                                    RequestGuard.principal(ctx))),
                    cutovers());
        } catch (NoSuchElementException e) {
            throw ProblemException.badRequest(
                    "$.exclusions", String.valueOf(e.getMessage()), "names of exclusions");
        } catch (IllegalStateException e) {
            throw ProblemException.of(HttpStatus.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    private static List<Baseline.LeftOut> leftOut(Bodies.NewBaseline body) {
        List<Bodies.LeaveOut> given = Objects.requireNonNullElse(body.leaveOut(), List.of());
        List<Baseline.LeftOut> leftOut = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            leftOut.add(leftOut("$.leaveOut[" + i + "]", given.get(i)));
        }
        return leftOut;
    }

    private static Baseline.LeftOut leftOut(String where, Bodies.LeaveOut out) {
        Instant from = Params.instant(where + ".from", out.from());
        Instant to = Params.instant(where + ".to", out.to());
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    where + ".from", "it is " + from + ", and to is " + to, "a time before to");
        }
        return new Baseline.LeftOut(from, to, Params.text(where + ".reason", out.reason()));
    }

    private BaselineView.Comparison comparison(Context ctx) {
        String name = ctx.pathParam("name");
        Optional<String> with = WITH.find(ctx);
        Optional<Interval> range = RANGE.find(ctx);
        if (with.isPresent() == range.isPresent()) {
            throw ProblemException.badRequest(
                    "?with", "compared with what?", "either ?with or ?range");
        }
        Optional<BaselineComparison> compared =
                with.isPresent()
                        ? engine.compareBaselines(name, with.get())
                        : engine.compareBaseline(name, range.orElseThrow());
        return BaselineView.Comparison.of(
                compared.orElseThrow(
                        () ->
                                ProblemException.notFound(
                                        "baseline",
                                        with.filter(_ -> engine.baseline(name).isPresent())
                                                .orElse(name))));
    }
}
