package io.sluice.examples.shop.monolith;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Histogram;
import io.prometheus.client.exporter.common.TextFormat;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.ShopService;

import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The monolith's Prometheus metrics, read by whoever asks {@code /metrics}. Thread-safe. */
public final class MonolithMetrics {
    private static final List<String> CODES =
            List.of("200", "201", "400", "401", "402", "404", "409", "500", "503");

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Counter requests =
            Counter.build("shop_requests_total", "Requests by service and status code.")
                    .labelNames("service", "code")
                    .register(registry);
    private final Histogram durations =
            Histogram.build("shop_request_duration_seconds", "Time to answer, by service.")
                    .labelNames("service")
                    .buckets(0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10)
                    .register(registry);
    private final AtomicLong scrapes = new AtomicLong();

    public MonolithMetrics() {
        for (ShopService service : ShopService.values()) {
            // A series that is there from the start begins at 0, so its first increase is lost to
            // nobody.
            CODES.forEach(code -> requests.labels(service.tag(), code));
            durations.labels(service.tag());
        }
    }

    /** {@code GET /metrics}. */
    public Router router() {
        return Router.of(new Route("GET", "/metrics", this::text));
    }

    private Response text(Request request) throws IOException {
        StringWriter text = new StringWriter();
        TextFormat.write004(text, registry.metricFamilySamples());
        scrapes.incrementAndGet();
        return new Response(
                200, Map.of("content-type", TextFormat.CONTENT_TYPE_004), text.toString());
    }

    void answered(ShopService service, int status, double seconds) {
        durations.labels(service.tag()).observe(seconds);
        requests.labels(service.tag(), Integer.toString(status)).inc();
    }

    /** How often somebody has read the metrics. */
    public long scrapes() {
        return scrapes.get();
    }

    /** Requests of a service, whatever their status. */
    public long requests(ShopService service) {
        return CODES.stream()
                .mapToLong(code -> (long) requests.labels(service.tag(), code).get())
                .sum();
    }
}
