package io.sluice.engine.measure;

import io.sluice.engine.log.LogIndex;
import io.sluice.engine.log.TraceFilter;
import io.sluice.engine.series.Sketch;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * What one request contributes, already summed per measure, bucket and group: a few dozen numbers
 * for hundreds of spans.
 *
 * @param planDigest the {@link MeasurePlan#digest()} that measure indexes refer to
 * @param identity 128-bit digest of kind and decompressed body, or of the protocol's own request
 *     id: two equal ones within the repeat horizon are the same request sent twice; {@code null}
 *     where the protocol has no repeats (DogStatsD, scrapes)
 * @param signal {@code spans}, {@code metrics} or {@code logs}
 * @param accepted items (spans, data points, log records) that are valid, whether or not a measure
 *     wants them
 * @param acceptedByKind how many of them are what, where the protocol tells its senders; else empty
 * @param rejected items refused, by reason; accepted + rejected = sent
 * @param refused the same by the services that they are of
 * @param firstEventNanos the earliest valid event's time, or 0 if there is none
 * @param lastEventNanos the latest valid event's time, or 0 if there is none
 * @param traces of which its valid spans and log records are
 */
public record Extract(
        String planDigest,
        @Nullable Identity identity,
        String signal,
        long accepted,
        Map<String, Long> acceptedByKind,
        Map<RejectReason, Long> rejected,
        List<Refused> refused,
        List<Counted> counts,
        List<Observation> observations,
        List<BadBy> badBy,
        List<Exemplar> exemplars,
        List<Heartbeat> heartbeats,
        long firstEventNanos,
        long lastEventNanos,
        TraceFilter traces) {

    /** A record, its place in a list, and a group's name. */
    private static final long ROW_BYTES = 160;

    /** Of some dozens of buckets. */
    private static final long SKETCH_BYTES = 512;

    /**
     * Items of a service that are refused for one reason.
     *
     * @param service empty if it is not known
     */
    public record Refused(String service, RejectReason reason, long items) {}

    /** A 128-bit digest. */
    public record Identity(long high, long low) {}

    /**
     * Events of one measure, bucket and group.
     *
     * @param measure a {@link Measure#index()}
     * @param bucket the bucket's start, seconds since the epoch, a multiple of 10
     * @param group the value of the source's {@code groupBy} attribute; empty where there is none
     * @param good raw count, may be negative for a bad part that is counted by itself
     * @param total raw count
     * @param goodThousandths adjusted for sampling, in thousandths
     * @param totalThousandths adjusted for sampling, in thousandths
     * @param sketch the judged values, if the measure is sketched
     */
    public record Counted(
            int measure,
            long bucket,
            String group,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            @Nullable Sketch sketch) {}

    /**
     * A point of a cumulative stream: apply turns it into an increase, knowing the stream's last
     * point.
     *
     * @param stream digest of resource, metric, attributes and tap
     * @param startNanos when the stream says it began; 0 if it does not, or {@link #REBASES}
     * @param timeNanos the point's time
     * @param good the running count that adds to good, in thousandths
     * @param total the running count that adds to total, in thousandths
     * @param stale whether the stream says that it ended
     * @param sketch all judged values so far, if the measure is sketched and they came in buckets
     *     that are fine enough
     */
    public record Observation(
            int measure,
            Identity stream,
            String group,
            long startNanos,
            long timeNanos,
            long good,
            long total,
            boolean stale,
            @Nullable Sketch sketch) {

        /**
         * The start of a stream that is a sum of others, as a query makes it: when it began is not
         * known, and when it falls nobody can say whether one of them began anew or is gone. So a
         * fall counts nothing, and the stream goes on from there.
         */
        public static final long REBASES = -1;
    }

    /** Bad events of one measure and bucket that have this attribute value. */
    public record BadBy(int measure, long bucket, String attribute, String value, long bad) {}

    /**
     * One bad event that a person can look at.
     *
     * @param traceId 32 hex digits
     * @param timeNanos when it ended
     * @param value the judged value, or NaN
     */
    public record Exemplar(
            int measure, String group, String traceId, long timeNanos, double value) {}

    /** A service was heard of in this bucket. */
    public record Heartbeat(String service, long bucket) {}

    public Extract {
        acceptedByKind = Map.copyOf(acceptedByKind);
        rejected = Map.copyOf(rejected);
        refused = List.copyOf(refused);
        counts = List.copyOf(counts);
        observations = List.copyOf(observations);
        badBy = List.copyOf(badBy);
        exemplars = List.copyOf(exemplars);
        heartbeats = List.copyOf(heartbeats);
    }

    /** By what the log finds the request again; nobody looks for one that speaks of no trace. */
    public LogIndex index() {
        return traces.equals(TraceFilter.NONE)
                ? LogIndex.NONE
                : new LogIndex(firstEventNanos, lastEventNanos, traces);
    }

    /**
     * About how much memory it takes up: a body of a few kilobytes may visit thousands of series,
     * and what waits to be applied is bounded by this, too.
     */
    public long heldBytes() {
        long rows = (long) counts.size() + observations.size() + badBy.size() + exemplars.size();
        long sketches = 0;
        for (Counted counted : counts) {
            sketches += counted.sketch() == null ? 0 : 1;
        }
        for (Observation observation : observations) {
            sketches += observation.sketch() == null ? 0 : 1;
        }
        return ROW_BYTES * rows + SKETCH_BYTES * sketches;
    }

    /** All items that were sent. */
    public long sent() {
        return accepted + rejectedItems();
    }

    /** All items that were refused. */
    public long rejectedItems() {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
}
