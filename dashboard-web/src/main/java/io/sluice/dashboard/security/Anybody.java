package io.sluice.dashboard.security;

import io.javalin.security.RouteRole;

/**
 * Of a route that nobody has to be known for: health, and what the page that asks for a token
 * needs.
 */
public enum Anybody implements RouteRole {
    ANYBODY
}
