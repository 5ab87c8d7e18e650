package io.sluice.examples.shop.monolith;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.sluice.examples.http.Handler;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.Json;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.shop.auth.AuthService;
import io.sluice.examples.shop.cart.Cart;
import io.sluice.examples.shop.cart.CartService;
import io.sluice.examples.shop.cart.CartStore;
import io.sluice.examples.shop.catalog.CatalogService;
import io.sluice.examples.shop.search.SearchService;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;
import io.sluice.examples.simulation.WorkFailedException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The legacy shop. It does what the platform's services do, slower and less reliably, with the
 * checkout as one long chain of {@link DownstreamCall}s.
 *
 * <p>Latencies are about a third of the real monolith's, so that some hundred virtual users give
 * the traffic of thousands.
 */
public final class Monolith {
    /** Of all requests, so many fail: an availability of 99.2 %. */
    public static final double FAILURE_RATIO = 0.008;

    private static final double DECLINED_RATIO = 0.02;
    private static final int PRICE_CENTS = 1_999;

    private final CartStore carts;
    private final Tracer tracer;
    private final Dice dice;
    private final Pause pause;
    private final MonolithMetrics metrics;

    /**
     * @param carts shared with the platform
     */
    public Monolith(
            CartStore carts, Tracer tracer, MonolithMetrics metrics, Dice dice, Pause pause) {
        this.carts = carts;
        this.metrics = metrics;
        this.tracer = tracer;
        this.dice = dice;
        this.pause = pause;
    }

    /** What it answers. */
    public Router router() {
        Work page = new Work(new Latency(260, 0.6, 6_000), FAILURE_RATIO);
        Work cart = new Work(new Latency(220, 0.6, 6_000), FAILURE_RATIO);
        Work login = new Work(new Latency(140, 0.5, 4_000), FAILURE_RATIO);
        Work search = new Work(new Latency(400, 0.5, 6_000), FAILURE_RATIO);
        List<Route> routes = new ArrayList<>();
        measured(ShopService.CATALOG, new CatalogService(page, page, dice, pause).router(), routes);
        measured(ShopService.CART, new CartService(carts, cart, dice, pause).router(), routes);
        measured(ShopService.AUTH, new AuthService(login, dice, pause).router(), routes);
        measured(ShopService.SEARCH, new SearchService(search, dice, pause).router(), routes);
        Route checkout = new Route("POST", "/checkout", this::checkOut);
        measured(ShopService.CHECKOUT, Router.of(checkout), routes);
        return new Router(routes);
    }

    private void measured(ShopService service, Router router, List<Route> routes) {
        for (Route route : router.routes()) {
            routes.add(
                    new Route(
                            route.method(), route.template(), measured(service, route.handler())));
        }
    }

    private Handler measured(ShopService service, Handler handler) {
        return request -> {
            long startNanos = System.nanoTime();
            int status = 500;
            try {
                Response response = handler.handle(request);
                status = response.status();
                return response;
            } finally {
                metrics.answered(service, status, (System.nanoTime() - startNanos) / 1e9);
            }
        };
    }

    private Response checkOut(Request request) throws Exception {
        Optional<Cart> found = request.parameter("cart").flatMap(carts::find);
        if (found.isEmpty()) {
            return Response.text(404, "There is no such cart.");
        }
        RandomGenerator random = dice.roll();
        List<DownstreamCall> calls = List.of(DownstreamCall.values());
        Optional<DownstreamCall> failing =
                random.nextDouble() < FAILURE_RATIO
                        ? Optional.of(calls.get(random.nextInt(calls.size())))
                        : Optional.empty();
        for (DownstreamCall call : calls) {
            perform(call, random, failing.equals(Optional.of(call)));
        }
        if (random.nextDouble() < DECLINED_RATIO) {
            return Response.text(402, "The card was declined.");
        }
        boolean place = request.parameter("step").equals(Optional.of("place"));
        if (place) {
            carts.transition(found.get().id(), Cart.State.ORDERED);
            return Response.json(201, Json.write(Map.of("order", "o-" + found.get().id())));
        }
        long pieces = found.get().lines().stream().mapToLong(Cart.Line::quantity).sum();
        return Response.json(200, Json.write(Map.of("priceCents", pieces * PRICE_CENTS)));
    }

    private void perform(DownstreamCall call, RandomGenerator random, boolean fails)
            throws InterruptedException, WorkFailedException {
        Span span = tracer.spanBuilder(call.operation()).setSpanKind(SpanKind.CLIENT).startSpan();
        try {
            new Work(call.latency(), fails ? 1 : 0).perform(random, pause);
        } catch (WorkFailedException e) {
            span.setStatus(StatusCode.ERROR, "the downstream call failed");
            throw e;
        } finally {
            span.end();
        }
    }
}
