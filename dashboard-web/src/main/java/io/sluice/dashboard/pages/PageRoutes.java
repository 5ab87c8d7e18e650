package io.sluice.dashboard.pages;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.Utf8ByteOutput;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Answered;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.Problem;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.Shared;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.security.Login;
import io.sluice.dashboard.security.RequestGuard;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.TraceReader;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.slo.SloStatus;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** Every page, and the numbers of its plots. */
public final class PageRoutes {
    private static final String HTML = "text/html; charset=utf-8";
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");

    private final SloEngine engine;
    private final IngestStatus ingest;
    private final IngestRates rates;
    private final TraceReader traces;
    private final DecisionHistory history;
    private final Plots plots;
    private final SloPlots sloPlots;
    private final Shared<OverviewPage> overview;
    private final Sparklines sparklines;
    private final SharedAnswers shared;
    private final Assets assets = new Assets();
    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(
                    null, ContentType.Html, null, "io.sluice.dashboard.templates");

    /**
     * @param changes how many changes of the engine there were so far
     * @param shared what many ask at once
     */
    public PageRoutes(
            SloEngine engine,
            IngestStatus ingest,
            TraceReader traces,
            LongSupplier changes,
            SharedAnswers shared) {
        this.engine = engine;
        this.ingest = ingest;
        this.rates = new IngestRates(ingest);
        this.traces = traces;
        this.history = new DecisionHistory(engine);
        this.plots = new Plots(engine, history);
        this.sloPlots = new SloPlots(engine);
        this.overview = new Shared<>(changes);
        this.sparklines = new Sparklines(engine);
        this.shared = shared;
    }

    /** To be called when something changed; returns at once. */
    public void changed() {
        rates.look(engine.now());
    }

    /** Adds the pages to a server. */
    public void register(RoutesConfig routes) {
        assets.register(routes);
        routes.get("/", this::overview);
        routes.get("/alerts", this::alerts);
        routes.get("/incidents/{id}", this::incident);
        routes.get("/journeys", this::journeys);
        routes.get("/journeys/{name}/steps.csv", this::journeyCsv);
        routes.get("/migrations", this::migrations);
        routes.get("/migrations/{name}", this::migration);
        routes.post("/migrations/{name}/attest", new MigrationForms(engine)::attest);
        new AlertRoutes(engine).register(routes);
        routes.get(
                "/results",
                ctx ->
                        render(
                                ctx,
                                "results",
                                "Results",
                                "results",
                                ResultsPage.of(engine, ResultsChoice.of(ctx, engine))));
        routes.get("/results/{table}/{row}", this::resultsRow);
        routes.get(
                "/definitions",
                ctx ->
                        render(
                                ctx,
                                "definitions",
                                "Definitions",
                                "definitions",
                                DefinitionsPage.of(engine)));
        routes.get("/definitions/source", this::source);
        routes.get(
                "/system",
                ctx ->
                        render(
                                ctx,
                                "system",
                                "System",
                                "system",
                                SystemPage.of(engine, ingest, rates)));
        routes.get("/slos/{name}", this::slo);
        routes.get("/cutovers/{name}", this::cutover);
        routes.get("/traces", this::traces, Role.READ_TRACES);
        routes.get("/traces/{id}", this::trace, Role.READ_TRACES);
        routes.get(
                "/plots/slos/{name}/budget",
                ctx -> plot(ctx, plots.budget(requireSlo(ctx), objective(ctx), TimeRange.of(ctx))));
        routes.get(
                "/plots/slos/{name}/burn",
                ctx -> plot(ctx, plots.burn(requireSlo(ctx), objective(ctx), TimeRange.of(ctx))));
        routes.get(
                "/plots/slos/{name}/values",
                ctx -> plot(ctx, plots.heat(requireSlo(ctx), objective(ctx), TimeRange.of(ctx))));
        routes.get(
                "/plots/slos/{name}/pairs",
                ctx ->
                        plot(
                                ctx,
                                sloPlots.pairs(
                                        requireSlo(ctx), objective(ctx), TimeRange.of(ctx))));
        routes.get(
                "/plots/slos/{name}/events",
                ctx ->
                        plot(
                                ctx,
                                sloPlots.events(
                                        requireSlo(ctx), objective(ctx), TimeRange.of(ctx))));
        routes.get(
                "/plots/results/{table}/{row}",
                ctx -> plot(ctx, ResultsRowPage.plot(requireRow(ctx, TimeRange.of(ctx)))));
        routes.get(
                "/plots/cutovers/{name}/{metric}/rates",
                ctx -> plot(ctx, plots.rates(requireCutover(ctx), ctx.pathParam("metric"))));
        routes.get(
                "/plots/cutovers/{name}/{metric}/evidence",
                ctx -> plot(ctx, plots.evidence(requireCutover(ctx), ctx.pathParam("metric"))));
        routes.get(
                "/plots/cutovers/{name}/{metric}/values",
                ctx -> plot(ctx, plots.values(requireCutover(ctx), ctx.pathParam("metric"))));
    }

    private void alerts(Context ctx) {
        AlertsPage page = AlertsPage.of(engine, TimeRange.of(ctx, TimeRange.LONG));
        render(ctx, "alerts", page.headline(), "alerts", page);
    }

    private void source(Context ctx) {
        SourcePage page = SourcePage.of(engine, ctx);
        still(ctx, "source", page.file(), "definitions", page);
    }

    private void journeys(Context ctx) {
        render(
                ctx,
                "journeys",
                "Journeys",
                "journeys",
                JourneysPage.of(engine, JourneysPage.window(ctx)));
    }

    private void resultsRow(Context ctx) {
        TimeRange range = TimeRange.of(ctx);
        ResultsRowPage page =
                ResultsRowPage.of(
                        engine, requireRow(ctx, range), ResultsChoice.of(ctx, engine), range);
        render(ctx, "results-row", page.title(), "results", page);
    }

    private ResultsRowPage.Found requireRow(Context ctx, TimeRange range) {
        String row = ctx.pathParam("row");
        return ResultsRowPage.find(
                        engine, ctx.pathParam("table"), row, ResultsChoice.of(ctx, engine), range)
                .orElseThrow(() -> ProblemException.notFound("results row", row));
    }

    /** The one there is, or a list to choose from. */
    private void migrations(Context ctx) {
        List<MigrationStatus> all = engine.migrations();
        if (all.size() == 1) {
            migration(ctx, all.getFirst());
            return;
        }
        render(
                ctx,
                "migrations",
                "Migrations",
                "migration",
                all.stream()
                        .map(
                                status ->
                                        new MigrationPage.Link(
                                                status.migration().metadata().displayName(),
                                                "/migrations/"
                                                        + Links.segment(status.migration().name())))
                        .toList());
    }

    private void migration(Context ctx) {
        String name = ctx.pathParam("name");
        migration(
                ctx,
                engine.migration(name)
                        .orElseThrow(() -> ProblemException.notFound("migration", name)));
    }

    private void migration(Context ctx, MigrationStatus status) {
        MigrationPage page = MigrationPage.of(engine, status);
        render(ctx, "migration", page.title(), "migration", page);
    }

    private void journeyCsv(Context ctx) {
        String name = ctx.pathParam("name");
        Duration window =
                JourneysPage.WINDOWS.getOrDefault(JourneysPage.window(ctx), Duration.ofDays(1));
        JourneysPage.csv(
                        engine.journey(name, window)
                                .orElseThrow(() -> ProblemException.notFound("journey", name)))
                .answer(ctx, "journey");
    }

    private void incident(Context ctx) {
        String id = ctx.pathParam("id");
        Incident incident =
                IncidentPage.find(engine, id)
                        .orElseThrow(() -> ProblemException.notFound("incident", id));
        IncidentPage page = IncidentPage.of(engine, plots, incident);
        String title = "Incident of " + page.incident().name();
        if (page.incident().open()) {
            render(ctx, "incident", title, "alerts", page);
        } else {
            still(ctx, "incident", title, "alerts", page);
        }
    }

    private void slo(Context ctx) {
        SloStatus status = requireSlo(ctx);
        String window =
                Optional.ofNullable(ctx.queryParam("window"))
                        .filter(SloPage.WINDOWS::containsKey)
                        .orElse("1h");
        TimeRange range = TimeRange.of(ctx);
        SloPage page = SloPage.of(engine, plots, sloPlots, status, window, range);
        if (range.to().isEmpty()) {
            render(ctx, "slo", page.title(), "", page);
        } else {
            still(ctx, "slo", page.title(), "", page);
        }
    }

    private void cutover(Context ctx) {
        CutoverStatus status = requireCutover(ctx);
        CutoverPage page =
                CutoverPage.of(
                        history,
                        plots,
                        status,
                        status.run()
                                .map(run -> engine.approvals(run.cutover(), run.number()))
                                .orElse(List.of()));
        render(ctx, "cutover", page.verdict().word() + ": " + page.title(), "", page);
    }

    private void traces(Context ctx) {
        still(ctx, "traces", "Traces", "traces", TracesPage.of(engine, traces, TraceForm.of(ctx)));
    }

    private void trace(Context ctx) {
        String id = ctx.pathParam("id");
        if (!TRACE_ID.matcher(id).matches()) {
            throw ProblemException.badRequest("the path", "this is no trace id", "32 hex digits");
        }
        still(
                ctx,
                "trace",
                "Trace",
                "traces",
                TracePage.of(id, traces.trace(id, Optional.of(near(ctx)))));
    }

    /** The links that we make say when; a trace without a time is looked for near now. */
    private Instant near(Context ctx) {
        String at = ctx.queryParam("at");
        try {
            return at == null ? engine.now() : Instant.parse(at);
        } catch (DateTimeException e) {
            throw ProblemException.badRequest(
                    "?at", "this is " + at, "a time such as 2026-02-14T09:30:00Z");
        }
    }

    /**
     * The API's reference.
     *
     * @param description the API's, as JSON
     * @param needsToken whether programs have to send one
     */
    public void reference(Context ctx, byte[] description, boolean needsToken) {
        String origin = ctx.scheme() + "://" + ctx.host();
        still(ctx, "api", "API", "api", ApiPage.of(Json.tree(description), origin, needsToken));
    }

    /**
     * Every open overview asks for itself again at the same moment. Who may do the same and is
     * called the same sees the same, written and compressed once.
     */
    private void overview(Context ctx) {
        String reader = RequestGuard.may(ctx, Role.OPERATE) + RequestGuard.loggedIn(ctx).orElse("");
        shared.to(
                        String.join(" ", ctx.path(), ctx.queryString(), reader),
                        () ->
                                Answered.of(
                                        HTML,
                                        html(
                                                ctx,
                                                "overview",
                                                "Overview",
                                                "overview",
                                                overviewNow().only(OverviewFilter.of(ctx)),
                                                true)))
                .writeOnce(ctx);
    }

    private OverviewPage overviewNow() {
        return overview.at(engine.now(), () -> OverviewPage.of(engine, ingest, sparklines));
    }

    /** Asks for a token. */
    public void login(Context ctx, Login.View view) {
        still(ctx, "login", "Log in", "", view);
    }

    /**
     * Tells a person what went wrong; who could log in is asked to, and nothing of ours is shown
     * before.
     */
    public void problem(Context ctx, Problem problem) {
        HttpStatus status = HttpStatus.forStatus(problem.status());
        if (status == HttpStatus.UNAUTHORIZED && ctx.method().equals(HandlerType.GET)) {
            ctx.redirect(Login.address(ctx), HttpStatus.SEE_OTHER);
            return;
        }
        render(ctx, "problem", problem.title(), "", problem);
        ctx.status(status);
    }

    private void render(Context ctx, String template, String title, String section, Object page) {
        render(ctx, template, title, section, page, true);
    }

    /** A page that reads the log, which nothing should do again with every change. */
    private void still(Context ctx, String template, String title, String section, Object page) {
        render(ctx, template, title, section, page, false);
    }

    private void render(
            Context ctx, String template, String title, String section, Object page, boolean live) {
        ctx.contentType(HTML).result(html(ctx, template, title, section, page, live));
    }

    private byte[] html(
            Context ctx, String template, String title, String section, Object page, boolean live) {
        String query = ctx.queryString();
        Chrome chrome =
                new Chrome(
                        title,
                        query == null ? ctx.path() : ctx.path() + "?" + query,
                        section,
                        live,
                        engine.now(),
                        RequestGuard.isKnown(ctx) ? engine.definitionProblems() : List.of(),
                        RequestGuard.isKnown(ctx),
                        RequestGuard.may(ctx, Role.OPERATE),
                        RequestGuard.loggedIn(ctx).orElse(""),
                        assets);
        Utf8ByteOutput html = new Utf8ByteOutput();
        templates.render(template + ".jte", Map.of("chrome", chrome, "page", page), html);
        return html.toByteArray();
    }

    /** A plot's numbers, for the script or, with {@code ?format=csv}, for a spreadsheet. */
    private static void plot(Context ctx, Optional<Plot> found) {
        Plot plot =
                found.orElseThrow(
                        () -> ProblemException.of(HttpStatus.NOT_FOUND, "there is no such plot"));
        String format = Optional.ofNullable(ctx.queryParam("format")).orElse("json");
        switch (format) {
            case "json" -> Json.write(ctx, HttpStatus.OK, plot);
            case "csv" ->
                    ctx.contentType("text/csv; charset=utf-8")
                            .header("Content-Disposition", "attachment; filename=\"sluice.csv\"")
                            .result(plot.csv());
            default ->
                    throw ProblemException.badRequest(
                            "?format", "this is " + format, "json or csv");
        }
    }

    private int objective(Context ctx) {
        String index = Optional.ofNullable(ctx.queryParam("objective")).orElse("0");
        int count = requireSlo(ctx).objectives().size();
        for (int i = 0; i < count; i++) {
            if (Integer.toString(i).equals(index)) {
                return i;
            }
        }
        throw ProblemException.badRequest("?objective", "this is " + index, "0 to " + (count - 1));
    }

    private SloStatus requireSlo(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.slo(name).orElseThrow(() -> ProblemException.notFound("SLO", name));
    }

    private CutoverStatus requireCutover(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.cutover(name).orElseThrow(() -> ProblemException.notFound("cutover", name));
    }
}
