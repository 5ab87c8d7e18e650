package io.sluice.collector.receive;

import static io.sluice.engine.limit.Limit.Unit.BYTES;
import static io.sluice.engine.limit.Limit.Unit.COUNT;
import static io.sluice.engine.limit.Limit.Unit.SECONDS;
import static io.sluice.engine.limit.Limit.fixed;

import io.sluice.collector.extract.Accumulator;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.wire.HeldBytes;
import io.sluice.collector.wire.ProtoCursor;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.limit.Limit;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.measure.RejectReason;

import java.util.List;

/**
 * The limits that receivers keep. Those that say what a body means cannot be configured: what was
 * accepted once must mean the same in every replay.
 */
public final class CollectorLimits {

    private static final int LARGEST_BODY = 1 << 30;

    private static final String RETRY =
            "503 with Retry-After, or UNAVAILABLE with RetryInfo; nothing is stored";

    /** Of the HTTP port. */
    public static final Limit HTTP_CONNECTIONS =
            new Limit(
                    "httpConnections",
                    COUNT,
                    ConnectionLimit.DEFAULT,
                    1,
                    1_000_000,
                    "Connections to the OTLP/HTTP port",
                    "503 with Retry-After, and the connection is closed; over TLS it is only closed");

    /** Of the gRPC port. */
    public static final Limit GRPC_CONNECTIONS =
            new Limit(
                    "grpcConnections",
                    COUNT,
                    ConnectionLimit.DEFAULT,
                    1,
                    1_000_000,
                    "Connections to the OTLP/gRPC port",
                    "the connection is closed, which is UNAVAILABLE to its sender");

    /** Of the Unix domain socket. */
    public static final Limit DOGSTATSD_CONNECTIONS =
            new Limit(
                    "dogstatsdConnections",
                    COUNT,
                    1_000,
                    1,
                    1_000_000,
                    "Connections to the DogStatsD socket",
                    "the connection is closed");

    /** As it is sent. */
    public static final Limit BODY =
            new Limit(
                    "bodyBytes",
                    BYTES,
                    Limits.DEFAULTS.maxBodyBytes(),
                    1 << 10,
                    LARGEST_BODY,
                    "One body, as it is sent",
                    "413, or RESOURCE_EXHAUSTED without a delay: for good");

    /** When it is decompressed. */
    public static final Limit DECOMPRESSED =
            new Limit(
                    "decompressedBytes",
                    BYTES,
                    Extractors.DEFAULT_MAX_BODY_BYTES,
                    1 << 10,
                    LARGEST_BODY,
                    "One body when it is decompressed; two a processor are at a time",
                    "413, or RESOURCE_EXHAUSTED without a delay: for good");

    /** All together. */
    public static final Limit BYTES_IN_FLIGHT =
            new Limit(
                    "bytesInFlight",
                    BYTES,
                    Limits.DEFAULTS.maxBytesInFlight(),
                    1 << 20,
                    64L << 30,
                    "Bodies from their first byte to their answer, as they are sent",
                    RETRY);

    private static final Limit ARRIVAL =
            fixed(
                    "bodyArrival",
                    SECONDS,
                    60,
                    "From a request's headers until its body is whole",
                    "slow_sender: " + RETRY);

    private static final Limit HEADERS =
            fixed(
                    "headerArrival",
                    SECONDS,
                    45,
                    "Until an HTTP connection's next headers are whole",
                    "slow_sender: the connection is closed");

    private static final Limit DEPTH =
            fixed(
                    "nesting",
                    COUNT,
                    ProtoCursor.MAX_DEPTH,
                    "Levels of values in values",
                    "too_deep: the item is refused");

    private static final Limit FUTURE =
            fixed(
                    "future",
                    SECONDS,
                    Accumulator.MAX_FUTURE.toSeconds(),
                    "How far ahead of its receipt an event may be",
                    "future: the item is refused");

    private static final Limit AGE =
            fixed(
                    "age",
                    SECONDS,
                    Accumulator.MAX_AGE.toSeconds(),
                    "How old an event may be",
                    "too_old: the item is refused");

    private static final Limit BACKFILL_AGE =
            fixed(
                    "backfillAge",
                    SECONDS,
                    Accumulator.MAX_BACKFILL_AGE.toSeconds(),
                    "How old an event of a backfill source may be",
                    "too_old: the item is refused");

    private static final Limit REQUEST_GROUPS =
            fixed(
                    "groupsPerRequest",
                    COUNT,
                    Accumulator.MAX_GROUPS,
                    "Groups that one request may name",
                    "others count in the group for the rest");

    private static final Limit REQUEST_SERVICES =
            fixed(
                    "servicesPerRequest",
                    COUNT,
                    Accumulator.MAX_SERVICES,
                    "Services that one request may name",
                    "others are not known to live");

    private static final Limit EXEMPLARS =
            fixed(
                    "exemplars",
                    COUNT,
                    Accumulator.MAX_EXEMPLARS,
                    "Bad events of one request and SLI that are kept to look at",
                    "others are found by their time");

    /** In the order in which they are shown. */
    public static final List<Limit> ALL =
            List.of(
                    HTTP_CONNECTIONS,
                    GRPC_CONNECTIONS,
                    DOGSTATSD_CONNECTIONS,
                    BODY,
                    DECOMPRESSED,
                    BYTES_IN_FLIGHT,
                    ARRIVAL,
                    HEADERS,
                    DEPTH,
                    FUTURE,
                    AGE,
                    BACKFILL_AGE,
                    REQUEST_GROUPS,
                    REQUEST_SERVICES,
                    EXEMPLARS);

    private CollectorLimits() {}

    /** What an intake keeps to. */
    public static Limits intake(LimitTable table) {
        return new Limits(table.intOf(BODY), table.of(BYTES_IN_FLIGHT));
    }

    /** Lets the table know what an intake and its receivers know. */
    public static void own(LimitTable table, Intake intake, HeldBytes decompressed) {
        BytesInFlight inFlight = intake.bytesInFlight();
        table.own(BYTES_IN_FLIGHT, inFlight::held, inFlight::refused);
        table.own(DECOMPRESSED, decompressed::refused);
        IngestStatus counters = intake.counters();
        table.own(
                BODY,
                () ->
                        Math.max(
                                0,
                                refused(counters, RejectReason.OVERSIZE) - decompressed.refused()));
        table.own(ARRIVAL, () -> refused(counters, RejectReason.SLOW_SENDER));
        table.own(DEPTH, () -> refused(counters, RejectReason.TOO_DEEP));
        table.own(FUTURE, () -> refused(counters, RejectReason.FUTURE));
        table.own(AGE, () -> refused(counters, RejectReason.TOO_OLD));
    }

    /** Lets the table know of a port's connections. */
    public static ConnectionLimit connections(LimitTable table, Limit limit) {
        ConnectionLimit connections = new ConnectionLimit(table.intOf(limit));
        table.own(limit, connections::open, connections::refused);
        return connections;
    }

    private static long refused(IngestStatus counters, RejectReason reason) {
        return counters.rows().stream()
                .mapToLong(row -> row.rejected().getOrDefault(reason, 0L))
                .sum();
    }
}
