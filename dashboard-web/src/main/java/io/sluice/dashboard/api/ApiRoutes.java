package io.sluice.dashboard.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.results.Results;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Every route of the API, in one list, so that the description and the tests can be held against
 * it.
 */
public final class ApiRoutes {
    /** Where the API's paths begin. */
    static final String BASE = "/api/v1";

    /** Most points of a burn-down; the engine draws no more. */
    static final int MAX_POINTS = 2_000;

    static final int DEFAULT_POINTS = 300;

    /** Most decisions in one answer. */
    static final int MAX_DECISIONS = 1_000;

    static final int DEFAULT_DECISIONS = 100;

    /** Most traces after which no further record of the log is read. */
    static final int MAX_TRACES = 1_000;

    static final int DEFAULT_TRACES = 50;

    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-fA-F]{32}");

    /** The store keeps 400 days. */
    private static final Duration MAX_WINDOW = Duration.ofDays(400);

    private final SloEngine engine;
    private final IngestStatus ingest;
    private final TraceReader traces;
    private final List<Route> routes;

    /** A path below {@link #BASE}. */
    record Route(HandlerType method, String path, Handler handler) {}

    public ApiRoutes(SloEngine engine, IngestStatus ingest, TraceReader traces) {
        this.engine = engine;
        this.ingest = ingest;
        this.traces = traces;
        BacktestRoutes backtests = new BacktestRoutes(engine);
        IncidentRoutes incidents = new IncidentRoutes(engine);
        this.routes =
                List.of(
                        get("/slos", this::slos),
                        get("/slos/{name}", this::slo),
                        get("/slos/{name}/burndown", this::burnDown),
                        get("/slos/{name}/burned", this::burned),
                        get("/journeys", this::journeys),
                        get("/journeys/{name}", this::journey),
                        get("/alerts", this::alerts),
                        get("/backtest", backtests::ofInForce),
                        post("/backtest", backtests::compared),
                        get("/incidents", incidents::incidents),
                        post("/incidents", incidents::markMissed),
                        post("/incidents/{id}/acknowledge", incidents::acknowledge),
                        get("/silences", incidents::silences),
                        post("/silences", incidents::silence),
                        new Route(HandlerType.DELETE, "/silences/{id}", incidents::endSilence),
                        get("/cutovers", this::cutovers),
                        get("/cutovers/{name}", this::cutover),
                        get("/cutovers/{name}/decision", this::decision),
                        get("/cutovers/{name}/decisions", this::decisions),
                        post("/cutovers/{name}/backtest", backtests::ofGate),
                        post("/cutovers/{name}/runs", this::startRun),
                        post("/cutovers/{name}/runs/{run}/steps", this::reportStep),
                        get("/evidence/{id}", this::evidence),
                        post("/deployments", this::recordDeployment),
                        get("/results", this::results),
                        get("/definitions", this::definitions),
                        get("/traces", this::traces),
                        get("/traces/{id}", this::trace),
                        get("/counts", this::counts),
                        get("/ingest", this::ingest),
                        get("/system", this::system));
    }

    private static Route get(String path, Handler handler) {
        return new Route(HandlerType.GET, path, handler);
    }

    private static Route post(String path, Handler handler) {
        return new Route(HandlerType.POST, path, handler);
    }

    List<Route> routes() {
        return routes;
    }

    /** Adds the routes to a server. */
    public void register(RoutesConfig config) {
        for (Route route : routes) {
            config.addHttpHandler(route.method(), BASE + route.path(), route.handler());
            if (route.method().equals(HandlerType.GET)) {
                // Javalin would answer 200 for whatever GET knows the shape of; Jetty leaves the
                // body out.
                config.addHttpHandler(HandlerType.HEAD, BASE + route.path(), route.handler());
            }
        }
    }

    private void slos(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        List<Alert> alerts = engine.alerts();
        ok(
                ctx,
                new SloView.Page(
                        engine.slos().stream().map(status -> SloView.of(status, alerts)).toList()));
    }

    private void slo(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, SloView.of(requireSlo(ctx), engine.alerts()));
    }

    private void burnDown(Context ctx) {
        Params.requireOnly(ctx, Set.of("objective", "from", "to", "points"));
        SloStatus status = requireSlo(ctx);
        int objective = Params.integer(ctx, "objective", 0, 0, status.objectives().size() - 1);
        Instant to = Params.instant(ctx, "to", status.at());
        Instant from =
                Params.instant(ctx, "from", to.minus(Duration.between(status.from(), status.at())));
        if (!from.isBefore(to) || Duration.between(from, to).compareTo(MAX_WINDOW) > 0) {
            throw ProblemException.badRequest(
                    "?from",
                    "it is " + from + ", and ?to is " + to,
                    "a time before ?to, by at most 400 days");
        }
        int points = Params.integer(ctx, "points", DEFAULT_POINTS, 2, MAX_POINTS);
        String name = status.slo().name();
        ok(
                ctx,
                engine.burnDown(name, objective, from, to, points)
                        .map(
                                down ->
                                        BurnView.Down.of(
                                                down,
                                                status.objectives().get(objective).objective()))
                        .orElseThrow(() -> ProblemException.notFound("SLO", name)));
    }

    private void burned(Context ctx) {
        Params.requireOnly(ctx, Set.of("window"));
        String name = ctx.pathParam("name");
        Duration window = Params.duration(ctx, "window", Duration.ofHours(1), MAX_WINDOW);
        ok(
                ctx,
                engine.burned(name, window)
                        .map(BurnView.By::of)
                        .orElseThrow(() -> ProblemException.notFound("SLO", name)));
    }

    private void journeys(Context ctx) {
        Params.requireOnly(ctx, Set.of("window"));
        ok(
                ctx,
                new JourneyView.Page(
                        engine.journeys(journeyWindow(ctx)).stream()
                                .map(JourneyView::of)
                                .toList()));
    }

    private void journey(Context ctx) {
        Params.requireOnly(ctx, Set.of("window"));
        String name = ctx.pathParam("name");
        ok(
                ctx,
                engine.journey(name, journeyWindow(ctx))
                        .map(JourneyView::of)
                        .orElseThrow(() -> ProblemException.notFound("journey", name)));
    }

    private static Duration journeyWindow(Context ctx) {
        return Params.duration(ctx, "window", Duration.ofDays(1), MAX_WINDOW);
    }

    private void traces(Context ctx) {
        Params.requireOnly(
                ctx,
                Set.of(
                        "slo",
                        "outcome",
                        "side",
                        "route",
                        "minValue",
                        "from",
                        "to",
                        "limit",
                        "before"));
        String slo = Params.text("?slo", ctx.queryParam("slo"));
        if (engine.slo(slo).isEmpty()) {
            throw ProblemException.notFound("SLO", slo);
        }
        Optional<String> side = Params.oneOf(ctx, "side", List.of("baseline", "candidate"));
        TraceReader.Counted counted =
                engine.counted(slo, side)
                        .orElseThrow(
                                () ->
                                        ProblemException.badRequest(
                                                "?side",
                                                "no cutover compares the SLI of " + slo,
                                                "no side, or an SLO of a compared SLI"));
        boolean good =
                Params.oneOf(ctx, "outcome", List.of("bad", "good"))
                        .filter("good"::equals)
                        .isPresent();
        Instant to = Params.instant(ctx, "to", engine.now());
        Instant from = Params.instant(ctx, "from", to.minus(Duration.ofHours(1)));
        if (!from.isBefore(to)) {
            throw ProblemException.badRequest(
                    "?from", "it is " + from + ", and ?to is " + to, "a time before ?to");
        }
        ok(
                ctx,
                TraceViews.Page.of(
                        traces.find(
                                new TraceReader.Query(
                                        counted,
                                        good ? TraceReader.Outcome.GOOD : TraceReader.Outcome.BAD,
                                        Optional.ofNullable(ctx.queryParam("route")),
                                        Params.nonNegative(ctx, "minValue"),
                                        from,
                                        to,
                                        Params.integer(ctx, "limit", DEFAULT_TRACES, 1, MAX_TRACES),
                                        Params.number(ctx, "before")))));
    }

    private void trace(Context ctx) {
        Params.requireOnly(ctx, Set.of("near"));
        String id = ctx.pathParam("id");
        if (!TRACE_ID.matcher(id).matches()) {
            throw ProblemException.badRequest("the path", "this is no trace id", "32 hex digits");
        }
        TraceReader.Trace trace =
                traces.trace(id, Params.optionalInstant("?near", ctx.queryParam("near")));
        if (trace.spans().isEmpty() && trace.logs().isEmpty()) {
            throw ProblemException.notFound("trace", id);
        }
        ok(ctx, new TraceViews.Whole(id, trace.spans(), trace.logs()));
    }

    private void alerts(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, new AlertView.Page(AlertView.of(engine.alerts())));
    }

    private void cutovers(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, new CutoverView.Page(engine.cutovers().stream().map(CutoverView::of).toList()));
    }

    private void cutover(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, CutoverView.Detail.of(requireCutover(ctx)));
    }

    /**
     * Answers 200 while the cutover exists, also without data: its callers take an error for a
     * failed cutover.
     */
    private void decision(Context ctx) {
        Params.requireOnly(ctx, Set.of("share"));
        String name = ctx.pathParam("name");
        ok(
                ctx,
                engine.decision(name, Params.share(ctx, "share"))
                        .map(DecisionView::of)
                        .orElseThrow(() -> ProblemException.notFound("cutover", name)));
    }

    private void decisions(Context ctx) {
        Params.requireOnly(ctx, Set.of("limit"));
        String name = requireCutover(ctx).cutover().name();
        int limit = Params.integer(ctx, "limit", DEFAULT_DECISIONS, 1, MAX_DECISIONS);
        ok(
                ctx,
                new DecisionView.Page(
                        engine.decisions(name, limit).stream().map(DecisionView::of).toList()));
    }

    private void evidence(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        String id = ctx.pathParam("id");
        String json =
                engine.evidence(id).orElseThrow(() -> ProblemException.notFound("evidence", id));
        ctx.contentType("application/json").result(json);
    }

    private void startRun(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        String name = requireCutover(ctx).cutover().name();
        var body = Json.read(ctx, Bodies.StartRun.class);
        Run run =
                engine.startRun(
                        name,
                        Params.text("$.revision", body.revision()),
                        RequestGuard.principal(ctx));
        Json.write(ctx, HttpStatus.CREATED, Bodies.StartedRun.of(run));
    }

    private void reportStep(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        String name = requireCutover(ctx).cutover().name();
        int run = requireRunNumber(ctx);
        var body = Json.read(ctx, Bodies.ReportStep.class);
        Run.StepReport step = reportStep(name, run, body);
        ok(
                ctx,
                new Bodies.ReportedStep(
                        name, Integer.toString(run), step.index(), step.share(), step.startedAt()));
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

    private void recordDeployment(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        var body = Json.read(ctx, Bodies.Deployment.class);
        String service = Params.text("$.service", body.service());
        String version = Params.text("$.version", body.version());
        Instant deployedAt =
                Params.optionalInstant("$.deployedAt", body.deployedAt()).orElseGet(engine::now);
        Optional<Instant> committedAt = Params.optionalInstant("$.committedAt", body.committedAt());
        if (committedAt.filter(deployedAt::isBefore).isPresent()) {
            throw ProblemException.badRequest(
                    "$.committedAt", "it is after the deployment", "a time up to " + deployedAt);
        }
        engine.recordDeployment(service, version, deployedAt, committedAt);
        Json.write(
                ctx,
                HttpStatus.CREATED,
                new Bodies.RecordedDeployment(
                        service, version, deployedAt, Views.orNull(committedAt)));
    }

    private void results(Context ctx) {
        Params.requireOnly(ctx, Set.of("name"));
        String name = ctx.queryParam("name");
        List<Results> tables = engine.results();
        if (name == null) {
            ok(ctx, tables.isEmpty() ? ResultsView.NONE : ResultsView.of(tables.getFirst()));
            return;
        }
        ok(
                ctx,
                tables.stream()
                        .filter(table -> table.name().equals(name))
                        .findFirst()
                        .map(ResultsView::of)
                        .orElseThrow(() -> ProblemException.notFound("results table", name)));
    }

    private void definitions(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, DefinitionsView.of(engine.definitions(), engine.definitionProblems()));
    }

    private void counts(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, CountsView.of(engine.counts()));
    }

    private void system(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, SystemView.of(engine.vitals()));
    }

    private void ingest(Context ctx) {
        Params.requireOnly(ctx, Set.of());
        ok(ctx, IngestView.of(ingest));
    }

    private SloStatus requireSlo(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.slo(name).orElseThrow(() -> ProblemException.notFound("SLO", name));
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

    private static String said(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? "the cutover's state does not allow this" : message;
    }

    private static void ok(Context ctx, Object view) {
        Json.write(ctx, HttpStatus.OK, view);
    }
}
