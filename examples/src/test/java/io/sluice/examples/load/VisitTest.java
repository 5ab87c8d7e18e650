package io.sluice.examples.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.HttpService;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.simulation.Region;
import io.sluice.examples.telemetry.BusinessKpis;
import io.sluice.examples.telemetry.Collector;

import org.junit.jupiter.api.Test;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

class VisitTest {
    private static final int VISITS = 200;

    private final List<Request> requests = new CopyOnWriteArrayList<>();

    @Test
    void visits_askTheFourServicesEquallyOften_andOrdersAreTold() throws Exception {
        try (HttpService shop = HttpService.start("shop", this::answer);
                HttpCaller caller = new HttpCaller(shop.port(), Duration.ofSeconds(10));
                DatagramSocket sluice = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                ExecutorService tabs = Executors.newVirtualThreadPerTaskExecutor()) {
            URI nowhere = URI.create("http://127.0.0.1:1");
            Collector collector = new Collector(nowhere, nowhere, sluice.getLocalPort());
            try (BusinessKpis kpis = new BusinessKpis(collector)) {
                for (int i = 0; i < VISITS; i++) {
                    SplittableRandom random = new SplittableRandom(i);
                    Shop view = new Shop(caller, "v" + i, Region.any(random));
                    new Visit(view, kpis, random, duration -> {}, tabs).run();
                }
                long placed = requests.stream().filter(VisitTest::places).distinct().count();
                assertThat(kpis.sent(BusinessKpis.SESSIONS)).isEqualTo(VISITS);
                assertThat(kpis.sent(BusinessKpis.CARTS_CREATED)).isEqualTo(VISITS);
                assertThat(kpis.sent(BusinessKpis.ORDERS)).isEqualTo(placed).isBetween(30L, 90L);
                assertThat(kpis.sent(BusinessKpis.COMPLETION)).isEqualTo(placed);
                assertThat(kpis.sent(BusinessKpis.CARTS_ABANDONED)).isEqualTo(VISITS - placed);
            }
        }
        Map<String, Long> byService =
                requests.stream()
                        .collect(
                                Collectors.groupingBy(
                                        r -> r.path().split("/")[1], Collectors.counting()));
        assertThat(byService.get("auth")).isEqualTo(2 * VISITS);
        assertThat(byService.get("catalog")).isEqualTo(2 * VISITS);
        assertThat(byService.get("cart")).isEqualTo(2 * VISITS);
        assertThat(byService.get("checkout")).isCloseTo(2L * VISITS, within(VISITS / 10L));
        assertThat(requests).allMatch(r -> r.header("x-visit").isPresent());
    }

    private Response answer(Request request) {
        requests.add(request);
        return new Response(places(request) ? 201 : 200, Map.of("x-side", "legacy"), "{}");
    }

    private static boolean places(Request request) {
        return request.parameter("step").equals(java.util.Optional.of("place"));
    }
}
