package io.sluice.dashboard.security;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.javalin.security.RouteRole;
import io.sluice.dashboard.http.ProblemException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets a request pass, or ends it before anything looks at it:
 *
 * <ol>
 *   <li>Every answer carries headers that keep a page from running, framing or sending what is not
 *       ours.
 *   <li>The Host must be one of ours (421): a foreign page that points its own name at this address
 *       gets nothing, although the browser thinks it is talking to itself (DNS rebinding).
 *   <li>A change must come from our own pages or from no page at all (403): a foreign page cannot
 *       borrow the reader's standing.
 *   <li>The principal must have the role: one of those that the route names, or else {@link
 *       Role#READ} for reading and {@link Role#OPERATE} for changing. Which route it is, the router
 *       itself has found: no path is read in two ways. Without configured tokens whoever asks from
 *       this machine may do everything, and nobody else anything.
 * </ol>
 *
 * Health is told to everybody who knows the Host; it says nothing but that.
 */
public final class RequestGuard {
    /** Scripts, styles and pictures from here; no inline script or style; nothing may frame us. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
                    + " 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /** Where Flagger's hooks are. */
    public static final String FLAGGER = "/flagger/";

    /** Where they are once more, with a token as the next part of the path. */
    public static final String FLAGGER_KEYS = FLAGGER + "keys/";

    private static final String OVERRIDE = "X-HTTP-Method-Override";
    private static final String PRINCIPAL = "sluice.principal";
    private static final String LOGGED_IN = "sluice.logged-in";
    private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;
    private final Optional<Tokens> tokens;
    private final Optional<Login> login;
    private final AuditLog audit;

    /**
     * @param login knows who a browser is, where there are tokens
     * @param hosts names and addresses, without ports, that we are called by beside the loopback
     *     ones
     * @param audit takes down every change
     */
    public RequestGuard(
            Set<String> hosts, Optional<Tokens> tokens, Optional<Login> login, AuditLog audit) {
        this.login = login;
        this.audit = audit;
        this.hosts = Set.copyOf(hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
        this.tokens = tokens;
    }

    /** Whether it is known who asks; if not, nothing of ours may be shown. */
    public static boolean isKnown(Context ctx) {
        return ctx.attribute(PRINCIPAL) != null;
    }

    /** Whether it is known who asks, and that they have this role. */
    public static boolean may(Context ctx, Role role) {
        Principal principal = ctx.attribute(PRINCIPAL);
        return principal != null && principal.roles().contains(role);
    }

    /** Whether programs have to send a token. */
    public boolean needsToken() {
        return tokens.isPresent();
    }

    /** Who is logged in by a browser, if it is somebody. */
    public static Optional<String> loggedIn(Context ctx) {
        return Optional.ofNullable(ctx.attribute(LOGGED_IN));
    }

    /** Writes a change down, after it was made or refused; reads leave no line. */
    public void audit(Context ctx) {
        Principal principal = ctx.attribute(PRINCIPAL);
        // Doors ask by POST, too: whoever may only ask changes nothing. A login tells of itself,
        // for
        // here it would be that of whom the browser knew before.
        if (principal != null
                && !ctx.path().equals(Login.PATH)
                && !enough(ctx).contains(Role.GATE)
                && !reads(ctx)) {
            audit.write(
                    principal.name(),
                    ctx.method() + " " + address(ctx),
                    ctx.statusCode(),
                    ctx.req().getRemoteAddr());
        }
    }

    /**
     * The address as it came, in which control characters are still encoded; a token in it is left
     * out.
     */
    private static String address(Context ctx) {
        String address = ctx.req().getRequestURI();
        if (!address.startsWith(FLAGGER_KEYS)) {
            return address;
        }
        int end = address.indexOf('/', FLAGGER_KEYS.length());
        return FLAGGER_KEYS + "…" + (end < 0 ? "" : address.substring(end));
    }

    /** Who asks; only of a request that {@link #authorize} has let through. */
    public static String principal(Context ctx) {
        Principal principal = ctx.attribute(PRINCIPAL);
        if (principal == null) {
            throw new IllegalStateException("the request was not checked");
        }
        return principal.name();
    }

    /**
     * Who asks must be one who may approve as this; only after {@link #authorize}.
     *
     * @throws ProblemException with 403
     */
    public static void requireApprover(Context ctx, String role) {
        Principal principal = ctx.attribute(PRINCIPAL);
        if (principal == null || !principal.mayApproveAs(role)) {
            throw ProblemException.of(
                    HttpStatus.FORBIDDEN, principal(ctx) + " may not approve as " + role);
        }
    }

    /**
     * Looks at a request before it is known what it asks for.
     *
     * @throws ProblemException with 421, 400 or 403
     */
    public void receive(Context ctx) {
        addHeaders(ctx);
        checkHost(ctx);
        checkMethod(ctx);
        if (!reads(ctx)) {
            checkOrigin(ctx);
        }
        identify(ctx).ifPresent(principal -> ctx.attribute(PRINCIPAL, principal));
    }

    /**
     * Lets a request through to the route that was found for it, by the route's own roles.
     *
     * @throws ProblemException with 401 or 403
     */
    public void authorize(Context ctx) {
        if (ctx.routeRoles().contains(Anybody.ANYBODY)) {
            return;
        }
        Principal principal = ctx.attribute(PRINCIPAL);
        if (principal == null) {
            throw stranger(ctx);
        }
        Set<Role> enough = enough(ctx);
        if (Collections.disjoint(principal.roles(), enough)) {
            throw ProblemException.of(
                    HttpStatus.FORBIDDEN,
                    principal.name()
                            + " lacks the role "
                            + enough.stream()
                                    .map(Role::word)
                                    .sorted()
                                    .collect(Collectors.joining(" or ")));
        }
    }

    /** Any of these roles may go there; what is nowhere is told to whoever may look around. */
    private static Set<Role> enough(Context ctx) {
        Set<Role> named = EnumSet.noneOf(Role.class);
        for (RouteRole role : ctx.routeRoles()) {
            if (role instanceof Role ours) {
                named.add(ours);
            }
        }
        return named.isEmpty() ? Set.of(reads(ctx) ? Role.READ : Role.OPERATE) : named;
    }

    private static boolean reads(Context ctx) {
        return ctx.method().equals(HandlerType.GET) || ctx.method().equals(HandlerType.HEAD);
    }

    private static void addHeaders(Context ctx) {
        ctx.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("X-Frame-Options", "DENY");
        ctx.header("Referrer-Policy", "same-origin");
        ctx.header("Cross-Origin-Opener-Policy", "same-origin");
        ctx.header("Cross-Origin-Resource-Policy", "same-origin");
        ctx.header("Cache-Control", "no-store");
        ctx.header("Vary", "Accept-Encoding");
    }

    private void checkHost(Context ctx) {
        String authority = ctx.header("Host");
        if (authority == null || !isOurs(withoutPort(authority.toLowerCase(Locale.ROOT)))) {
            throw ProblemException.of(
                    HttpStatus.MISDIRECTED_REQUEST,
                    "Sluice is not known as "
                            + (authority == null ? "nothing" : authority)
                            + " here; add the name to the allowed hosts if it should be");
        }
    }

    /** Javalin would take the header's word; a proxy in between that knows methods would not. */
    private static void checkMethod(Context ctx) {
        if (ctx.header(OVERRIDE) != null) {
            throw ProblemException.of(
                    HttpStatus.BAD_REQUEST,
                    OVERRIDE + " is not taken: a method is the request's own");
        }
    }

    private boolean isOurs(String host) {
        return LOOPBACK_HOSTS.contains(host) || hosts.contains(host);
    }

    private static String withoutPort(String authority) {
        int port = authority.lastIndexOf(':');
        return port > authority.lastIndexOf(']') ? authority.substring(0, port) : authority;
    }

    /**
     * Browsers always say where a change comes from, programs never do (Fetch Metadata; RFC 6454).
     */
    private static void checkOrigin(Context ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        String origin = ctx.header("Origin");
        boolean ownSite = site == null || site.equals("same-origin") || site.equals("none");
        boolean ownOrigin =
                origin == null || origin.equals(ctx.scheme() + "://" + ctx.header("Host"));
        if (!ownSite || !ownOrigin) {
            throw ProblemException.of(
                    HttpStatus.FORBIDDEN, "changes are not taken from another site's page");
        }
    }

    /**
     * What is told to whoever nobody knows, who does not even learn what there is not; empty for
     * all others.
     */
    public Optional<ProblemException> toStranger(Context ctx) {
        return isKnown(ctx) ? Optional.empty() : Optional.of(stranger(ctx));
    }

    private ProblemException stranger(Context ctx) {
        return tokens.isEmpty()
                ? ProblemException.of(
                        HttpStatus.FORBIDDEN,
                        "without configured tokens Sluice answers its own machine only")
                : asksToLogIn(
                        ctx,
                        ProblemException.of(HttpStatus.UNAUTHORIZED, "a valid token is needed")
                                .withHeader("WWW-Authenticate", "Bearer realm=\"Sluice\""));
    }

    private Optional<Principal> identify(Context ctx) {
        if (tokens.isEmpty()) {
            return isLoopback(ctx.req().getRemoteAddr())
                    ? Optional.of(Principal.LOCAL)
                    : Optional.empty();
        }
        Optional<Principal> byToken = presented(ctx).flatMap(tokens.get()::holder);
        if (byToken.isPresent()) {
            return byToken;
        }
        Optional<Principal> byCookie = login.flatMap(l -> l.principal(ctx));
        byCookie.ifPresent(principal -> ctx.attribute(LOGGED_IN, principal.name()));
        return byCookie;
    }

    /** A page that asks for itself again goes to the form as a whole (htmx). */
    private static ProblemException asksToLogIn(Context ctx, ProblemException problem) {
        return ctx.header("HX-Request") == null
                ? problem
                : problem.withHeader("HX-Redirect", Login.address(ctx));
    }

    /** Programs send a bearer token, or the token as the password of basic authentication. */
    private static Optional<String> presented(Context ctx) {
        if (ctx.path().startsWith(FLAGGER_KEYS)) {
            String rest = ctx.path().substring(FLAGGER_KEYS.length());
            int end = rest.indexOf('/');
            return end < 0 ? Optional.empty() : Optional.of(rest.substring(0, end));
        }
        String header = ctx.header("Authorization");
        if (header == null) {
            return Optional.empty();
        }
        int space = header.indexOf(' ');
        String scheme = space < 0 ? header : header.substring(0, space);
        String credentials = header.substring(space + 1).strip();
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "bearer" -> Optional.of(credentials);
            case "basic" -> password(credentials);
            default -> Optional.empty();
        };
    }

    private static Optional<String> password(String credentials) {
        try {
            String pair =
                    new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
