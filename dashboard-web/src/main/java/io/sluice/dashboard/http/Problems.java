package io.sluice.dashboard.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.router.EndpointNotFound;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Turns whatever ends a request early into a {@link Problem}. What is our fault is logged with its
 * cause, and told without.
 */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final BiConsumer<Context, Problem> page;
    private final Function<Context, Optional<ProblemException>> stranger;

    /**
     * @param page tells a problem to a person who opened a page
     * @param stranger what is told instead to somebody who is not known; empty for whoever is
     */
    public Problems(
            BiConsumer<Context, Problem> page,
            Function<Context, Optional<ProblemException>> stranger) {
        this.page = page;
        this.stranger = stranger;
    }

    /** Takes over every exception of the routes. */
    public void register(RoutesConfig routes) {
        routes.exception(ProblemException.class, (e, ctx) -> tell(ctx, e));
        routes.exception(
                EndpointNotFound.class,
                (e, ctx) ->
                        tell(
                                ctx,
                                stranger.apply(ctx)
                                        .orElseGet(
                                                () ->
                                                        ProblemException.of(
                                                                HttpStatus.NOT_FOUND,
                                                                "there is nothing at "
                                                                        + ctx.path()))));
        routes.exception(
                MethodNotAllowedResponse.class,
                (e, ctx) -> {
                    String allowed = e.getDetails().getOrDefault("availableMethods", "");
                    tell(
                            ctx,
                            stranger.apply(ctx)
                                    .orElseGet(
                                            () ->
                                                    ProblemException.of(
                                                                    HttpStatus.METHOD_NOT_ALLOWED,
                                                                    ctx.path()
                                                                            + " takes "
                                                                            + allowed)
                                                            .withHeader("Allow", allowed)));
                });
        routes.exception(
                HttpResponseException.class,
                (e, ctx) -> {
                    String message = e.getMessage();
                    HttpStatus status = HttpStatus.forStatus(e.getStatus());
                    tell(ctx, Problem.of(status, message == null ? status.getMessage() : message));
                });
        routes.exception(
                Exception.class,
                (e, ctx) -> {
                    LOG.error("{} {} failed", ctx.method(), ctx.endpoint().path, e);
                    tell(
                            ctx,
                            Problem.of(
                                    HttpStatus.INTERNAL_SERVER_ERROR,
                                    "Sluice failed to answer; its log says why"));
                });
    }

    private void tell(Context ctx, ProblemException e) {
        e.headers().forEach(ctx::header);
        tell(ctx, e.problem());
    }

    private void tell(Context ctx, Problem problem) {
        ctx.status(problem.status());
        if (asksForPage(ctx)) {
            page.accept(ctx, problem);
        } else {
            ctx.contentType(Problem.CONTENT_TYPE).result(Json.bytes(problem));
        }
    }

    private static boolean asksForPage(Context ctx) {
        String accept = ctx.header("Accept");
        return accept != null && accept.contains("text/html") && !ctx.path().startsWith("/api/");
    }
}
