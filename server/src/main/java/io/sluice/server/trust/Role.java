package io.sluice.server.trust;

import java.util.Locale;

/** What the holder of a token may do. */
public enum Role {
    /** Send telemetry, as one source. */
    INGEST,
    /** Ask for decisions, and see nothing else. */
    GATE,
    /** See objectives, alerts, cutovers, results, and Sluice's own metrics. */
    READ,
    /** See traces and logs: they hold what the senders put into them. */
    READ_TRACES,
    /** Start runs, report steps and deployments. */
    OPERATE;

    /** As the configuration writes it: {@code read-traces}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
