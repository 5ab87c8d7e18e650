package io.sluice.dashboard.api;

import static io.sluice.dashboard.api.ResultsWindows.AFTER;
import static io.sluice.dashboard.api.ResultsWindows.BEFORE;
import static io.sluice.dashboard.api.ResultsWindows.CUTOVERS;
import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;
import io.sluice.engine.results.Results;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Before against after, and the deployments that some of it is counted from. */
final class ResultRoutes {
    private static final Query<String> NAME =
            Query.text("name").says("A results table; the first unless given.");

    private final SloEngine engine;

    ResultRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                post(
                                "/deployments",
                                "recordDeployment",
                                "Records a deployment; past times are welcome")
                        .reads(Bodies.Deployment.class)
                        .creates(Bodies.RecordedDeployment.class, this::recordDeployment),
                get("/results", "getResults", "Before against after")
                        .takes(NAME, BEFORE, AFTER, CUTOVERS)
                        .answers(ResultsView.class, this::results),
                get("/results/markdown", "getResultsAsMarkdown", "The same, for people")
                        .takes(NAME, BEFORE, AFTER, CUTOVERS)
                        .answersAs(
                                "text/markdown",
                                ctx ->
                                        ctx.contentType("text/markdown; charset=utf-8")
                                                .result(ResultsText.markdown(requireTable(ctx)))),
                get("/results/csv", "getResultsAsCsv", "The same, for spreadsheets (RFC 4180)")
                        .takes(NAME, BEFORE, AFTER, CUTOVERS)
                        .answersAs("text/csv", this::csv));
    }

    private void csv(Context ctx) {
        Results table = requireTable(ctx);
        ResultsText.csv(table).answer(ctx, table.name());
    }

    private Bodies.RecordedDeployment recordDeployment(Context ctx, Bodies.Deployment body) {
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
        return new Bodies.RecordedDeployment(
                service, version, deployedAt, Views.orNull(committedAt));
    }

    private ResultsView results(Context ctx) {
        return table(ctx).map(ResultsView::of).orElse(ResultsView.NONE);
    }

    private Results requireTable(Context ctx) {
        return table(ctx)
                .orElseThrow(
                        () ->
                                ProblemException.of(
                                        HttpStatus.NOT_FOUND, "no results table is defined"));
    }

    /** The one that was asked for; empty if none was and there is none. */
    private Optional<Results> table(Context ctx) {
        List<Results> tables = engine.results(ResultsWindows.of(ctx, engine));
        Optional<String> name = NAME.find(ctx);
        if (name.isEmpty()) {
            return tables.stream().findFirst();
        }
        return Optional.of(
                tables.stream()
                        .filter(table -> table.name().equals(name.get()))
                        .findFirst()
                        .orElseThrow(() -> ProblemException.notFound("results table", name.get())));
    }
}
