package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.http.SharedAnswers;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How every promise stands, and what became of its budget. */
final class SloRoutes {
    /** Most points of a burn-down; the engine draws no more. */
    private static final int MAX_POINTS = 2_000;

    private static final Query<Integer> OBJECTIVE =
            Query.integer("objective", 0, 1_000).unlessGiven(0).says("The objective's index.");
    private static final Query<Instant> FROM =
            Query.instant("from").says("One window before ?to unless given.");
    private static final Query<Instant> TO = Query.instant("to").says("Now unless given.");
    private static final Query<Integer> POINTS =
            Query.integer("points", 2, MAX_POINTS).unlessGiven(300);
    private static final Query<Duration> WINDOW =
            Query.duration("window", ApiRoutes.MAX_WINDOW)
                    .unlessGiven(Duration.ofHours(1))
                    .says("How far back: 30m, 1h or 7d.");

    private final SloEngine engine;
    private final SharedAnswers shared;

    SloRoutes(SloEngine engine, SharedAnswers shared) {
        this.engine = engine;
        this.shared = shared;
    }

    List<Operation> operations() {
        return List.of(
                get("/slos", "listSlos", "Every SLO, in tier and name order")
                        .takes(Paging.LIMIT, Paging.CURSOR)
                        .shared(shared)
                        .answers(SloView.Page.class, this::slos),
                get("/slos/{name}", "getSlo", "One SLO").answers(SloView.class, this::slo),
                get("/slos/{name}/burndown", "getBurnDown", "The remaining budget over time")
                        .takes(OBJECTIVE, FROM, TO, POINTS)
                        .answers(BurnView.Down.class, this::burnDown),
                get("/slos/{name}/burned", "getBurned", "What burned the budget")
                        .takes(WINDOW)
                        .answers(BurnView.By.class, this::burned));
    }

    private SloView.Page slos(Context ctx) {
        Map<String, List<Alert>> alerts =
                engine.alerts().stream().collect(Collectors.groupingBy(Alert::slo));
        Paging.Page<SloStatus> page = Paging.of(ctx, engine.slos(), status -> place(status.slo()));
        return new SloView.Page(
                page.map(
                        status ->
                                SloView.of(
                                        status,
                                        alerts.getOrDefault(status.slo().name(), List.of()))),
                page.next());
    }

    private static String place(Slo slo) {
        return switch (slo.tier()) {
                    case BUSINESS -> "1 ";
                    case SERVICE -> "2 ";
                    case OPERATIONAL -> "3 ";
                }
                + slo.name();
    }

    private SloView slo(Context ctx) {
        SloStatus status = requireSlo(ctx);
        return SloView.of(
                status,
                engine.alerts().stream()
                        .filter(alert -> alert.slo().equals(status.slo().name()))
                        .toList());
    }

    private BurnView.Down burnDown(Context ctx) {
        SloStatus status = requireSlo(ctx);
        int objective = OBJECTIVE.get(ctx);
        if (objective >= status.objectives().size()) {
            throw ProblemException.badRequest(
                    OBJECTIVE.where(),
                    "this is " + objective,
                    "a whole number from 0 to " + (status.objectives().size() - 1));
        }
        Instant to = TO.find(ctx).orElse(status.at());
        Instant from =
                FROM.find(ctx)
                        .orElseGet(() -> to.minus(Duration.between(status.from(), status.at())));
        if (!from.isBefore(to) || Duration.between(from, to).compareTo(ApiRoutes.MAX_WINDOW) > 0) {
            throw ProblemException.badRequest(
                    FROM.where(),
                    "it is " + from + ", and ?to is " + to,
                    "a time before ?to, by at most 400 days");
        }
        String name = status.slo().name();
        return engine.burnDown(name, objective, from, to, POINTS.get(ctx))
                .map(down -> BurnView.Down.of(down, status.objectives().get(objective).objective()))
                .orElseThrow(() -> ProblemException.notFound("SLO", name));
    }

    private BurnView.By burned(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.burned(name, WINDOW.get(ctx))
                .map(BurnView.By::of)
                .orElseThrow(() -> ProblemException.notFound("SLO", name));
    }

    private SloStatus requireSlo(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.slo(name).orElseThrow(() -> ProblemException.notFound("SLO", name));
    }
}
