package io.sluice.dashboard.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.Answered;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.Anybody;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What orchestrators, Prometheus and API clients ask beside the API: health, own metrics, the
 * description.
 */
public final class SystemRoutes {
    /** Prometheus text exposition. */
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final MetricsText metrics;
    private final BooleanSupplier ready;
    private final Supplier<List<String>> troubles;
    private final Supplier<byte[]> description;

    /**
     * @param troubles what keeps Sluice from taking anything in
     * @param description the API's, in OpenAPI 3.1; made when it is first asked for, since a start
     *     does not wait for it
     */
    public SystemRoutes(
            MetricsText metrics,
            BooleanSupplier ready,
            Supplier<List<String>> troubles,
            Supplier<byte[]> description) {
        this.metrics = metrics;
        this.ready = ready;
        this.troubles = troubles;
        this.description = description;
    }

    /** Adds the routes to a server. */
    public void register(RoutesConfig routes) {
        routes.get(
                "/healthz", ctx -> ctx.contentType("text/plain").result("ok\n"), Anybody.ANYBODY);
        routes.get(
                "/readyz",
                ctx -> {
                    if (!ready.getAsBoolean()) {
                        throw ProblemException.of(
                                        HttpStatus.SERVICE_UNAVAILABLE,
                                        "Sluice is starting or stopping")
                                .withHeader("Retry-After", "1");
                    }
                    List<String> now = troubles.get();
                    if (!now.isEmpty()) {
                        throw ProblemException.of(
                                        HttpStatus.SERVICE_UNAVAILABLE, String.join("; ", now))
                                .withHeader("Retry-After", "5");
                    }
                    ctx.contentType("text/plain").result("ready\n");
                },
                Anybody.ANYBODY);
        routes.get(
                "/metrics", ctx -> metrics.writeTo(ctx.contentType(METRICS_TYPE).outputStream()));
        routes.get(
                "/openapi.json",
                ctx -> Answered.of("application/json", description.get()).write(ctx));
    }
}
