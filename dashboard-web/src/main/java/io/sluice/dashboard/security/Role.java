package io.sluice.dashboard.security;

import io.javalin.security.RouteRole;

import java.util.Locale;

/**
 * What a principal may do here. A route names those of which any is enough; one that names none
 * asks for {@link #READ} where it reads, and for {@link #OPERATE} where it does not.
 */
public enum Role implements RouteRole {
    /** Ask for decisions, and see nothing else: for automation that cannot keep a secret well. */
    GATE,
    /** See objectives, alerts, cutovers, results. */
    READ,
    /** See traces: they hold what the senders put into them. */
    READ_TRACES,
    /** Start runs, report steps and deployments. */
    OPERATE;

    /** As configurations write it: {@code read-traces}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
