package io.sluice.engine;

import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * Writes the engine's own records to the ingest log, among the requests, so that a replay does the
 * same at the same place. Thread-safe: each is written on the thread of whoever has it, which waits
 * for the disk.
 */
final class OwnRecords {
    private final GroupCommit<Optional<Extract>> door;
    private final ApplyThread applying;
    private final InstantSource clock;

    OwnRecords(GroupCommit<Optional<Extract>> door, ApplyThread applying, InstantSource clock) {
        this.door = door;
        this.applying = applying;
        this.clock = clock;
    }

    /**
     * On disk on return.
     *
     * @param record as of when it is received, in nanoseconds since the epoch
     * @return its offset
     * @throws OverloadedException if too much is in flight
     * @throws IOException if it cannot be written
     */
    long write(LongFunction<LogEntry> record) throws IOException, OverloadedException {
        return door.append(record.apply(nanos(clock.instant())), Optional.empty());
    }

    /**
     * Applied on return.
     *
     * @param record as for {@link #write}
     * @throws OverloadedException if too much is in flight
     * @throws IOException if it cannot be written, or applying fails before
     */
    void writeAndAwait(LongFunction<LogEntry> record) throws IOException, OverloadedException {
        applying.await(write(record));
    }

    static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
