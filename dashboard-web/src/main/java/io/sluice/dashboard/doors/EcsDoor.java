package io.sluice.dashboard.doors;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Json;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.Role;
import io.sluice.engine.SloEngine;
import io.sluice.engine.cutover.Decision;

/**
 * What a lifecycle hook of an Amazon ECS deployment has to return, to be passed on as it is by the
 * function that the hook calls. ECS rolls back on anything that it does not understand, so whoever
 * passes this on must turn a failure to get it into IN_PROGRESS. A {@code ?share=} is that of the
 * step which the hook is about.
 */
final class EcsDoor {
    private final SloEngine engine;

    EcsDoor(SloEngine engine) {
        this.engine = engine;
    }

    void register(RoutesConfig routes) {
        routes.post("/ecs/cutovers/{name}/hook", this::hook, Role.GATE, Role.READ);
    }

    /**
     * The hook's answer.
     *
     * @param callBackDelay seconds until the hook is called again
     */
    private record View(String hookStatus, int callBackDelay) {}

    private void hook(Context ctx) {
        String name = ctx.pathParam("name");
        Decision decision =
                engine.decision(name, Doors.share(ctx))
                        .orElseThrow(() -> ProblemException.notFound("cutover", name));
        Json.write(
                ctx,
                HttpStatus.OK,
                new View(
                        switch (decision.verdict()) {
                            case GO -> "SUCCEEDED";
                            case NO_GO -> "FAILED";
                            case HOLD -> "IN_PROGRESS";
                        },
                        Math.max(1, decision.retryAfterSeconds())));
    }
}
