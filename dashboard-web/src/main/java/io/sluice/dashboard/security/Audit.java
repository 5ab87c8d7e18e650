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

    static void change(Context ctx, Principal principal) {
        LOG.info(
                "{} {} {} {}, from {}",
                principal.name(),
                ctx.method(),
                address(ctx),
                ctx.statusCode(),
                ctx.req().getRemoteAddr());
    }

    /**
     * The address as it came, in which control characters are still encoded; a token in it is left
     * out.
     */
    private static String address(Context ctx) {
        String address = ctx.req().getRequestURI();
        if (!ctx.pathParamMap().containsKey(RequestGuard.KEY)) {
            return address;
        }
        int end = address.indexOf('/', RequestGuard.FLAGGER_KEYS.length());
        return RequestGuard.FLAGGER_KEYS + "…" + (end < 0 ? "" : address.substring(end));
    }
}
