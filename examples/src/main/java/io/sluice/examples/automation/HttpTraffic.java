package io.sluice.examples.automation;

import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;

import java.io.IOException;
import java.util.Map;

/** The proxy's weights over its admin API. */
public record HttpTraffic(HttpCaller admin) implements Traffic {
    @Override
    public void setShare(String service, double share) throws IOException {
        String target = "/weights/" + service + "?share=" + share;
        Response response = admin.call(Request.of("PUT", target, Map.of("host", "proxy")));
        if (response.status() != 200) {
            throw new IOException(
                    "PUT " + target + " answered " + response.status() + ": " + response.body());
        }
    }
}
