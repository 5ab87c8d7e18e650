package io.sluice.dashboard.doors;

import io.javalin.config.RoutesConfig;
import io.sluice.engine.SloEngine;

/** Every door. */
public final class Doors {
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
}
