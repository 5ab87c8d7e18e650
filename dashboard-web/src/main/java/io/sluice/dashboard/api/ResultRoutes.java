package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
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
                        .takes(NAME)
                        .answers(ResultsView.class, this::results));
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
        List<Results> tables = engine.results();
        Optional<String> name = NAME.find(ctx);
        if (name.isEmpty()) {
            return tables.isEmpty() ? ResultsView.NONE : ResultsView.of(tables.getFirst());
        }
        return tables.stream()
                .filter(table -> table.name().equals(name.get()))
                .findFirst()
                .map(ResultsView::of)
                .orElseThrow(() -> ProblemException.notFound("results table", name.get()));
    }
}
