package io.sluice.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.simulation.Dice;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class FaultTest {
    private static final Router SOUND =
            Router.of(
                    new Route("GET", "/catalog", _ -> Response.text(200, "list")),
                    new Route("GET", "/catalog/{id}", _ -> Response.text(200, "product")));

    private Duration paused = Duration.ZERO;

    private Router in(Fault fault, ShopService service, String build) {
        return fault.in(
                service, build, SOUND, new Dice(1, "fault"), time -> paused = paused.plus(time));
    }

    private static long failures(Router router, String path, int requests) {
        return IntStream.range(0, requests)
                .mapToObj(i -> Request.of("GET", path + i, Map.of()))
                .filter(request -> answer(router, request).failed())
                .count();
    }

    private static Response answer(Router router, Request request) {
        try {
            return router.route(request).orElseThrow().handler().handle(request);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onlyTheFaultysFirstBuild_isTouched() {
        assertThat(in(Fault.ROUTE, ShopService.CATALOG, "3.1.0")).isSameAs(SOUND);
        assertThat(in(Fault.ROUTE, ShopService.AUTH, "3.1.0-rc1")).isSameAs(SOUND);
        assertThat(in(Fault.NONE, ShopService.CATALOG, "3.1.0-rc1")).isSameAs(SOUND);
        assertThat(Fault.LATE.builds())
                .containsEntry(ShopService.CHECKOUT, List.of("2.0.0-rc2", "2.0.0"))
                .containsEntry(ShopService.AUTH, List.of("2.2.0"));
        assertThat(Fault.NONE.builds().values()).allSatisfy(b -> assertThat(b).hasSize(1));
    }

    @Test
    void route_failsForSomeProductsAndForNoList() {
        Router router = in(Fault.ROUTE, ShopService.CATALOG, "3.1.0-rc1");
        assertThat(failures(router, "/catalog/p", 800)).isBetween(60L, 140L);
        assertThat(answer(router, Request.of("GET", "/catalog", Map.of())).failed()).isFalse();
    }

    @Test
    void latency_takesItsTimeAndFailsNothing() {
        Router router = in(Fault.LATENCY, ShopService.AUTH, "2.2.0-rc1");
        assertThat(failures(router, "/catalog/p", 200)).isZero();
        assertThat(paused.dividedBy(200)).isBetween(Duration.ofMillis(300), Duration.ofMillis(450));
    }

    @Test
    void late_failsOverItsQuotaOnly() {
        Router router = in(Fault.LATE, ShopService.CHECKOUT, "2.0.0-rc2");
        assertThat(failures(router, "/catalog/p", 80)).isZero();
        assertThat(failures(router, "/catalog/p", 10_000)).isPositive();
    }
}
