package io.sluice.examples.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.examples.http.HttpCaller;
import io.sluice.examples.http.HttpService;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Routed;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.telemetry.RecordingExporter;
import io.sluice.examples.telemetry.ServiceIdentity;
import io.sluice.examples.telemetry.ServiceTelemetry;
import io.sluice.examples.telemetry.Side;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class StranglerProxyTest {
    private final RecordingExporter exporter = new RecordingExporter(0);
    private final ServiceTelemetry telemetry =
            ServiceTelemetry.start(
                    new ServiceIdentity("strangler-proxy", "1.0"),
                    exporter,
                    new SimpleMeterRegistry());
    private final HttpService monolith =
            HttpService.start("monolith", r -> Response.text(200, "legacy " + r.target()));
    private final HttpService cart =
            HttpService.start(
                    "cart",
                    r ->
                            r.path().equals("/cart")
                                    ? Response.text(500, "broken")
                                    : Response.text(200, "platform " + r.header("x-visit")));
    private final TrafficSplit split = new TrafficSplit();
    private final StranglerProxy proxy =
            new StranglerProxy(telemetry.tracer(), split, upstream("monolith-10.4", monolith));

    @AfterEach
    void stop() {
        monolith.close();
        cart.close();
        telemetry.close();
    }

    @Test
    void request_isOneSpanThatSaysWhatWasDone() {
        Response response = get("/catalog/p7?x=1", "v1");
        assertThat(response.body()).isEqualTo("legacy /catalog/p7?x=1");
        assertThat(response.header("x-side")).contains("legacy");
        telemetry.flush();
        assertThat(exporter.spans()).hasSize(1);
        SpanData span = exporter.spans().getFirst();
        assertThat(span.getKind().name()).isEqualTo("SERVER");
        assertThat(text(span, "http.request.method")).isEqualTo("GET");
        assertThat(text(span, "http.route")).isEqualTo("/catalog/{id}");
        assertThat(text(span, "shop.service")).isEqualTo("catalog");
        assertThat(text(span, "shop.side")).isEqualTo("legacy");
        assertThat(text(span, "shop.upstream.version")).isEqualTo("monolith-10.4");
        assertThat(text(span, "enduser.region")).isEqualTo("eu-west");
        assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
                .isEqualTo(200L);
    }

    @Test
    void weight_movesOneServiceAlone() throws Exception {
        proxy.deploy(ShopService.CART, upstream("cart-1.0.0", cart));
        Routed admin = new Routed(new ProxyAdmin(split).router());
        assertThat(admin.handle(Request.of("PUT", "/weights/cart?share=1.0", Map.of())).body())
                .contains("\"cart\":1.0");
        assertThat(get("/cart/items", "v1").header("x-side")).contains("platform");
        assertThat(get("/catalog", "v1").header("x-side")).contains("legacy");
        assertThat(admin.handle(Request.of("PUT", "/weights/cart?share=0", Map.of())).status())
                .isEqualTo(200);
        assertThat(get("/cart/items", "v1").header("x-side")).contains("legacy");
    }

    @Test
    void senselessWeights_areRefused() throws Exception {
        Routed admin = new Routed(new ProxyAdmin(split).router());
        assertThat(status(admin, "/weights/cart?share=2")).isEqualTo(400);
        assertThat(status(admin, "/weights/cart?share=much")).isEqualTo(400);
        assertThat(status(admin, "/weights/cart")).isEqualTo(400);
        assertThat(status(admin, "/weights/nothing?share=0")).isEqualTo(404);
    }

    @Test
    void withoutAPlatformBuild_theMonolithServes() {
        split.setShare(ShopService.CART, 1);
        assertThat(get("/cart/items", "v1").header("x-side")).contains("legacy");
    }

    @Test
    void upstreamThatIsGone_is502_andCountedAsItsFailure() {
        proxy.deploy(ShopService.CART, upstream("cart-1.0.0", cart));
        split.setShare(ShopService.CART, 1);
        cart.close();
        assertThat(get("/cart", "v1").status()).isEqualTo(502);
        assertThat(proxy.counts().failures(ShopService.CART, Side.PLATFORM)).isEqualTo(1);
        assertThat(proxy.counts().requests(ShopService.CART, Side.LEGACY)).isZero();
    }

    @Test
    void unknownPath_isNotTheShops() {
        assertThat(get("/admin", "v1").status()).isEqualTo(404);
        telemetry.flush();
        assertThat(exporter.spans()).isEmpty();
    }

    @Test
    void whileWeightsChange_everyRequestIsAnsweredAndTold() throws Exception {
        proxy.deploy(ShopService.CART, upstream("cart-1.0.0", cart));
        try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String visit = "v" + i;
                int step = i;
                answers.add(
                        users.submit(
                                () -> {
                                    split.setShare(ShopService.CART, step % 5 / 4.0);
                                    return get("/cart/items", visit).status();
                                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(200);
            }
        }
        assertThat(telemetry.flush()).isTrue();
        for (Side side : Side.values()) {
            assertThat(
                            exporter.spans().stream()
                                    .filter(s -> text(s, "shop.side").equals(side.tag())))
                    .hasSize((int) proxy.counts().requests(ShopService.CART, side));
        }
        assertThat(proxy.counts().requests()).isEqualTo(500);
    }

    private Response get(String target, String visit) {
        return proxy.handle(
                Request.of("GET", target, Map.of("x-visit", visit, "x-region", "eu-west")));
    }

    private static int status(Routed admin, String target) throws Exception {
        return admin.handle(Request.of("PUT", target, Map.of())).status();
    }

    private static Upstream upstream(String version, HttpService service) {
        return new Upstream(version, new HttpCaller(service.port(), Duration.ofSeconds(10)));
    }

    private static String text(SpanData span, String key) {
        return span.getAttributes().get(AttributeKey.stringKey(key));
    }
}
