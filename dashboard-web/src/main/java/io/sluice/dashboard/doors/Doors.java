package io.sluice.dashboard.doors;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;

import java.util.OptionalDouble;

/** Every door. */
public final class Doors {
    private static final Query<Double> SHARE = Query.share("share");

    private final SloEngine engine;

    public Doors(SloEngine engine) {
        this.engine = engine;
    }

    /** Adds the doors to a server. */
    public void register(RoutesConfig routes) {
        new FlaggerDoor(engine).register(routes);
        new PrometheusDoor(engine).register(routes);
        new SpinnakerDoor(engine).register(routes);
        new EcsDoor(engine).register(routes);
    }

    /**
     * The candidate's share that a client believes in. Without it a GO that the step before got is
     * a GO, until Sluice knows of the next step.
     */
    static OptionalDouble share(Context ctx) {
        return SHARE.find(ctx).map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
