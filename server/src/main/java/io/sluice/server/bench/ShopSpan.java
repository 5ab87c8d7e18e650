package io.sluice.server.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A span of the strangler proxy's, as every encoding tells it: ten attributes, about 430 bytes of
 * protobuf, which is what the field's published figures are measured with. Spread over services,
 * routes and sides as a shop's are.
 *
 * @param index its place in the request
 */
record ShopSpan(int index) {
    /** Of the resource that all of them belong to. */
    static final Map<String, String> RESOURCE =
            Map.of("service.name", "strangler-proxy", "service.namespace", "shopflow");

    /** OTLP's number of a server's span. */
    static final int KIND_SERVER = 2;

    private record Route(String service, String method, String path) {
        private static final List<Route> ALL =
                List.of(
                        new Route("catalog", "GET", "/catalog/{id}"),
                        new Route("cart", "POST", "/cart/items"),
                        new Route("checkout", "POST", "/checkout"),
                        new Route("auth", "POST", "/auth/login"));
    }

    private Route route() {
        return Route.ALL.get(index % Route.ALL.size());
    }

    String name() {
        return route().method() + " " + route().path();
    }

    /** From 1 to 200 ms. */
    long nanos() {
        return (1 + index % 200) * 1_000_000L;
    }

    /** Texts and whole numbers, in the order in which they are sent. */
    Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("http.request.method", route().method());
        attributes.put("http.route", route().path());
        attributes.put("url.path", route().path() + "/" + index);
        attributes.put("http.response.status_code", index % 125 == 7 ? 503L : 200L);
        attributes.put("shop.service", route().service());
        attributes.put("shop.side", index % 10 == 0 ? "platform" : "legacy");
        attributes.put("shop.upstream.version", "monolith-10.4");
        attributes.put("enduser.region", "eu-west");
        attributes.put("network.peer.address", "10.0.0." + index % 250);
        attributes.put("user_agent.original", "bench/10");
        return attributes;
    }
}
