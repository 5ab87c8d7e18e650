package io.sluice.dashboard.security;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpStatus;
import io.javalin.http.SameSite;
import io.sluice.dashboard.http.ProblemException;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Lets a person in a browser log in with a token, once: it becomes a cookie that scripts cannot
 * read and other sites cannot use (RFC 6265bis: HttpOnly, SameSite=Strict; over TLS also Secure,
 * and bound to this host by the prefix {@code __Host-}).
 */
public final class Login {
    static final String PATH = "/login";
    private static final String LOGOUT = "/logout";

    private final Tokens tokens;
    private final InstantSource clock;
    private final AuditLog audit;
    private final Sessions sessions = new Sessions();
    private final LoginLimit limit = new LoginLimit();

    /**
     * What the page shows.
     *
     * @param next where to go afterwards, a path of ours
     * @param wrong whether a token was given, and is nobody's
     */
    public record View(String next, boolean wrong) {}

    /** Knows whose a token is by these. */
    public Login(Tokens tokens, InstantSource clock, AuditLog audit) {
        this.tokens = tokens;
        this.clock = clock;
        this.audit = audit;
    }

    /**
     * Adds the routes to a server.
     *
     * @param page shows the form
     */
    public void register(RoutesConfig routes, BiConsumer<Context, View> page) {
        routes.get(
                PATH,
                ctx -> page.accept(ctx, new View(ours(ctx.queryParam("next")), false)),
                Anybody.ANYBODY);
        routes.post(PATH, ctx -> logIn(ctx, page), Anybody.ANYBODY);
        routes.post(LOGOUT, this::logOut, Anybody.ANYBODY);
    }

    /** The page that asks for a token, and then goes on to where the reader wanted to be. */
    public static String address(Context ctx) {
        String query = ctx.queryString();
        String wanted = query == null ? ctx.path() : ctx.path() + "?" + query;
        return PATH + "?next=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8);
    }

    /** Who asks, by the cookie. */
    Optional<Principal> principal(Context ctx) {
        return Optional.ofNullable(ctx.cookie(cookieName(ctx)))
                .flatMap(id -> sessions.holder(id, clock.instant()));
    }

    private void logIn(Context ctx, BiConsumer<Context, View> page) {
        Instant now = clock.instant();
        String address = ctx.req().getRemoteAddr();
        Duration wait = limit.toWait(address, now);
        if (!wait.isZero()) {
            throw ProblemException.of(
                            HttpStatus.TOO_MANY_REQUESTS, "too many wrong tokens; wait a moment")
                    .withHeader("Retry-After", Long.toString(wait.toSeconds() + 1));
        }
        String next = ours(ctx.formParam("next"));
        String token = Optional.ofNullable(ctx.formParam("token")).orElse("").strip();
        Optional<Principal> holder = tokens.holder(token);
        if (holder.isEmpty()) {
            limit.failed(address, now);
            audit.write("", "POST " + PATH, HttpStatus.UNAUTHORIZED.getCode(), address);
            ctx.status(HttpStatus.UNAUTHORIZED);
            page.accept(ctx, new View(next, true));
            return;
        }
        audit.write(holder.get().name(), "POST " + PATH, HttpStatus.SEE_OTHER.getCode(), address);
        // Whoever knew the browser's session before does not know the one after.
        endSession(ctx);
        ctx.cookie(
                cookie(
                        ctx,
                        sessions.begin(holder.get(), now),
                        Math.toIntExact(Sessions.LIFETIME.toSeconds())));
        ctx.redirect(next, HttpStatus.SEE_OTHER);
    }

    private void logOut(Context ctx) {
        endSession(ctx);
        ctx.cookie(cookie(ctx, "", 0));
        ctx.redirect(PATH, HttpStatus.SEE_OTHER);
    }

    private void endSession(Context ctx) {
        Optional.ofNullable(ctx.cookie(cookieName(ctx))).ifPresent(sessions::end);
    }

    private static Cookie cookie(Context ctx, String value, int maxAge) {
        return new Cookie(
                cookieName(ctx), value, "/", maxAge, isSecure(ctx), true, null, SameSite.STRICT);
    }

    private static String cookieName(Context ctx) {
        return isSecure(ctx) ? "__Host-sluice" : "sluice";
    }

    private static boolean isSecure(Context ctx) {
        return ctx.scheme().equals("https");
    }

    /** A path of ours, or the overview: nobody is sent elsewhere from here. */
    private static String ours(@Nullable String next) {
        if (next == null || !next.startsWith("/") || next.startsWith("//")) {
            return "/";
        }
        try {
            URI uri = URI.create(next);
            return uri.getRawAuthority() == null && uri.getScheme() == null ? next : "/";
        } catch (IllegalArgumentException e) {
            // A backslash, for one, which browsers take for a slash.
            return "/";
        }
    }
}
