package io.sluice.engine.log;

import java.util.Map;

/**
 * One accepted request, as it goes to the ingest log. The log does not look inside {@code body}.
 *
 * @param kind which extractor understands the body, for example {@code otlp-traces}; {@link
 *     #DEFINITIONS}, {@link #LIMITS}, {@link #COUNTED}, {@link #DEPLOYMENT} and {@link #PROBE} are
 *     the engine's own
 * @param source who sent it; empty where the sender did not say
 * @param backfill whether the source may send times up to 400 days old; such events never alert and
 *     are never fresh
 * @param receivedAtNanos nanoseconds since the epoch, the only clock that extract and apply see
 * @param encoding how {@code body} is compressed
 * @param headers what the receiver knew beside the body, for example a scrape target's labels
 * @param body owned by the entry from here on; must not be changed
 * @param index by which {@link IngestLog#search} finds it; not given back with a record
 */
public record LogEntry(
        String kind,
        String source,
        boolean backfill,
        long receivedAtNanos,
        Encoding encoding,
        Map<String, String> headers,
        byte[] body,
        LogIndex index) {

    /** The kind of a record that puts a definition set in force from its offset on. */
    public static final String DEFINITIONS = "definitions";

    /** The kind of a record that says which limits apply keeps to from its offset on. */
    public static final String LIMITS = "limits";

    /**
     * The kind of a record at whose offset what was counted after the fact takes its place among
     * the counts.
     */
    public static final String COUNTED = "counted";

    /** The kind of a record that says that something was deployed, now or long ago. */
    public static final String DEPLOYMENT = "deployment";

    /** The kind of a record that says nothing: that it could be written is all. */
    public static final String PROBE = "probe";

    /**
     * The header that names a scrape's target. A record that has it is all that the target exposes:
     * a stream that is not in it does not exist.
     */
    public static final String TARGET = "target";

    /** How a body is compressed. The names are in the log; add only. */
    public enum Encoding {
        IDENTITY,
        GZIP,
        ZSTD,
        /** Snappy's block format, as Prometheus's remote write has it. */
        SNAPPY
    }

    public LogEntry {
        headers = Map.copyOf(headers);
    }

    /** One that nobody will look for. */
    public LogEntry(
            String kind,
            String source,
            boolean backfill,
            long receivedAtNanos,
            Encoding encoding,
            Map<String, String> headers,
            byte[] body) {
        this(kind, source, backfill, receivedAtNanos, encoding, headers, body, LogIndex.NONE);
    }

    /** The same with another form of its body. */
    public LogEntry withBody(Encoding otherEncoding, byte[] otherBody) {
        return new LogEntry(
                kind, source, backfill, receivedAtNanos, otherEncoding, headers, otherBody, index);
    }

    /** The same, to be found by this. */
    public LogEntry withIndex(LogIndex otherIndex) {
        return new LogEntry(
                kind, source, backfill, receivedAtNanos, encoding, headers, body, otherIndex);
    }
}
