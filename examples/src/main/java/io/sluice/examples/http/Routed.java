package io.sluice.examples.http;

import java.util.Optional;

/** A router as a handler; what has no route is a 404. */
public record Routed(Router router) implements Handler {
    @Override
    public Response handle(Request request) throws Exception {
        Optional<Router.Route> route = router.route(request);
        return route.isPresent()
                ? route.get().handler().handle(request)
                : Response.text(404, "No route " + request.method() + " " + request.path() + ".");
    }
}
