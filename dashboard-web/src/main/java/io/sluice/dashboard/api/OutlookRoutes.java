package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;
import static io.sluice.dashboard.openapi.Operation.post;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.engine.SloEngine;

import java.util.List;

/** What traffic says of definitions: of those in force, and of files. */
final class OutlookRoutes {
    private final SloEngine engine;

    OutlookRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                get(
                                "/outlook",
                                "outlook",
                                "What the traffic that was counted says of the definitions in"
                                        + " force: targets that it cannot measure, alerts that it"
                                        + " never fires or any one failure does, slices without"
                                        + " data, steps of journeys that say nothing")
                        .answers(OutlookView.class, this::ofInForce),
                post(
                                "/outlook",
                                "outlookOfFiles",
                                "The same of the given definition files; what they measure is"
                                        + " found by what is counted")
                        .reads(Bodies.Outlook.class)
                        .answers(OutlookView.class, this::ofFiles));
    }

    private OutlookView ofInForce(Context ctx) {
        return OutlookView.of(engine.outlook(engine.definitions()));
    }

    private OutlookView ofFiles(Context ctx, Bodies.Outlook body) {
        return BacktestRoutes.candidate(body.files())
                .map(engine::outlook)
                .map(OutlookView::of)
                .orElseThrow(
                        () ->
                                ProblemException.badRequest(
                                        "$.files", "it is missing", "a whole set of files"));
    }
}
