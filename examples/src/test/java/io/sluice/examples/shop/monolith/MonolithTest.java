package io.sluice.examples.shop.monolith;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Routed;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.shop.cart.Cart;
import io.sluice.examples.shop.cart.CartStore;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.telemetry.RecordingExporter;
import io.sluice.examples.telemetry.ServiceIdentity;
import io.sluice.examples.telemetry.ServiceTelemetry;
import io.sluice.examples.telemetry.TracedService;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class MonolithTest {
    private final CartStore carts = new CartStore();
    private final MonolithMetrics metrics = new MonolithMetrics();
    private final RecordingExporter exporter = new RecordingExporter(0);

    @Test
    void checkout_makesSeventeenCallsOneAfterTheOther() throws Exception {
        carts.findOrCreate("c");
        try (ServiceTelemetry telemetry = telemetry()) {
            assertThat(call(telemetry, "POST", "/checkout?cart=c&step=place").status())
                    .isEqualTo(201);
        }
        List<SpanData> calls =
                exporter.spans().stream().filter(s -> s.getKind() == SpanKind.CLIENT).toList();
        SpanData server =
                exporter.spans().stream()
                        .filter(s -> s.getKind() == SpanKind.SERVER)
                        .findFirst()
                        .orElseThrow();
        assertThat(calls).hasSize(17);
        assertThat(calls).allMatch(s -> s.getParentSpanId().equals(server.getSpanId()));
        for (int i = 1; i < calls.size(); i++) {
            assertThat(calls.get(i).getStartEpochNanos())
                    .isGreaterThanOrEqualTo(calls.get(i - 1).getEndEpochNanos());
        }
        assertThat(carts.find("c").orElseThrow().state()).isEqualTo(Cart.State.ORDERED);
    }

    @Test
    void everyPathOfTheShop_isAnswered() throws Exception {
        carts.findOrCreate("c");
        try (ServiceTelemetry telemetry = telemetry()) {
            assertThat(call(telemetry, "GET", "/catalog").status()).isEqualTo(200);
            assertThat(call(telemetry, "GET", "/catalog/p1").status()).isEqualTo(200);
            assertThat(call(telemetry, "GET", "/cart?cart=c").status()).isEqualTo(200);
            assertThat(call(telemetry, "POST", "/cart/items?cart=c&sku=p").status()).isEqualTo(200);
            assertThat(call(telemetry, "POST", "/auth/login?user=u").status()).isEqualTo(200);
            assertThat(call(telemetry, "GET", "/auth/session?user=u").status()).isEqualTo(401);
            assertThat(call(telemetry, "GET", "/search?q=x").status()).isEqualTo(200);
        }
        assertThat(metrics.requests(ShopService.CATALOG)).isEqualTo(2);
        assertThat(metrics.requests(ShopService.AUTH)).isEqualTo(2);
    }

    @Test
    void countersAreThereFromTheStart_atZero() throws Exception {
        Response page =
                new Routed(metrics.router()).handle(Request.of("GET", "/metrics", Map.of()));
        assertThat(page.body())
                .contains("shop_requests_total{service=\"checkout\",code=\"500\",} 0.0")
                .contains(
                        "shop_request_duration_seconds_bucket{service=\"auth\",le=\"0.15\",} 0.0");
        assertThat(metrics.scrapes()).isEqualTo(1);
    }

    private Response call(ServiceTelemetry telemetry, String method, String target)
            throws Exception {
        Monolith monolith =
                new Monolith(carts, telemetry.tracer(), metrics, new Dice(3, "m"), duration -> {});
        return new TracedService(monolith.router(), telemetry)
                .handle(Request.of(method, target, Map.of()));
    }

    private ServiceTelemetry telemetry() {
        return ServiceTelemetry.start(
                new ServiceIdentity("monolith", "10.4"), exporter, new SimpleMeterRegistry());
    }
}
