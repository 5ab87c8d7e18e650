package io.sluice.examples.shop.catalog;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.BoundedMap;
import io.sluice.examples.shop.Json;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;
import io.sluice.examples.simulation.WorkFailedException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Product pages and lists. A product is rendered once and then read from the cache. */
public final class CatalogService {
    private static final int PRODUCTS_CACHED_MAX = 10_000;
    private static final int LIST_LENGTH = 12;

    private final BoundedMap<String> rendered = new BoundedMap<>(PRODUCTS_CACHED_MAX);
    private final Work cached;
    private final Work uncached;
    private final Dice dice;
    private final Pause pause;

    /**
     * @param cached what a page from the cache costs
     * @param uncached what a page costs that must be rendered
     */
    public CatalogService(Work cached, Work uncached, Dice dice, Pause pause) {
        this.cached = cached;
        this.uncached = uncached;
        this.dice = dice;
        this.pause = pause;
    }

    /** What it answers. */
    public Router router() {
        return Router.of(
                new Route("GET", "/catalog", this::list),
                new Route("GET", "/catalog/{id}", this::product));
    }

    private Response list(Request request) throws InterruptedException, WorkFailedException {
        RandomGenerator random = dice.roll();
        cached.perform(random, pause);
        int first = random.nextInt(1_000);
        List<String> products =
                random.ints(LIST_LENGTH, first, first + 100).mapToObj(n -> "p" + n).toList();
        return Response.json(200, Json.write(Map.of("products", products)));
    }

    private Response product(Request request) throws InterruptedException, WorkFailedException {
        String id = Route.lastSegment(request);
        RandomGenerator random = dice.roll();
        Optional<String> page = rendered.find(id);
        (page.isPresent() ? cached : uncached).perform(random, pause);
        return Response.json(200, rendered.findOrCreate(id, CatalogService::render));
    }

    private static String render(String id) {
        return Json.write(Map.of("id", id, "name", "Product " + id, "priceCents", 1_999));
    }
}
