package io.sluice.examples.shop.cart;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.Json;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;

import java.io.IOException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The cart's operations. Customers reach {@code /cart} and {@code /cart/items} through the proxy;
 * other services reach {@code /carts/{id}} directly.
 *
 * <p>{@code PUT /carts/{id}} with {@code If-Match} writes only over the version named (412
 * otherwise); without it the last writer wins, and the answer is the cart that was replaced.
 */
public final class CartService {
    /**
     * A customer's edit is tried again when another one came between; more often than this is no
     * customer.
     */
    private static final int EDIT_ATTEMPTS = 8;

    private final CartStore store;
    private final Work work;
    private final Dice dice;
    private final Pause pause;

    /**
     * @param work what an operation for customers costs; operations for services cost nothing but
     *     the call
     */
    public CartService(CartStore store, Work work, Dice dice, Pause pause) {
        this.store = store;
        this.work = work;
        this.dice = dice;
        this.pause = pause;
    }

    /** What it answers. */
    public Router router() {
        return Router.of(
                new Route("GET", "/cart", this::show),
                new Route("POST", "/cart/items", this::put),
                new Route("GET", "/carts/{id}", this::read),
                new Route("PUT", "/carts/{id}", this::write));
    }

    private Response show(Request request) throws Exception {
        work.perform(dice.roll(), pause);
        return request.parameter("cart")
                .flatMap(store::find)
                .map(CartService::found)
                .orElseGet(() -> Response.text(404, "There is no such cart."));
    }

    private Response put(Request request) throws Exception {
        Optional<String> id = request.parameter("cart");
        Optional<String> sku = request.parameter("sku");
        if (id.isEmpty() || sku.isEmpty()) {
            return Response.text(400, "Name the cart and the sku.");
        }
        RandomGenerator random = dice.roll();
        Response edited = edit(store.findOrCreate(id.get()), sku.get(), 1 + random.nextInt(3));
        work.perform(random, pause);
        return edited;
    }

    private Response edit(Cart cart, String sku, int quantity) {
        Cart current = cart;
        for (int attempt = 0; attempt < EDIT_ATTEMPTS && current.isOpen(); attempt++) {
            switch (store.writeIfUnchanged(current.with(new Cart.Line(sku, quantity)))) {
                case CartStore.Write.Done(Cart written) -> {
                    return found(written);
                }
                case CartStore.Write.Conflict(Cart other) -> current = other;
                case CartStore.Write.Missing() -> {
                    return Response.text(404, "The cart is gone.");
                }
            }
        }
        return Response.text(409, "The cart is being checked out.");
    }

    private Response read(Request request) {
        return store.find(Route.lastSegment(request))
                .map(CartService::found)
                .orElseGet(() -> Response.text(404, "There is no such cart."));
    }

    private Response write(Request request) throws IOException {
        Cart next = Json.read(request.body(), Cart.class);
        Optional<String> expected = request.header("if-match");
        if (expected.isEmpty()) {
            return store.overwrite(next)
                    .map(replaced -> Response.json(200, Json.write(replaced)))
                    .orElseGet(() -> Response.text(404, "There is no such cart."));
        }
        return switch (store.writeIfUnchanged(next.at(Long.parseLong(expected.get())))) {
            case CartStore.Write.Done(Cart written) -> found(written);
            case CartStore.Write.Conflict(Cart current) -> Response.json(412, Json.write(current));
            case CartStore.Write.Missing() -> Response.text(404, "There is no such cart.");
        };
    }

    private static Response found(Cart cart) {
        return Response.json(200, Json.write(cart));
    }
}
