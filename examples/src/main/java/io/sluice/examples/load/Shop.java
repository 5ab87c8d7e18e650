package io.sluice.examples.load;

import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.simulation.Region;
import io.sluice.examples.telemetry.Side;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The shop as one visit sees it: every request goes to the proxy and says whose visit it is.
 *
 * @param visit sticks to its side of each service
 */
record Shop(HttpCaller proxy, String visit, Region region) {

    Response get(String target) throws IOException {
        return call("GET", target, Map.of());
    }

    Response get(String target, Map<String, String> more) throws IOException {
        return call("GET", target, more);
    }

    Response post(String target) throws IOException {
        return call("POST", target, Map.of());
    }

    Response post(String target, Map<String, String> more) throws IOException {
        return call("POST", target, more);
    }

    private Response call(String method, String target, Map<String, String> more)
            throws IOException {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("host", "shop");
        headers.put("x-visit", visit);
        headers.put("x-region", region.tag());
        return proxy.call(Request.of(method, target, headers));
    }

    /** Which side gave the answer. */
    static Side side(Response response) {
        return Side.of(response.header("x-side").orElse(""));
    }
}
