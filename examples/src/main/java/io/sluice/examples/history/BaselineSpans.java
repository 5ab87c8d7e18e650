package io.sluice.examples.history;

import io.sluice.examples.shop.ShopService;
import io.sluice.examples.simulation.Latency;
import io.sluice.examples.simulation.Region;
import io.sluice.examples.telemetry.ServiceIdentity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Makes the proxy's spans of the monolith's past, an hour at a time, as OTLP request bodies.
 * Thread-safe. The same plan gives the same bytes.
 */
final class BaselineSpans {
    /** Spans of one request. */
    private static final int SPANS_PER_REQUEST = 2_000;

    /** Of all requests in quiet times; with the outage, the four weeks come to 0.8 %. */
    private static final double FAILURE_RATIO = 0.006;

    private static final double OUTAGE_FAILURE_RATIO = 0.45;
    private static final double OUTAGE_SLOWDOWN = 3;
    private static final double SALE_SLOWDOWN = 1.5;
    private static final double DECLINED_RATIO = 0.02;
    private static final double SEARCH_RATIO = 0.04;

    private static final int SERVER = 2;
    private static final int ERROR = 2;

    /** Tags, lengths and contents of the two ids and the two times of a span. */
    private static final int VARIABLE_BYTES = 18 + 10 + 9 + 9;

    private static final Map<ShopService, Latency> LATENCIES =
            new EnumMap<>(
                    Map.of(
                            ShopService.CATALOG, new Latency(840, 0.55, 15_000),
                            ShopService.CART, new Latency(620, 0.55, 15_000),
                            ShopService.CHECKOUT, new Latency(1_900, 0.5, 30_000),
                            ShopService.AUTH, new Latency(420, 0.5, 10_000),
                            ShopService.SEARCH, new Latency(950, 0.55, 15_000)));

    private final BaselinePlan plan;
    private final FlashFriday flashFriday;
    private final ProtoWriter resource;
    private final Map<Shape, ProtoWriter> templates = new HashMap<>();

    BaselineSpans(BaselinePlan plan, ServiceIdentity proxy) {
        this.plan = plan;
        this.flashFriday = plan.flashFriday();
        this.resource = Otlp.resource(proxy);
        for (Operation operation : Operation.ALL) {
            for (Region region : Region.values()) {
                for (int status : operation.statuses()) {
                    Shape shape = new Shape(operation, region, status);
                    templates.put(shape, template(shape));
                }
            }
        }
    }

    /** What does not change between spans of one kind is written once. */
    private record Shape(Operation operation, Region region, int status) {}

    private record Operation(ShopService service, String method, String route, int success) {
        static final List<Operation> ALL =
                List.of(
                        new Operation(ShopService.CATALOG, "GET", "/catalog", 200),
                        new Operation(ShopService.CATALOG, "GET", "/catalog/{id}", 200),
                        new Operation(ShopService.CART, "POST", "/cart/items", 200),
                        new Operation(ShopService.CART, "GET", "/cart", 200),
                        new Operation(ShopService.CHECKOUT, "POST", "/checkout", 201),
                        new Operation(ShopService.CHECKOUT, "POST", "/checkout", 200),
                        new Operation(ShopService.AUTH, "POST", "/auth/login", 200),
                        new Operation(ShopService.AUTH, "GET", "/auth/session", 200),
                        new Operation(ShopService.SEARCH, "GET", "/search", 200));

        /** The four services that move have two operations each and equal rates. */
        static Operation any(SplittableRandom random) {
            return random.nextDouble() < SEARCH_RATIO
                    ? ALL.getLast()
                    : ALL.get(random.nextInt(ALL.size() - 1));
        }

        List<Integer> statuses() {
            return List.of(success, 402, 500, 503);
        }
    }

    /** An OTLP request and what is in it. */
    record Body(ProtoWriter request, SpanCounts counts) {}

    /** The requests that tell one hour. */
    List<Body> bodies(BaselinePlan.Hour hour) {
        SplittableRandom random = new SplittableRandom(plan.seed() * 31 + hour.index());
        List<Body> bodies = new ArrayList<>();
        for (long left = hour.spans(); left > 0; left -= SPANS_PER_REQUEST) {
            bodies.add(body(hour, (int) Math.min(left, SPANS_PER_REQUEST), random));
        }
        return bodies;
    }

    private Body body(BaselinePlan.Hour hour, int spans, SplittableRandom random) {
        Map<ShopService, Long> requests = new EnumMap<>(ShopService.class);
        Map<ShopService, Long> failures = new EnumMap<>(ShopService.class);
        ProtoWriter items = new ProtoWriter(spans * 420);
        for (int i = 0; i < spans; i++) {
            Instant end = hour.start().plusNanos(random.nextLong(BaselinePlan.HOUR.toNanos()));
            Operation operation = Operation.any(random);
            int status = status(operation, end, random);
            requests.merge(operation.service(), 1L, Long::sum);
            if (status >= 500) {
                failures.merge(operation.service(), 1L, Long::sum);
            }
            append(items, new Shape(operation, Region.any(random), status), end, random);
        }
        return new Body(Otlp.request(resource, items), new SpanCounts(requests, failures));
    }

    private int status(Operation operation, Instant at, SplittableRandom random) {
        boolean outage = flashFriday.hasOutage(at);
        if (random.nextDouble() < (outage ? OUTAGE_FAILURE_RATIO : FAILURE_RATIO)) {
            return outage ? 503 : 500;
        }
        boolean declined =
                operation.service() == ShopService.CHECKOUT && random.nextDouble() < DECLINED_RATIO;
        return declined ? 402 : operation.success();
    }

    private long latencyNanos(ShopService service, Instant at, SplittableRandom random) {
        double slowdown =
                flashFriday.hasOutage(at)
                        ? OUTAGE_SLOWDOWN
                        : flashFriday.hasSale(at) ? SALE_SLOWDOWN : 1;
        Latency latency = Objects.requireNonNull(LATENCIES.get(service));
        return (long) (latency.sampleNanos(random) * slowdown);
    }

    private void append(ProtoWriter items, Shape shape, Instant end, SplittableRandom random) {
        ProtoWriter template = Objects.requireNonNull(templates.get(shape));
        long endNanos = end.getEpochSecond() * 1_000_000_000L + end.getNano();
        long startNanos = endNanos - latencyNanos(shape.operation().service(), end, random);
        items.messageHead(2, VARIABLE_BYTES + template.size())
                .id(1, random.nextLong() | 1, random.nextLong())
                .id(2, random.nextLong() | 1)
                .fields(template)
                .fixed64(7, startNanos)
                .fixed64(8, endNanos);
    }

    private static ProtoWriter template(Shape shape) {
        Operation operation = shape.operation();
        ProtoWriter span = new ProtoWriter(512);
        span.string(5, operation.method() + " " + operation.route()).varint(6, SERVER);
        Otlp.attributes(
                span,
                9,
                Map.of(
                        "http.request.method", operation.method(),
                        "http.route", operation.route(),
                        "shop.service", operation.service().tag(),
                        "shop.side", "legacy",
                        "shop.upstream.version", "monolith-10.4",
                        "enduser.region", shape.region().tag()));
        Otlp.attribute(span, 9, "http.response.status_code", shape.status());
        if (shape.status() >= 500) {
            span.message(15, new ProtoWriter(4).varint(3, ERROR));
        }
        return span;
    }
}
