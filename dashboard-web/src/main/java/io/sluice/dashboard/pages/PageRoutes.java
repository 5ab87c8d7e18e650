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
import io.sluice.dashboard.http.Times;
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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
    private final Explanations explanations;
    private final DefinitionChanges definitionChanges;
    private final Plots plots;
    private final SloPlots sloPlots;
    private final Shared<OverviewPage> overview;
    private final Sparklines sparklines;
    private final LivePages live;
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
        this.explanations = new Explanations(engine);
        this.definitionChanges = new DefinitionChanges(engine.definitions(), engine.now());
        this.plots = new Plots(engine, history);
        this.sloPlots = new SloPlots(engine);
        this.overview = new Shared<>(changes);
        this.sparklines = new Sparklines(engine);
        this.live = new LivePages(changes, engine::now);
        this.shared = shared;
    }

    /** To be called when something changed; returns at once. */
    public void changed() {
        rates.look(engine.now());
        definitionChanges.look(engine.definitions(), engine.now());
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
                        live(
                                ctx,
                                () ->
                                        new View(
                                                "results",
                                                "Results",
                                                "results",
                                                ResultsPage.of(
                                                        engine, ResultsChoice.of(ctx, engine)))));
        routes.get("/results/{table}/{row}", this::resultsRow);
        routes.get(
                "/definitions",
                ctx ->
                        live(
                                ctx,
                                () ->
                                        new View(
                                                "definitions",
                                                "Definitions",
                                                "definitions",
                                                DefinitionsPage.of(engine, definitionChanges))));
        routes.get("/definitions/source", this::source);
        routes.get(
                "/system",
                ctx ->
                        live(
                                ctx,
                                () ->
                                        new View(
                                                "system",
                                                "System",
                                                "system",
                                                SystemPage.of(engine, ingest, rates))));
        routes.get("/slos/{name}", this::slo);
        routes.get("/cutovers/{name}", this::cutover);
        routes.get("/traces", this::traces, Role.READ_TRACES);
        routes.get("/traces/{id}", this::trace, Role.READ_TRACES);
        plot(
                routes,
                "/plots/slos/{name}/budget",
                ctx -> plots.budget(requireSlo(ctx), objective(ctx), TimeRange.of(ctx)));
        plot(
                routes,
                "/plots/slos/{name}/burn",
                ctx -> plots.burn(requireSlo(ctx), objective(ctx), TimeRange.of(ctx)));
        plot(
                routes,
                "/plots/slos/{name}/values",
                ctx -> plots.heat(requireSlo(ctx), objective(ctx), TimeRange.of(ctx)));
        plot(
                routes,
                "/plots/slos/{name}/pairs",
                ctx -> sloPlots.pairs(requireSlo(ctx), objective(ctx), TimeRange.of(ctx)));
        plot(
                routes,
                "/plots/slos/{name}/events",
                ctx -> sloPlots.events(requireSlo(ctx), objective(ctx), TimeRange.of(ctx)));
        plot(
                routes,
                "/plots/results/{table}/{row}",
                ctx -> ResultsRowPage.plot(requireRow(ctx, TimeRange.of(ctx)).history()));
        plot(
                routes,
                "/plots/cutovers/{name}/{metric}/rates",
                ctx ->
                        plots.rates(
                                requireCutover(ctx),
                                ctx.pathParam("metric"),
                                TimeRange.of(ctx, TimeRange.SHORT)));
        plot(
                routes,
                "/plots/cutovers/{name}/{metric}/evidence",
                ctx ->
                        plots.evidence(
                                requireCutover(ctx),
                                ctx.pathParam("metric"),
                                TimeRange.of(ctx, TimeRange.SHORT)));
        plot(
                routes,
                "/plots/cutovers/{name}/{metric}/values",
                ctx ->
                        plots.values(
                                requireCutover(ctx),
                                ctx.pathParam("metric"),
                                CutoverChoice.of(ctx).route()));
    }

    private void alerts(Context ctx) {
        live(
                ctx,
                () -> {
                    AlertsPage page = AlertsPage.of(engine, TimeRange.of(ctx, TimeRange.LONG));
                    return new View("alerts", page.headline(), "alerts", page);
                });
    }

    private void source(Context ctx) {
        SourcePage page = SourcePage.of(engine, ctx);
        still(ctx, "source", page.file(), "definitions", page);
    }

    private void journeys(Context ctx) {
        live(
                ctx,
                () ->
                        new View(
                                "journeys",
                                "Journeys",
                                "journeys",
                                JourneysPage.of(engine, JourneysPage.window(ctx))));
    }

    private void resultsRow(Context ctx) {
        TimeRange range = TimeRange.of(ctx);
        live(
                ctx,
                () -> {
                    ResultsRowPage page =
                            ResultsRowPage.of(
                                    engine,
                                    requireRow(ctx, range),
                                    ResultsChoice.of(ctx, engine),
                                    range);
                    return new View("results-row", page.title(), "results", page);
                });
    }

    private ResultsRowPage.Found requireRow(Context ctx, TimeRange range) {
        String row = ctx.pathParam("row");
        return ResultsRowPage.find(
                        engine, ctx.pathParam("table"), row, ResultsChoice.of(ctx, engine), range)
                .orElseThrow(() -> ProblemException.notFound("results row", row));
    }

    /** The one there is, or a list to choose from. */
    private void migrations(Context ctx) {
        live(
                ctx,
                () -> {
                    List<MigrationStatus> all = engine.migrations();
                    return all.size() == 1
                            ? migration(all.getFirst())
                            : new View(
                                    "migrations",
                                    "Migrations",
                                    "migration",
                                    all.stream().map(PageRoutes::link).toList());
                });
    }

    private static MigrationPage.Link link(MigrationStatus status) {
        return new MigrationPage.Link(
                status.migration().metadata().displayName(),
                "/migrations/" + Links.segment(status.migration().name()));
    }

    private void migration(Context ctx) {
        String name = ctx.pathParam("name");
        live(
                ctx,
                () ->
                        migration(
                                engine.migration(name)
                                        .orElseThrow(
                                                () ->
                                                        ProblemException.notFound(
                                                                "migration", name))));
    }

    private View migration(MigrationStatus status) {
        MigrationPage page = MigrationPage.of(engine, status);
        return new View("migration", page.title(), "migration", page);
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
                engine.incident(id).orElseThrow(() -> ProblemException.notFound("incident", id));
        TimeRange range = TimeRange.of(ctx);
        Supplier<View> view =
                () -> {
                    IncidentPage page = IncidentPage.of(engine, plots, incident, range);
                    return new View(
                            "incident", "Incident of " + page.incident().name(), "alerts", page);
                };
        if (incident.resolvedAt().isEmpty()) {
            live(ctx, view);
        } else {
            still(ctx, view.get());
        }
    }

    private void slo(Context ctx) {
        String name = ctx.pathParam("name");
        String window =
                Optional.ofNullable(ctx.queryParam("window"))
                        .filter(SloPage.WINDOWS::containsKey)
                        .orElse("1h");
        TimeRange range = TimeRange.of(ctx);
        Supplier<View> view =
                () -> {
                    SloPage page =
                            SloPage.of(engine, plots, sloPlots, requireSlo(name), window, range);
                    return new View("slo", page.title(), "", page);
                };
        if (range.to().isEmpty()) {
            live(ctx, view);
        } else {
            still(ctx, view.get());
        }
    }

    private void cutover(Context ctx) {
        CutoverChoice choice = CutoverChoice.of(ctx);
        if (choice.range().to().isEmpty()) {
            live(ctx, () -> cutover(requireCutover(ctx), choice));
        } else {
            still(ctx, cutover(requireCutover(ctx), choice));
        }
    }

    private View cutover(CutoverStatus status, CutoverChoice choice) {
        CutoverPage page =
                CutoverPage.of(
                        history,
                        explanations,
                        plots,
                        status,
                        status.run()
                                .map(run -> engine.approvals(run.cutover(), run.number()))
                                .orElse(List.of()),
                        choice);
        return new View("cutover", page.verdict().word() + ": " + page.title(), "", page);
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
                TracePage.of(id, traces.trace(id, Optional.of(near(ctx))), engine.now()));
    }

    /** The links that we make say when; a trace without a time is looked for near now. */
    private Instant near(Context ctx) {
        String at = ctx.queryParam("at");
        return at == null ? engine.now() : Times.require("?at", at);
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

    /** What is filtered is the same overview for everybody. */
    private void overview(Context ctx) {
        live(
                ctx,
                () ->
                        new View(
                                "overview",
                                "Overview",
                                "overview",
                                overviewNow().only(OverviewFilter.of(ctx))));
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
        ctx.contentType(HTML)
                .result(html(ctx, new View("problem", problem.title(), "", problem), true));
        ctx.status(status);
    }

    /**
     * A page as its template takes it.
     *
     * @param title of the browser's tab
     * @param section which entry of the navigation is lit; empty for none
     */
    private record View(String template, String title, String section, Object page) {}

    /**
     * A page that follows what changes. Every open one asks for itself again at the same moment, so
     * who may do the same and is called the same gets the same.
     */
    private void live(Context ctx, Supplier<View> view) {
        String reader = RequestGuard.may(ctx, Role.OPERATE) + RequestGuard.loggedIn(ctx).orElse("");
        live.answer(ctx, reader, () -> html(ctx, view.get(), true));
    }

    /** A page that reads the log, which nothing should do again with every change. */
    private void still(Context ctx, String template, String title, String section, Object page) {
        still(ctx, new View(template, title, section, page));
    }

    private void still(Context ctx, View view) {
        ctx.contentType(HTML).result(html(ctx, view, false));
    }

    private byte[] html(Context ctx, View view, boolean live) {
        String query = ctx.queryString();
        boolean known = RequestGuard.isKnown(ctx);
        Chrome chrome =
                new Chrome(
                        view.title(),
                        query == null ? ctx.path() : ctx.path() + "?" + query,
                        view.section(),
                        live,
                        engine.now(),
                        known ? engine.definitionProblems() : List.of(),
                        known ? engine.troubles() : List.of(),
                        known,
                        RequestGuard.may(ctx, Role.OPERATE),
                        RequestGuard.loggedIn(ctx).orElse(""),
                        assets);
        Utf8ByteOutput html = new Utf8ByteOutput();
        templates.render(
                view.template() + ".jte", Map.of("chrome", chrome, "page", view.page()), html);
        return html.toByteArray();
    }

    /**
     * A plot's numbers, for the script or, with {@code ?format=csv}, for a spreadsheet. Scripts of
     * all who look at the same page ask at the same moment.
     */
    private void plot(RoutesConfig routes, String path, Function<Context, Optional<Plot>> maker) {
        routes.get(
                path,
                ctx -> {
                    String format = Optional.ofNullable(ctx.queryParam("format")).orElse("json");
                    switch (format) {
                        case "json" ->
                                shared.to(
                                                ctx.path() + "?" + ctx.queryString(),
                                                () ->
                                                        Answered.of(
                                                                "application/json",
                                                                Json.bytes(made(ctx, maker))))
                                        .writeOnce(ctx);
                        case "csv" -> made(ctx, maker).csv().answer(ctx, "sluice");
                        default ->
                                throw ProblemException.badRequest(
                                        "?format", "this is " + format, "json or csv");
                    }
                });
    }

    private static Plot made(Context ctx, Function<Context, Optional<Plot>> maker) {
        return maker.apply(ctx)
                .orElseThrow(
                        () -> ProblemException.of(HttpStatus.NOT_FOUND, "there is no such plot"));
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
        return requireSlo(ctx.pathParam("name"));
    }

    private SloStatus requireSlo(String name) {
        return engine.slo(name).orElseThrow(() -> ProblemException.notFound("SLO", name));
    }

    private CutoverStatus requireCutover(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.cutover(name).orElseThrow(() -> ProblemException.notFound("cutover", name));
    }
}
