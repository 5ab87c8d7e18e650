package io.sluice.dashboard.security;

import io.javalin.http.Context;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down every change: who, what, and what became of it. Bodies and tokens are never written.
 */
final class Audit {
    /** The name of the logger, to send it to a place of its own. */
    static final String LOGGER = "io.sluice.audit";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private Audit() {}

    /** The address as it came, in which control characters are still encoded. */
    static void change(Context ctx, Principal principal) {
        LOG.info(
                "{} {} {} {}, from {}",
                principal.name(),
                ctx.method(),
                ctx.req().getRequestURI(),
                ctx.statusCode(),
                ctx.req().getRemoteAddr());
    }
}
