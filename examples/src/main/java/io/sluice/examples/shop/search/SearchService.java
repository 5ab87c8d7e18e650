package io.sluice.examples.shop.search;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.Json;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;
import io.sluice.examples.simulation.WorkFailedException;

import java.util.Map;
import java.util.random.RandomGenerator;

/** Finds products by words. */
public final class SearchService {
    private final Work work;
    private final Dice dice;
    private final Pause pause;

    public SearchService(Work work, Dice dice, Pause pause) {
        this.work = work;
        this.dice = dice;
        this.pause = pause;
    }

    /** What it answers. */
    public Router router() {
        return Router.of(new Route("GET", "/search", this::search));
    }

    private Response search(Request request) throws InterruptedException, WorkFailedException {
        RandomGenerator random = dice.roll();
        work.perform(random, pause);
        return Response.json(
                200,
                Json.write(
                        Map.of(
                                "query",
                                request.parameter("q").orElse(""),
                                "hits",
                                random.nextInt(500))));
    }
}
