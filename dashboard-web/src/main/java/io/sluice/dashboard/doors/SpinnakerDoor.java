package io.sluice.dashboard.doors;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;

import java.util.OptionalDouble;

/**
 * Spinnaker's webhook stage: a POST that is accepted with 202 and says in {@code Location} where to
 * look, and there one word at {@code $.status} to compare, and one sentence at {@code $.progress}.
 * The stage succeeds on GO, fails on NO_GO, and goes on looking on anything else. A {@code ?share=}
 * is that of the step which the stage is about, and stays in the {@code Location}.
 */
final class SpinnakerDoor {
    private static final String PATH = "/spinnaker/cutovers/{name}";

    private final SloEngine engine;

    SpinnakerDoor(SloEngine engine) {
        this.engine = engine;
    }

    void register(RoutesConfig routes) {
        routes.post(
                PATH,
                ctx -> {
                    Decision decision = decision(ctx);
                    ctx.header("Location", location(ctx));
                    Json.write(ctx, HttpStatus.ACCEPTED, View.of(decision));
                },
                Role.GATE,
                Role.READ);
        routes.get(
                PATH,
                ctx -> Json.write(ctx, HttpStatus.OK, View.of(decision(ctx))),
                Role.GATE,
                Role.READ);
    }

    private static String location(Context ctx) {
        OptionalDouble share = Doors.share(ctx);
        return share.isEmpty() ? ctx.path() : ctx.path() + "?share=" + share.getAsDouble();
    }

    private Decision decision(Context ctx) {
        String name = ctx.pathParam("name");
        return engine.decision(name, Doors.share(ctx))
                .orElseThrow(() -> ProblemException.notFound("cutover", name));
    }

    /** A HOLD is RUNNING: the stage would take the word for its end otherwise. */
    private record View(String status, String progress, String decision) {
        static View of(Decision decision) {
            return new View(
                    switch (decision.verdict()) {
                        case GO -> "GO";
                        case NO_GO -> "NO_GO";
                        case HOLD -> "RUNNING";
                    },
                    Words.of(decision),
                    decision.verdict().name());
        }
    }
}
