package io.sluice.examples.shop.cart;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Routed;
import io.sluice.examples.shop.Json;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Work;

import org.junit.jupiter.api.Test;

import java.util.Map;

class CartServiceTest {
    private final CartStore store = new CartStore();
    private final Routed service =
            new Routed(
                    new CartService(
                                    store,
                                    new Work(new Latency(1, 0, 1), 0),
                                    new Dice(1, "cart"),
                                    duration -> {})
                            .router());

    @Test
    void edit_isSeenByTheNextLook() throws Exception {
        assertThat(call("POST", "/cart/items?cart=c&sku=p1").status()).isEqualTo(200);
        assertThat(call("GET", "/cart?cart=c").body()).contains("p1");
        assertThat(call("GET", "/cart?cart=other").status()).isEqualTo(404);
    }

    @Test
    void heldCart_refusesEdits() throws Exception {
        store.findOrCreate("c");
        store.transition("c", Cart.State.HELD);
        assertThat(call("POST", "/cart/items?cart=c&sku=p1").status()).isEqualTo(409);
    }

    @Test
    void conditionalWrite_needsTheVersion() throws Exception {
        Cart cart = store.findOrCreate("c");
        assertThat(write(cart, Map.of("if-match", "0")).status()).isEqualTo(200);
        assertThat(write(cart, Map.of("if-match", "0")).status()).isEqualTo(412);
        assertThat(write(cart, Map.of()).status()).isEqualTo(200);
        assertThat(store.find("c").orElseThrow().version()).isEqualTo(2);
    }

    private Response write(Cart cart, Map<String, String> headers) throws Exception {
        return service.handle(new Request("PUT", "/carts/c", headers, Json.write(cart)));
    }

    private Response call(String method, String target) throws Exception {
        return service.handle(Request.of(method, target, Map.of()));
    }
}
