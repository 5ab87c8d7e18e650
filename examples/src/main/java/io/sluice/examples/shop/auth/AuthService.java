package io.sluice.examples.shop.auth;

import io.sluice.examples.http.Request;
import io.sluice.examples.http.Response;
import io.sluice.examples.http.Router;
import io.sluice.examples.http.Router.Route;
import io.sluice.examples.shop.Json;
import io.sluice.examples.simulation.Dice;
import io.sluice.examples.simulation.Pause;
import io.sluice.examples.simulation.Work;

import java.util.Map;
import java.util.Optional;

/**
 * Logins and session checks. A token is derived from the visit and not stored, so either side knows
 * the other's tokens, as a signed token would allow.
 */
public final class AuthService {
    private final Work work;
    private final Dice dice;
    private final Pause pause;

    public AuthService(Work work, Dice dice, Pause pause) {
        this.work = work;
        this.dice = dice;
        this.pause = pause;
    }

    /** What it answers. */
    public Router router() {
        return Router.of(
                new Route("POST", "/auth/login", this::logIn),
                new Route("GET", "/auth/session", this::session));
    }

    private Response logIn(Request request) throws Exception {
        work.perform(dice.roll(), pause);
        return request.parameter("user")
                .map(user -> Response.json(200, Json.write(Map.of("token", tokenOf(user)))))
                .orElseGet(() -> Response.text(400, "Name the user."));
    }

    private Response session(Request request) throws Exception {
        work.perform(dice.roll(), pause);
        Optional<String> user = request.parameter("user");
        boolean known =
                user.isPresent()
                        && request.header("x-token").equals(user.map(AuthService::tokenOf));
        return known
                ? Response.json(200, Json.write(Map.of("user", user.get())))
                : Response.text(401, "Log in first.");
    }

    /** The token that a login of that user gives. */
    public static String tokenOf(String user) {
        return "t-" + Integer.toHexString(user.hashCode());
    }
}
