package io.sluice.engine.fold;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.store.StoredDeployment;

import java.util.Map;

/**
 * Records that the engine writes to the log by itself, beside definitions, so that apply and a
 * replay do the same at the same place: which limits hold from here on, where what was counted
 * after the fact takes its place, and what was deployed.
 */
public final class OwnRecord {

    private static final String REPEATS = "repeat-requests";
    private static final String GROUPS = "groups-per-measure";
    private static final String SERIES = "series-in-all";
    private static final String DIGEST = "digest";
    private static final String SERVICE = "service";
    private static final String VERSION = "version";
    private static final String DEPLOYED_AT = "deployed-at-millis";
    private static final String COMMITTED_AT = "committed-at-millis";

    private OwnRecord() {}

    /** Whether the record is a request; all others are ours. */
    static boolean isRequest(LogEntry entry) {
        return switch (entry.kind()) {
            case LogEntry.DEFINITIONS,
                    LogEntry.LIMITS,
                    LogEntry.COUNTED,
                    LogEntry.DEPLOYMENT,
                    LogEntry.PROBE ->
                    false;
            default -> true;
        };
    }

    /** From here on, these limits hold. */
    public static LogEntry limits(Fold.Limits limits, long receivedAtNanos) {
        return entry(
                LogEntry.LIMITS,
                receivedAtNanos,
                Map.of(
                        REPEATS, Integer.toString(limits.repeatRequests()),
                        GROUPS, Integer.toString(limits.groupsPerMeasure()),
                        SERIES, Integer.toString(limits.seriesInAll())));
    }

    static Fold.Limits limits(LogEntry entry) {
        Map<String, String> headers = entry.headers();
        return new Fold.Limits(
                Integer.parseInt(headers.getOrDefault(REPEATS, "")),
                Integer.parseInt(headers.getOrDefault(GROUPS, "")),
                Integer.parseInt(headers.getOrDefault(SERIES, "")));
    }

    /**
     * Here what was counted after the fact, for measures of this definition set, takes its place.
     */
    public static LogEntry counted(String planDigest, long receivedAtNanos) {
        return entry(LogEntry.COUNTED, receivedAtNanos, Map.of(DIGEST, planDigest));
    }

    static String planDigest(LogEntry entry) {
        return entry.headers().getOrDefault(DIGEST, "");
    }

    /** Somebody reported a deployment. */
    public static LogEntry deployment(StoredDeployment deployment, long receivedAtNanos) {
        return entry(
                LogEntry.DEPLOYMENT,
                receivedAtNanos,
                Map.of(
                        SERVICE,
                        deployment.service(),
                        VERSION,
                        deployment.version(),
                        DEPLOYED_AT,
                        Long.toString(deployment.deployedAtMillis()),
                        COMMITTED_AT,
                        Long.toString(deployment.committedAtMillis())));
    }

    static StoredDeployment deployment(LogEntry entry) {
        Map<String, String> headers = entry.headers();
        return new StoredDeployment(
                headers.getOrDefault(SERVICE, ""),
                headers.getOrDefault(VERSION, ""),
                Long.parseLong(headers.getOrDefault(DEPLOYED_AT, "")),
                Long.parseLong(headers.getOrDefault(COMMITTED_AT, "")));
    }

    /** The log can be written. */
    public static LogEntry probe(long receivedAtNanos) {
        return entry(LogEntry.PROBE, receivedAtNanos, Map.of());
    }

    private static LogEntry entry(String kind, long receivedAtNanos, Map<String, String> headers) {
        return new LogEntry(
                kind, "", false, receivedAtNanos, LogEntry.Encoding.IDENTITY, headers, new byte[0]);
    }
}
