package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;

import java.time.Duration;
import java.util.List;

/** Who went how far through ordered steps. */
final class JourneyRoutes {
    private static final Query<Duration> WINDOW =
            Query.duration("window", ApiRoutes.MAX_WINDOW)
                    .unlessGiven(Duration.ofDays(1))
                    .says("How far back: 30m, 1h or 7d.");

    private final SloEngine engine;

    JourneyRoutes(SloEngine engine) {
        this.engine = engine;
    }

    List<Operation> operations() {
        return List.of(
                get("/journeys", "listJourneys", "Every journey, and who dropped off where")
                        .takes(WINDOW)
                        .answers(JourneyView.Page.class, this::journeys),
                get("/journeys/{name}", "getJourney", "One journey, and who dropped off where")
                        .takes(WINDOW)
                        .answers(JourneyView.class, this::journey));
    }

    private JourneyView.Page journeys(Context ctx) {
        return new JourneyView.Page(
                engine.journeys(WINDOW.get(ctx)).stream().map(JourneyView::of).toList());
    }

    private JourneyView journey(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.journey(name, WINDOW.get(ctx))
                .map(JourneyView::of)
                .orElseThrow(() -> ProblemException.notFound("journey", name));
    }
}
