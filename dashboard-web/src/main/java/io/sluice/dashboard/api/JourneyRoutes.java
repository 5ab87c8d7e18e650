package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.JourneyStatus;

import java.time.Duration;
import java.util.List;

/** Who went how far through ordered steps. */
final class JourneyRoutes {
    private static final Query<Duration> WINDOW =
            Query.duration("window", ApiRoutes.MAX_WINDOW)
                    .unlessGiven(Duration.ofDays(1))
                    .says("How far back: 30m, 1h or 7d.");

    private final SloEngine engine;
    private final SharedAnswers shared;

    JourneyRoutes(SloEngine engine, SharedAnswers shared) {
        this.engine = engine;
        this.shared = shared;
    }

    List<Operation> operations() {
        return List.of(
                get("/journeys", "listJourneys", "Every journey, and who dropped off where")
                        .takes(WINDOW, Paging.LIMIT, Paging.CURSOR)
                        .shared(shared)
                        .answers(JourneyView.Page.class, this::journeys),
                get("/journeys/{name}", "getJourney", "One journey, and who dropped off where")
                        .takes(WINDOW)
                        .answers(JourneyView.class, this::journey));
    }

    private JourneyView.Page journeys(Context ctx) {
        Paging.Page<JourneyStatus> page =
                Paging.of(ctx, engine.journeys(WINDOW.get(ctx)), status -> status.journey().name());
        return new JourneyView.Page(page.map(JourneyView::of), page.next());
    }

    private JourneyView journey(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.journey(name, WINDOW.get(ctx))
                .map(JourneyView::of)
                .orElseThrow(() -> ProblemException.notFound("journey", name));
    }
}
