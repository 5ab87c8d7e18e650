package io.sluice.examples.proxy;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.sluice.examples.http.Handler;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.shop.ShopService;
import io.sluice.examples.telemetry.Side;
import io.sluice.examples.telemetry.TracedService;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends each request by its path to a service, and by the service's weight to the monolith or the
 * platform. It ends exactly one SERVER span for each request of the shop, and those spans are the
 * one instrument by which both sides are compared. Thread-safe.
 *
 * <p>The visit, by which a customer sticks to a side, is the header {@code x-visit}; the customer's
 * region {@code x-region}. The answer's {@code x-side} names the side. An upstream that gives no
 * answer is a 502, and the request is not sent again.
 */
public final class StranglerProxy implements Handler {
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("shop.service");
    private static final AttributeKey<String> SIDE = AttributeKey.stringKey("shop.side");
    private static final AttributeKey<String> VERSION =
            AttributeKey.stringKey("shop.upstream.version");
    private static final AttributeKey<String> REGION = AttributeKey.stringKey("enduser.region");

    private final Tracer tracer;
    private final TrafficSplit split;
    private final Upstream monolith;
    private final Map<ShopService, Upstream> platform = new ConcurrentHashMap<>();
    private final ProxyCounts counts = new ProxyCounts();

    public StranglerProxy(Tracer tracer, TrafficSplit split, Upstream monolith) {
        this.tracer = tracer;
        this.split = split;
        this.monolith = monolith;
    }

    /** Puts a platform build in service from the next request on. */
    public void deploy(ShopService service, Upstream upstream) {
        platform.put(service, upstream);
    }

    /** What was answered so far. */
    public ProxyCounts counts() {
        return counts;
    }

    @Override
    public Response handle(Request request) {
        Optional<ProxyRoute> found = ProxyRoute.of(request.path());
        if (found.isEmpty()) {
            return Response.text(404, "The shop has no " + request.path() + ".");
        }
        ProxyRoute route = found.get();
        Optional<Upstream> candidate = candidate(route, request);
        Side side = candidate.isPresent() ? Side.PLATFORM : Side.LEGACY;
        Upstream upstream = candidate.orElse(monolith);
        Span span = start(request, route, side, upstream);
        Response response = forward(request, upstream, span);
        span.setAttribute(TracedService.STATUS, (long) response.status());
        if (response.failed()) {
            span.setStatus(StatusCode.ERROR);
        }
        counts.answered(route.service(), side, response.failed());
        span.end();
        return withSide(response, side);
    }

    /** The platform's build, if the visit is the platform's and there is one. */
    private Optional<Upstream> candidate(ProxyRoute route, Request request) {
        String visit = request.header("x-visit").orElse("");
        return split.side(route.service(), visit) == Side.PLATFORM
                ? Optional.ofNullable(platform.get(route.service()))
                : Optional.empty();
    }

    private Span start(Request request, ProxyRoute route, Side side, Upstream upstream) {
        return tracer.spanBuilder(request.method() + " " + route.template())
                .setSpanKind(SpanKind.SERVER)
                .setNoParent()
                .setAttribute(TracedService.METHOD, request.method())
                .setAttribute(TracedService.ROUTE, route.template())
                .setAttribute(SERVICE, route.service().tag())
                .setAttribute(SIDE, side.tag())
                .setAttribute(VERSION, upstream.version())
                .setAttribute(REGION, request.header("x-region").orElse("unknown"))
                .startSpan();
    }

    private static Response forward(Request request, Upstream upstream, Span span) {
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.remove("content-length");
        W3CTraceContextPropagator.getInstance()
                .inject(
                        Context.root().with(span),
                        headers,
                        (carrier, key, value) -> Objects.requireNonNull(carrier).put(key, value));
        try {
            return upstream.caller()
                    .call(new Request(request.method(), request.target(), headers, request.body()));
        } catch (IOException e) {
            return Response.text(502, upstream.version() + " gave no answer: " + e.getMessage());
        }
    }

    private static Response withSide(Response response, Side side) {
        Map<String, String> headers = new HashMap<>(response.headers());
        headers.remove("content-length");
        headers.put("x-side", side.tag());
        return new Response(response.status(), headers, response.body());
    }
}
