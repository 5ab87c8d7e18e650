package io.sluice.examples.shop.checkout;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.shop.Json;
import io.sluice.examples.shop.cart.Cart;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The Cart service over HTTP, within the current trace. Thread-safe. */
final class HttpCarts implements Carts {
    private final HttpCaller caller;

    HttpCarts(HttpCaller caller) {
        this.caller = caller;
    }

    @Override
    public Optional<Cart> read(String id) throws IOException {
        Response response = caller.call(Request.of("GET", "/carts/" + id, headers()));
        return response.status() == 404 ? Optional.empty() : Optional.of(cart(response));
    }

    @Override
    public Optional<Cart> writeIfUnchanged(Cart next) throws IOException {
        Map<String, String> headers = headers();
        headers.put("if-match", Long.toString(next.version()));
        Response response = caller.call(put(next, headers));
        return response.status() == 412 ? Optional.empty() : Optional.of(cart(response));
    }

    @Override
    public Cart overwrite(Cart next) throws IOException {
        return cart(caller.call(put(next, headers())));
    }

    private static Request put(Cart cart, Map<String, String> headers) {
        return new Request("PUT", "/carts/" + cart.id(), headers, Json.write(cart));
    }

    private static Cart cart(Response response) throws IOException {
        if (response.status() != 200) {
            throw new IOException("Cart answered " + response.status() + ": " + response.body());
        }
        return Json.read(response.body(), Cart.class);
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance()
                .inject(
                        Context.current(),
                        headers,
                        (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value));
        return headers;
    }
}
