package io.sluice.dashboard.security;

import java.util.Locale;

/** What a principal may do here. */
public enum Role {
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
