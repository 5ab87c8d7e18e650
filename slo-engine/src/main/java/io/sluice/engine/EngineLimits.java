package io.sluice.engine;

import static io.sluice.engine.limit.Limit.Unit.BYTES;
import static io.sluice.engine.limit.Limit.Unit.COUNT;
import static io.sluice.engine.limit.Limit.Unit.SECONDS;

import io.sluice.engine.fold.Fold;
import io.sluice.engine.limit.Limit;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.series.Sketch;

import java.time.Duration;
import java.util.List;

/** The limits that the engine keeps. */
public final class EngineLimits {

    private static final long DAY = Duration.ofDays(1).toSeconds();

    /** Between the door and apply. */
    public static final Limit BYTES_TO_APPLY =
            new Limit(
                    "bytesToApply",
                    BYTES,
                    GroupCommit.DEFAULT_MAX_BYTES_IN_FLIGHT,
                    1 << 20,
                    64L << 30,
                    "Accepted bodies that are not yet counted, and what was read off them",
                    "senders wait up to a second, and are then told to come again");

    /** Over all SLIs. */
    public static final Limit SERIES =
            new Limit(
                    "series",
                    COUNT,
                    Fold.Limits.DEFAULT.seriesInAll(),
                    1,
                    10_000_000,
                    "Series of all SLIs together",
                    "new groups count in one series for the rest, in the log's order; totals stay"
                            + " right");

    /** Of one SLI. */
    public static final Limit GROUPS_PER_SLI =
            new Limit(
                    "groupsPerSli",
                    COUNT,
                    Fold.Limits.DEFAULT.groupsPerMeasure(),
                    1,
                    1_000_000,
                    "Groups of one SLI, or of one attribute of its bad events",
                    "new groups count in one series for the rest, in the log's order; totals stay"
                            + " right");

    /** Requests in the memory for repeats. */
    public static final Limit REPEAT_REQUESTS =
            new Limit(
                    "repeatRequests",
                    COUNT,
                    Fold.Limits.DEFAULT.repeatRequests(),
                    1,
                    100_000_000,
                    "Requests that are remembered, so that a repeat counts once",
                    "the oldest are forgotten early; repeatHorizon is shorter then");

    /** How long the memory for repeats goes back. */
    public static final Limit REPEAT_HORIZON =
            Limit.fixed(
                    "repeatHorizon",
                    SECONDS,
                    Fold.REPEAT_HORIZON.toSeconds(),
                    "How far back a repeat is known",
                    "what comes again later counts again");

    /** Streams and heard writers. */
    public static final Limit STREAM_MEMORY =
            Limit.fixed(
                    "streamMemory",
                    SECONDS,
                    Fold.STREAM_MEMORY.toSeconds(),
                    "How long a silent cumulative stream is remembered",
                    "its next point is a first one");

    /** The ingest log's size. */
    public static final Limit LOG_BYTES =
            new Limit(
                    "logBytes",
                    BYTES,
                    EngineSettings.Retention.DEFAULT.bytes(),
                    1 << 20,
                    1L << 60,
                    "The ingest log on disk",
                    "its oldest records go, a file of about a gigabyte at a time; counts stay");

    /** What the ingest log leaves of its disk. */
    public static final Limit DISK_RESERVE =
            new Limit(
                    "diskReserve",
                    BYTES,
                    128 << 20,
                    0,
                    1L << 50,
                    "Disk that is left for counts and alerts",
                    "nothing more is taken in: 503, or UNAVAILABLE, and /readyz says so");

    /** The ingest log's age. */
    public static final Limit LOG_AGE =
            new Limit(
                    "logAge",
                    SECONDS,
                    EngineSettings.Retention.DEFAULT.age().toSeconds(),
                    DAY,
                    400 * DAY,
                    "Age of the ingest log's records",
                    "the oldest go; counts stay");

    /** How long incidents are kept. */
    public static final Limit INCIDENT_AGE =
            new Limit(
                    "incidentAge",
                    SECONDS,
                    EngineSettings.Retention.DEFAULT.incidents().toSeconds(),
                    DAY,
                    4_000 * DAY,
                    "Age of incidents that are over",
                    "they are forgotten");

    /** Hours that need not be read from disk. */
    public static final Limit COUNTS_IN_MEMORY =
            new Limit(
                    "countsInMemory",
                    BYTES,
                    192 << 20,
                    1 << 20,
                    1L << 40,
                    "Hours of counts in memory; their sums come on top",
                    "older ones are read from the store for windows that begin within them");

    /** Buckets of one sketch. */
    public static final Limit SKETCH_BUCKETS =
            Limit.fixed(
                    "sketchBuckets",
                    COUNT,
                    Sketch.MAX_BUCKETS,
                    "Buckets of one sketch of values",
                    "it becomes coarser by half");

    /** In the order in which they are shown. */
    public static final List<Limit> ALL =
            List.of(
                    BYTES_TO_APPLY,
                    SERIES,
                    GROUPS_PER_SLI,
                    REPEAT_REQUESTS,
                    REPEAT_HORIZON,
                    STREAM_MEMORY,
                    LOG_BYTES,
                    DISK_RESERVE,
                    LOG_AGE,
                    INCIDENT_AGE,
                    COUNTS_IN_MEMORY,
                    SKETCH_BUCKETS);

    private EngineLimits() {}

    /** What apply keeps to. */
    public static Fold.Limits fold(LimitTable table) {
        return new Fold.Limits(
                table.intOf(REPEAT_REQUESTS), table.intOf(GROUPS_PER_SLI), table.intOf(SERIES));
    }

    /** How long the past is kept. */
    public static EngineSettings.Retention retention(LimitTable table) {
        return new EngineSettings.Retention(
                Duration.ofSeconds(table.of(LOG_AGE)),
                table.of(LOG_BYTES),
                Duration.ofSeconds(table.of(INCIDENT_AGE)));
    }
}
