package io.sluice.examples.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sluice.examples.http.Handler;
import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * A service's handler with a SERVER span and a Micrometer timer around each request. A handler's
 * exception is a 500, and the span says so.
 */
public final class TracedService implements Handler {
    public static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    public static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    public static final AttributeKey<Long> STATUS =
            AttributeKey.longKey("http.response.status_code");

    private final Router router;
    private final ServiceTelemetry telemetry;
    private final BiConsumer<Span, Request> describe;
    private final Timer duration;
    private final Counter failures;
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Wraps the routes of a service. */
    public TracedService(Router router, ServiceTelemetry telemetry) {
        this(router, telemetry, (span, request) -> {});
    }

    /**
     * @param describe adds attributes of the service's own
     */
    public TracedService(
            Router router, ServiceTelemetry telemetry, BiConsumer<Span, Request> describe) {
        this.router = router;
        this.telemetry = telemetry;
        this.describe = describe;
        this.duration = telemetry.meters().timer("shopflow.request.duration");
        this.failures = telemetry.meters().counter("shopflow.request.failures");
    }

    @Override
    public Response handle(Request request) throws InterruptedException {
        Optional<Router.Route> found = router.route(request);
        if (found.isEmpty()) {
            return Response.text(404, "No route " + request.method() + " " + request.path() + ".");
        }
        Router.Route route = found.get();
        Span span =
                telemetry
                        .tracer()
                        .spanBuilder(route.method() + " " + route.template())
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(parent(request))
                        .setAttribute(METHOD, route.method())
                        .setAttribute(ROUTE, route.template())
                        .startSpan();
        describe.accept(span, request);
        long startNanos = System.nanoTime();
        Response response = answer(route, request, span);
        span.setAttribute(STATUS, (long) response.status());
        if (response.failed()) {
            span.setStatus(StatusCode.ERROR);
            failures.increment();
            failed.increment();
        }
        answered.increment();
        span.end();
        duration.record(Duration.ofNanos(System.nanoTime() - startNanos));
        return response;
    }

    /** Requests that it has ended a span for. */
    public long answered() {
        return answered.sum();
    }

    /** Of those, how many were answered with 5xx. */
    public long failed() {
        return failed.sum();
    }

    private static Response answer(Router.Route route, Request request, Span span)
            throws InterruptedException {
        try (Scope _ = span.makeCurrent()) {
            return route.handler().handle(request);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            span.recordException(e);
            return Response.text(500, String.valueOf(e.getMessage()));
        }
    }

    /** The caller's span, from the request's {@code traceparent}. */
    public static Context parent(Request request) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
    }

    private static final TextMapGetter<Request> HEADERS =
            new TextMapGetter<>() {
                @Override
                public @Nullable String get(@Nullable Request request, String key) {
                    return request == null ? null : request.headers().get(key);
                }
            };
}
