package io.sluice.examples.proxy;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.Json;
import io.sluice.examples.shop.ShopService;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The proxy's switchboard, on a port of its own: {@code GET /weights}, and {@code PUT
 * /weights/{service}?share=0.1}, which holds from the next request on.
 */
public final class ProxyAdmin {
    private final TrafficSplit split;

    public ProxyAdmin(TrafficSplit split) {
        this.split = split;
    }

    /** What it answers. */
    public Router router() {
        return Router.of(
                new Route("GET", "/weights", this::weights),
                new Route("PUT", "/weights/{service}", this::setWeight));
    }

    private Response weights(Request request) {
        Map<String, Double> byTag = new TreeMap<>();
        split.shares().forEach((service, share) -> byTag.put(service.tag(), share));
        return Response.json(200, Json.write(byTag));
    }

    private Response setWeight(Request request) {
        Optional<ShopService> service = ShopService.of(Route.lastSegment(request));
        if (service.isEmpty()) {
            return Response.text(404, "There is no service " + Route.lastSegment(request) + ".");
        }
        try {
            split.setShare(
                    service.get(), Double.parseDouble(request.parameter("share").orElse("")));
        } catch (IllegalArgumentException e) {
            return Response.text(400, "The share must be a number within 0..1.");
        }
        return weights(request);
    }
}
