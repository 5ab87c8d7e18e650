package io.sluice.engine;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.fold.OwnRecord;
import io.sluice.engine.fold.Retroactive;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The engine at work: accepted requests go to the log, from there through one thread to counts, and
 * once a second to alerts, decisions and the store. Thread-safe.
 *
 * <p>{@link #start} goes on where the store's last checkpoint was. {@link #close} accepts nothing
 * more, applies what was accepted, and stores it; the log and the store are their owner's to close,
 * after that.
 */
public final class EngineRuntime implements AutoCloseable {
    // How data flows, and where to read on: accept() hands a request to the door (GroupCommit),
    // whose thread writes it to the log; from there it comes to the ApplyThread, and in it to the
    // Fold, which makes counts. Between two batches that thread calls tick(), in which the Features
    // judge what was counted, and Checkpoints stores all of it. What is due is then told by the
    // OutboxThread, which may be slow; the RetroactiveThread counts older records for new measures.
    // Whoever asks or says anything comes to the EngineDesk, on a thread of its own.

    private static final Logger LOG = LoggerFactory.getLogger(EngineRuntime.class);

    /** How many records a replay at the start applies between checkpoints. */
    private static final int REPLAY_CHECKPOINT = 10_000;

    private final GroupCommit<Optional<Extract>> door;
    private final ApplyThread applying;
    private final Fold fold;
    private final Features features;
    private final Checkpoints checkpoints;
    private final OutboxThread outbox;
    private final RetroactiveThread retroactive;
    private final OwnRecords own;
    private final Housekeeping housekeeping;
    private final DefinitionsInForce inForce;
    private final ChangeListeners changes = new ChangeListeners();
    private final WholeCounts counts;
    private final EngineDesk desk;
    private volatile boolean clockMoved;

    /**
     * Restores everything, applies what the log has beyond it, and begins to accept.
     *
     * @throws IOException if the log cannot be read
     * @throws StoreException if the store cannot be read or written
     */
    public static EngineRuntime start(IngestLog log, Store store, EngineSettings settings)
            throws IOException {
        EngineRuntime engine = new EngineRuntime(log, store, settings);
        engine.applying.start();
        engine.outbox.start();
        engine.retroactive.start();
        try {
            engine.inForce.keepTo(EngineLimits.fold(settings.limits()));
            return engine;
        } catch (IOException e) {
            engine.close();
            throw e;
        }
    }

    private EngineRuntime(IngestLog log, Store store, EngineSettings settings) throws IOException {
        InstantSource clock = settings.clock();
        SeriesTable series =
                new SeriesTable(store, settings.limits().of(EngineLimits.COUNTS_IN_MEMORY));
        Beside<Optional<MeasurePlan>> stored =
                new Beside<>(
                        "sluice-read-definitions", () -> Fold.storedPlan(store, settings.parser()));
        series.loadStored();
        this.fold =
                Fold.resume(
                        series,
                        store,
                        log,
                        settings.extractors(),
                        settings.parser(),
                        Fold.Limits.DEFAULT,
                        stored);
        replay(log, fold);
        Instant now = clock.instant();
        this.features = Features.of(fold, series, store, settings, now);
        this.outbox = new OutboxThread(store, settings.sender(), features.alerts(), clock);
        fold.register(features.alerts());
        fold.register(outbox.outbox());
        fold.register(features.cutovers());
        this.checkpoints = new Checkpoints(fold);
        this.applying = new ApplyThread(fold, clock, this::tick, checkpoints::attempt);
        this.door =
                new GroupCommit<>(
                        log, applying::handOver, settings.limits().of(EngineLimits.BYTES_TO_APPLY));
        this.own = new OwnRecords(door, applying, clock);
        this.retroactive = new RetroactiveThread(fold, own);
        this.housekeeping =
                new Housekeeping(log, store, fold, EngineLimits.retention(settings.limits()), now);
        this.inForce = new DefinitionsInForce(fold, own, features.cutovers());
        EngineHealth health =
                new EngineHealth(log, door, applying, fold, checkpoints, settings.limits());
        health.own(series);
        this.counts = new WholeCounts(series);
        this.desk = new EngineDesk(features, store, clock, changes, inForce, health, own);
    }

    private static void replay(IngestLog log, Fold fold) throws IOException {
        long from = fold.appliedOffset() + 1;
        log.read(
                from,
                record -> {
                    fold.apply(record, null);
                    if (record.offset() % REPLAY_CHECKPOINT == 0) {
                        fold.checkpoint();
                    }
                    return true;
                });
        long count = fold.appliedOffset() + 1 - from;
        if (count > 0) {
            fold.checkpoint();
            LOG.info("Applied {} records of the log that the store did not have yet", count);
        }
    }

    /** What receivers extract with; the same until the next definition set is in force. */
    public MeasurePlan plan() {
        return fold.plan();
    }

    /**
     * To be called before a request is decoded: if counting is so far behind that it may not be
     * accepted, waits for a moment, so that senders are slowed down by slower answers before they
     * have to send anything twice.
     *
     * @throws OverloadedException if that was not enough; the sender should try again
     */
    public void awaitRoom() throws OverloadedException {
        door.awaitRoom(GroupCommit.RETRY_AFTER);
    }

    /**
     * Accepts a request: on return it is on disk, and will be counted. Waits for the disk.
     *
     * @param extract what the entry contributes, under any recent {@link #plan}
     * @return its offset in the ingest log
     * @throws OverloadedException if too much is in flight; the sender should try again
     * @throws IOException if it cannot be written, or the engine is closed or has failed; the
     *     sender should try again
     */
    public long accept(LogEntry entry, Extract extract) throws IOException, OverloadedException {
        applying.requireHealthy();
        return door.append(
                entry.withIndex(extract.index()), Optional.of(extract), extract.heldBytes());
    }

    /**
     * Waits until the record at this offset, and all before it, are in the counts.
     *
     * @throws IOException if the engine fails before
     */
    public void awaitApplied(long offset) throws IOException {
        applying.await(offset);
    }

    /** What follows from what was applied, and from the time alone; on the apply thread. */
    private void tick(Instant now) {
        if (clockMoved) {
            clockMoved = false;
            features.alerts().listenSince(now);
        }
        if (door.failure().isPresent()) {
            probe();
        }
        retroactive.wake();
        features.alerts().evaluate(fold.plan(), now);
        features.cutovers().tick(now);
        if (checkpoints.attempt()) {
            outbox.wake();
        }
        housekeeping.tick(now);
        changes.tell();
    }

    /**
     * Whoever is told that we are not ready sends nothing, so we must find out by ourselves when
     * the log can be written again.
     */
    private void probe() {
        try {
            own.write(OwnRecord::probe);
            LOG.info("The ingest log can be written again");
        } catch (IOException | OverloadedException e) {
            LOG.debug("The ingest log cannot be written yet", e);
        }
    }

    /**
     * Puts a definition set in force, in log order; on return it is. A set that is in force already
     * changes nothing.
     *
     * @throws OverloadedException if too much is in flight
     * @throws IOException if it cannot be written to the log
     */
    public void putDefinitions(DefinitionSet definitions) throws IOException, OverloadedException {
        applying.requireHealthy();
        inForce.put(definitions);
    }

    /** Says what is wrong with a newer set, while the last good one stays in force. */
    public void setDefinitionProblems(List<Problem> problems) {
        inForce.refuse(problems);
        changes.tell();
    }

    /** The clock was set: what it has left out was time in which nobody could be heard. */
    public void clockMoved() {
        clockMoved = true;
    }

    /** Where people and automation ask and say things; the same object for as long as it runs. */
    public SloEngine desk() {
        return desk;
    }

    /** What apply has done since start. */
    public FoldStatus status() {
        return fold.status();
    }

    /** What counts older records of the log for measures that are new; empty most of the time. */
    public Optional<Retroactive> retroactive() {
        return fold.retroactive();
    }

    /**
     * Up to when a measure has counts, in seconds since the epoch; empty if it has none. What is on
     * disk and not yet applied is not among them.
     */
    public OptionalLong countedUntil(String measure) {
        return counts.until(measure);
    }

    /** The same for counts of history only. */
    public OptionalLong historyUntil(String measure) {
        return counts.historyUntil(measure);
    }

    /** Accepts nothing more, applies and stores what was accepted, and waits for that. */
    @Override
    public void close() {
        door.close();
        Thread applier = applying.stop();
        Thread teller = outbox.stop();
        Thread counter = retroactive.stop();
        join(applier);
        join(teller);
        outbox.abandon();
        join(counter);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
