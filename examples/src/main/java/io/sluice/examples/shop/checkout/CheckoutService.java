package io.sluice.examples.shop.checkout;

import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.Json;
import io.sluice.examples.shop.bus.EventBus;
import io.sluice.examples.shop.cart.Cart;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Pause;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Checkout Core. {@code POST /checkout?cart=…&step=review} shows the bill; {@code step=place}
 * orders: it reserves the inventory, processes the payment and creates the order as a {@link Saga}.
 * What can wait (mail, stock projection) goes to the {@link EventBus}.
 */
public final class CheckoutService {
    /** Shipping, taxes and discounts of a cart; long enough for an edit to come between. */
    private static final Latency PRICING = new Latency(70, 0.3, 800);

    private static final int PRICE_CENTS = 1_999;

    private final CartLock lock;
    private final Backends backends;
    private final EventBus bus;
    private final Dice dice;
    private final Pause pause;
    private final IdempotencyKeys keys = new IdempotencyKeys();

    CheckoutService(CartLock lock, Backends backends, EventBus bus, Dice dice, Pause pause) {
        this.lock = lock;
        this.backends = backends;
        this.bus = bus;
        this.dice = dice;
        this.pause = pause;
    }

    /**
     * A build of Checkout Core.
     *
     * @param cart calls the Cart service
     * @param failureRatio of simulated payments, 0..1
     */
    public static CheckoutService of(
            Build build,
            HttpCaller cart,
            double failureRatio,
            EventBus bus,
            Dice dice,
            Pause pause) {
        return new CheckoutService(
                build.lock(new HttpCarts(cart)),
                new Backends(failureRatio, pause),
                bus,
                dice,
                pause);
    }

    /** What it answers. */
    public Router router() {
        return Router.of(new Route("POST", "/checkout", this::checkOut));
    }

    private Response checkOut(Request request) throws Exception {
        Optional<String> cart = request.parameter("cart");
        if (cart.isEmpty()) {
            return Response.text(400, "Name the cart.");
        }
        return switch (request.parameter("step").orElse("")) {
            case "review" -> review(cart.get());
            case "place" -> {
                Optional<String> key = request.header("idempotency-key");
                yield key.isEmpty()
                        ? Response.text(400, "Send an Idempotency-Key.")
                        : keys.once(key.get(), () -> place(cart.get()));
            }
            default -> Response.text(400, "The step is review or place.");
        };
    }

    private Response review(String cartId) throws Exception {
        RandomGenerator random = dice.roll();
        return switch (lock.take(cartId, cart -> price(cart, random))) {
            case CartLock.Taken.Held(Cart held) -> {
                lock.release(held, Cart.State.OPEN);
                yield Response.json(200, Json.write(Map.of("priceCents", held.priceCents())));
            }
            case CartLock.Taken.Refused(String reason) -> Response.text(409, reason);
        };
    }

    private Response place(String cartId) throws Exception {
        RandomGenerator random = dice.roll();
        return switch (lock.take(cartId, cart -> price(cart, random))) {
            case CartLock.Taken.Held(Cart held) -> {
                Saga.Outcome outcome = saga(random).run();
                boolean ordered = outcome instanceof Saga.Outcome.Completed;
                lock.release(held, ordered ? Cart.State.ORDERED : Cart.State.OPEN);
                yield answer(outcome, held);
            }
            case CartLock.Taken.Refused(String reason) -> Response.text(409, reason);
        };
    }

    private Saga saga(RandomGenerator random) {
        return new Saga(
                List.of(
                        new Saga.Step(
                                "reserve inventory",
                                () -> backends.reserve(random),
                                backends::releaseReservation),
                        new Saga.Step(
                                "process payment", () -> backends.pay(random), backends::refund),
                        new Saga.Step(
                                "create order", () -> backends.createOrder(random), () -> {})));
    }

    private Response answer(Saga.Outcome outcome, Cart cart) {
        return switch (outcome) {
            case Saga.Outcome.Completed() -> {
                bus.publish(new EventBus.Event("order-placed", cart.id()));
                yield Response.json(201, Json.write(Map.of("order", "o-" + cart.id())));
            }
            case Saga.Outcome.Compensated(String step, Exception cause)
                    when cause instanceof Backends.CardDeclinedException ->
                    Response.text(402, "Declined at " + step + ".");
            case Saga.Outcome.Compensated(String step, Exception cause) ->
                    Response.text(500, "Undone after " + step + ": " + cause.getMessage());
        };
    }

    private Cart price(Cart cart, RandomGenerator random) throws InterruptedException {
        pause.pause(PRICING.sample(random));
        long pieces = cart.lines().stream().mapToLong(Cart.Line::quantity).sum();
        return cart.pricedAt(pieces * PRICE_CENTS);
    }
}
