package io.sluice.engine;

import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Journey;
import io.sluice.definitions.model.Slo;
import io.sluice.definitions.yaml.Problem;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.AlertEngine;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.Outbox;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.backtest.Backtest;
import io.sluice.engine.backtest.BacktestReport;
import io.sluice.engine.backtest.Interval;
import io.sluice.engine.baseline.Baseline;
import io.sluice.engine.baseline.BaselineComparison;
import io.sluice.engine.baseline.Baselines;
import io.sluice.engine.cutover.Approval;
import io.sluice.engine.cutover.CutoverDesk;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.EvidenceFile;
import io.sluice.engine.cutover.Explanation;
import io.sluice.engine.cutover.GateBacktest;
import io.sluice.engine.cutover.PlanReport;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.fold.Backfilled;
import io.sluice.engine.fold.CheckpointParticipant;
import io.sluice.engine.fold.DefinitionsRecord;
import io.sluice.engine.fold.Fold;
import io.sluice.engine.fold.FoldStatus;
import io.sluice.engine.fold.OwnRecord;
import io.sluice.engine.fold.Retroactive;
import io.sluice.engine.limit.LimitTable;
import io.sluice.engine.log.Committed;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.measure.MeasurePlan.Side;
import io.sluice.engine.migration.Attestations;
import io.sluice.engine.migration.MigrationEvaluator;
import io.sluice.engine.migration.MigrationStatus;
import io.sluice.engine.migration.MigrationStatus.Attested;
import io.sluice.engine.outlook.JourneyLints;
import io.sluice.engine.outlook.Outlook;
import io.sluice.engine.outlook.TrafficLints;
import io.sluice.engine.results.Results;
import io.sluice.engine.results.ResultsCalculator;
import io.sluice.engine.results.RowHistory;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.WindowSum;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.History;
import io.sluice.engine.slo.JourneyEvaluator;
import io.sluice.engine.slo.JourneyStatus;
import io.sluice.engine.slo.SloEvaluator;
import io.sluice.engine.slo.SloStatus;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredDeployment;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The engine at work: accepted requests go to the log, from there through one thread to counts, and
 * once a second to alerts, decisions and the store. Thread-safe.
 *
 * <p>{@link #start} goes on where the store's last checkpoint was. {@link #close} accepts nothing
 * more, applies what was accepted, and stores it; the log and the store are their owner's to close,
 * after that.
 */
public final class EngineRuntime implements SloEngine, AutoCloseable {
    // Threads: receivers' own wait in accept(); the log's writer hands over what is on disk;
    // "sluice-apply" applies it in log
    // order, and between two batches ticks once a second, traffic or not, because sealing and
    // silence need only time to pass;
    // "sluice-retroactive" counts older records for new measures;
    // "sluice-outbox" tells receivers, which may be slow. What is accepted and not yet applied is
    // bounded by the bytes in
    // flight of GroupCommit.

    private static final Logger LOG = LoggerFactory.getLogger(EngineRuntime.class);

    /** Evaluation, checkpoint. */
    static final Duration TICK = Duration.ofSeconds(1);

    private static final Duration RETAIN_EVERY = Duration.ofMinutes(10);

    /** How many records a replay at the start applies between checkpoints. */
    private static final int REPLAY_CHECKPOINT = 10_000;

    private static final long BUCKET_SECONDS = 10;

    private final IngestLog log;
    private final Store store;
    private final EngineSettings settings;
    private final InstantSource clock;
    private final SeriesTable series;
    private final SloEvaluator evaluator;
    private final JourneyEvaluator journeys;
    private final Backtest backtest;
    private final TrafficLints lints;
    private final Fold fold;
    private final AlertEngine alerts;
    private final Outbox outbox;
    private final ExecutorService tellers = Executors.newVirtualThreadPerTaskExecutor();
    private final CutoverDesk cutovers;
    private final ResultsCalculator results;
    private final Baselines baselines;
    private final Attestations attestations;
    private final MigrationEvaluator migrations;
    private final GroupCommit<Optional<Extract>> door;
    private final long maxBytesInFlight;
    private final EngineSettings.Retention retention;

    private final LinkedBlockingQueue<List<Committed<Optional<Extract>>>> accepted =
            new LinkedBlockingQueue<>();
    private final Semaphore toTell = new Semaphore(0);
    private final Semaphore toCount = new Semaphore(0);
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Object applied = new Object();
    private final Thread applier;
    private final Thread teller;
    private final Thread retroactiveCounter;
    private volatile List<Problem> definitionProblems = List.of();
    private volatile boolean closing;
    private volatile @Nullable Throwable failure;
    private volatile @Nullable StoreException storeFailure;
    private volatile boolean clockMoved;
    private Instant nextRetention;

    /**
     * Restores everything, applies what the log has beyond it, and begins to accept.
     *
     * @throws IOException if the log cannot be read
     * @throws StoreException if the store cannot be read or written
     */
    public static EngineRuntime start(IngestLog log, Store store, EngineSettings settings)
            throws IOException {
        EngineRuntime engine = new EngineRuntime(log, store, settings);
        engine.applier.start();
        engine.teller.start();
        engine.retroactiveCounter.start();
        try {
            engine.keepTo(EngineLimits.fold(settings.limits()));
            return engine;
        } catch (IOException e) {
            engine.close();
            throw e;
        }
    }

    private EngineRuntime(IngestLog log, Store store, EngineSettings settings) throws IOException {
        this.log = log;
        this.store = store;
        this.settings = settings;
        this.clock = settings.clock();
        this.series = new SeriesTable(store, settings.limits().of(EngineLimits.COUNTS_IN_MEMORY));
        History history = new FoldHistory();
        this.evaluator = new SloEvaluator(series, history);
        this.journeys = new JourneyEvaluator(series, history);
        this.backtest = new Backtest(series, evaluator);
        this.lints =
                new TrafficLints(
                        evaluator,
                        series,
                        history,
                        new JourneyLints(new JourneyEvaluator(series, History.COMPLETE)));
        series.loadStored();
        this.fold =
                Fold.resume(
                        series,
                        store,
                        log,
                        settings.extractors(),
                        settings.parser(),
                        Fold.Limits.DEFAULT);
        replay();
        Instant now = clock.instant();
        this.alerts =
                new AlertEngine(
                        evaluator,
                        series,
                        fold.exemplars(),
                        store,
                        settings.receivers(),
                        settings.baseUrl(),
                        now);
        this.outbox = new Outbox(store, settings.sender(), tellers, alerts);
        this.baselines = new Baselines(store, series);
        this.cutovers =
                new CutoverDesk(
                        store,
                        series,
                        fold::plan,
                        alerts::pageFiring,
                        this::provenPerMinute,
                        baselines::counts);
        this.results = new ResultsCalculator(series, store);
        this.attestations = new Attestations(store);
        this.migrations = new MigrationEvaluator(series, evaluator, results, history, attestations);
        this.nextRetention = now.plus(RETAIN_EVERY);
        fold.register(alerts);
        fold.register(outbox);
        fold.register(
                new CheckpointParticipant() {
                    @Override
                    public void checkpoint(Store.Transaction tx) {
                        cutovers.checkpoint(tx);
                    }

                    @Override
                    public void checkpointed() {
                        cutovers.committed();
                    }
                });
        this.retention = EngineLimits.retention(settings.limits());
        this.maxBytesInFlight = settings.limits().of(EngineLimits.BYTES_TO_APPLY);
        this.door = new GroupCommit<>(log, accepted::add, maxBytesInFlight);
        ownLimits(settings.limits());
        this.applier =
                Thread.ofPlatform().name("sluice-apply").daemon().unstarted(this::applyUntilClosed);
        this.teller = Thread.ofVirtual().name("sluice-outbox").unstarted(this::tellUntilClosed);
        this.retroactiveCounter =
                Thread.ofPlatform()
                        .name("sluice-retroactive")
                        .daemon()
                        .unstarted(this::countRetroactivelyUntilClosed);
    }

    private void replay() throws IOException {
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

    private void ownLimits(LimitTable table) {
        table.own(EngineLimits.BYTES_TO_APPLY, door::bytesInFlight, door::refused);
        table.own(
                EngineLimits.SERIES,
                () -> fold.status().series(),
                () -> fold.status().overflowed() - fold.status().overflowedGroups());
        table.own(EngineLimits.GROUPS_PER_SLI, () -> fold.status().overflowedGroups());
        table.ownUse(EngineLimits.REPEAT_REQUESTS, () -> fold.status().rememberedRequests());
        table.ownUse(EngineLimits.REPEAT_HORIZON, () -> fold.status().repeatHorizon().toSeconds());
        table.ownUse(EngineLimits.LOG_BYTES, log::sizeBytes);
        table.own(EngineLimits.COUNTS_IN_MEMORY, series::bytesInMemory, series::hoursRead);
    }

    /** What receivers extract with; the same until the next definition set is in force. */
    public MeasurePlan plan() {
        return fold.plan();
    }

    /** What counts older records of the log for measures that are new; empty most of the time. */
    public Optional<Retroactive> retroactive() {
        return fold.retroactive();
    }

    /** What apply has done since start. */
    public FoldStatus status() {
        return fold.status();
    }

    @Override
    public Vitals vitals() {
        FoldStatus folded = fold.status();
        return new Vitals(
                new Vitals.Log(
                        log.nextOffset() - log.firstOffset(),
                        log.sizeBytes(),
                        retention.bytes(),
                        retention.age(),
                        log.nextOffset() - 1 - folded.appliedOffset()),
                new Vitals.Door(door.bytesInFlight(), maxBytesInFlight, door.refused()),
                folded,
                fold.limits(),
                settings.limits().rows(),
                fold.offenders());
    }

    /**
     * Refuses early: receivers ask before they decompress and decode.
     *
     * @param bytes how large the body is
     * @throws OverloadedException if {@link #accept} would refuse it now
     */
    public void requireRoom(long bytes) throws OverloadedException {
        door.requireRoom(bytes);
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
        requireHealthy();
        return door.append(
                entry.withIndex(extract.index()), Optional.of(extract), extract.heldBytes());
    }

    /**
     * Puts a definition set in force, in log order; on return it is. A set that is in force already
     * changes nothing.
     *
     * @throws OverloadedException if too much is in flight
     * @throws IOException if it cannot be written to the log
     */
    public void putDefinitions(DefinitionSet definitions) throws IOException, OverloadedException {
        requireHealthy();
        definitionProblems = List.of();
        if (!definitions.digest().equals(fold.plan().digest())) {
            long nanos = nanos(clock.instant());
            awaitApplied(
                    door.append(DefinitionsRecord.entry(definitions, nanos), Optional.empty()));
        }
        // Whoever is told that a set is in force may ask about its cutovers at once.
        cutovers.adopt();
    }

    /** Puts limits in force, in log order: what apply keeps to must be known to a replay. */
    private void keepTo(Fold.Limits limits) throws IOException {
        if (!limits.equals(fold.limits())) {
            try {
                awaitApplied(
                        door.append(
                                OwnRecord.limits(limits, nanos(clock.instant())),
                                Optional.empty()));
            } catch (OverloadedException e) {
                throw new IOException("too much is in flight", e);
            }
        }
    }

    /** Says what is wrong with a newer set, while the last good one stays in force. */
    public void setDefinitionProblems(List<Problem> problems) {
        definitionProblems = List.copyOf(problems);
        changed();
    }

    /**
     * Waits until the record at this offset, and all before it, are in the counts.
     *
     * @throws IOException if the engine fails before
     */
    public void awaitApplied(long offset) throws IOException {
        synchronized (applied) {
            boolean interrupted = false;
            while (fold.appliedOffset() < offset && applier.isAlive()) {
                try {
                    applied.wait(TICK.toMillis());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        requireHealthy();
    }

    private void requireHealthy() throws IOException {
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("the engine has stopped: " + cause, cause);
        }
    }

    private void applyUntilClosed() {
        try {
            Instant nextTick = clock.instant();
            while (!closing || !accepted.isEmpty()) {
                List<Committed<Optional<Extract>>> batch =
                        accepted.poll(100, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    apply(batch);
                }
                Instant now = clock.instant();
                // A clock that goes back must not stop what happens every second.
                if (!now.isBefore(nextTick) || now.isBefore(nextTick.minus(TICK))) {
                    tick(now);
                    nextTick = now.plus(TICK);
                }
            }
            checkpoint();
        } catch (Throwable e) {
            // An invariant of ours is broken: what is on disk stays right, and senders are told to
            // come back.
            LOG.error("The engine stops; what is in the log will be applied after a restart", e);
            failure = e;
        }
        synchronized (applied) {
            applied.notifyAll();
        }
    }

    private void apply(List<Committed<Optional<Extract>>> batch) {
        for (Committed<Optional<Extract>> next : batch) {
            try {
                fold.apply(next.record(), next.attachment().orElse(null));
            } finally {
                next.release().run();
            }
        }
        synchronized (applied) {
            applied.notifyAll();
        }
    }

    private void tick(Instant now) {
        if (clockMoved) {
            clockMoved = false;
            alerts.listenSince(now);
        }
        if (door.failure().isPresent()) {
            probe(now);
        }
        if (fold.retroactive().isPresent()) {
            toCount.release();
        }
        alerts.evaluate(fold.plan(), now);
        cutovers.tick(now);
        if (checkpoint()) {
            toTell.release();
        }
        if (now.isAfter(nextRetention)) {
            nextRetention = now.plus(RETAIN_EVERY);
            retain(now);
            forgetIncidents(now);
        }
        changed();
    }

    /**
     * A store that cannot be written now is tried again at the next tick; nothing is lost
     * meanwhile.
     */
    private boolean checkpoint() {
        try {
            fold.checkpoint();
            if (storeFailure != null) {
                LOG.info("The store can be written again");
            }
            storeFailure = null;
            return true;
        } catch (StoreException e) {
            if (storeFailure == null) {
                LOG.error("The store cannot be written; trying again each second", e);
            }
            storeFailure = e;
            return false;
        }
    }

    /**
     * Whoever is told that we are not ready sends nothing, so we must find out by ourselves when
     * the log can be written again.
     */
    private void probe(Instant now) {
        try {
            door.append(OwnRecord.probe(nanos(now)), Optional.empty());
            LOG.info("The ingest log can be written again");
        } catch (IOException | OverloadedException e) {
            LOG.debug("The ingest log cannot be written yet", e);
        }
    }

    /** The clock was set: what it has left out was time in which nobody could be heard. */
    public void clockMoved() {
        clockMoved = true;
    }

    @Override
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        Throwable stopped = failure;
        if (stopped != null) {
            troubles.add("the engine has stopped, and needs a restart: " + stopped);
        }
        door.failure()
                .ifPresent(e -> troubles.add("nothing can be written to the ingest log: " + e));
        StoreException store = storeFailure;
        if (store != null) {
            troubles.add("counts and alerts cannot be stored: " + store.getMessage());
        }
        return troubles;
    }

    private void countRetroactivelyUntilClosed() {
        try {
            while (!closing) {
                if (toCount.tryAcquire(1, TimeUnit.SECONDS)) {
                    toCount.drainPermits();
                    fold.retroactive().ifPresent(this::countRetroactively);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void countRetroactively(Retroactive job) {
        try {
            boolean near =
                    job.isNear()
                            || job.approach(
                                    fold::appliedOffset,
                                    () ->
                                            closing
                                                    || fold.retroactive()
                                                            .filter(job::equals)
                                                            .isEmpty());
            if (near) {
                // Where it takes its place is in the log, so that a replay does it there, too.
                awaitApplied(
                        door.append(
                                OwnRecord.counted(job.definitions(), nanos(clock.instant())),
                                Optional.empty()));
            }
        } catch (IOException e) {
            if (!closing) {
                LOG.error("Older records cannot be counted yet; trying again", e);
            }
        } catch (OverloadedException e) {
            LOG.debug("Older records are counted and take their place when there is room", e);
        }
    }

    private void retain(Instant now) {
        try {
            long removed =
                    log.retain(
                            nanos(now.minus(retention.age())),
                            retention.bytes(),
                            firstNeededOffset());
            if (removed > 0) {
                LOG.info("Removed {} old records from the log", removed);
            }
        } catch (IOException e) {
            LOG.error("Old records of the log cannot be removed; trying again later", e);
        }
    }

    private void forgetIncidents(Instant now) {
        Instant before = now.minus(retention.incidents());
        try {
            List<Incident> over =
                    incidents(Instant.EPOCH, before).stream()
                            .filter(one -> one.resolvedAt().filter(before::isAfter).isPresent())
                            .toList();
            if (!over.isEmpty()) {
                store.commit(tx -> over.forEach(incident -> tx.removeIncident(incident.id())));
                LOG.info("Removed {} incidents that ended before {}", over.size(), before);
            }
        } catch (StoreException e) {
            LOG.error("Old incidents cannot be removed; trying again later", e);
        }
    }

    /** Of what is applied but not yet stored, and of what is still to be counted after the fact. */
    private long firstNeededOffset() {
        long applied = fold.status().appliedOffset();
        return fold.retroactive().map(job -> Math.min(job.offset(), applied)).orElse(applied) + 1;
    }

    private void tellUntilClosed() {
        try {
            while (!closing) {
                if (toTell.tryAcquire(1, TimeUnit.SECONDS)) {
                    toTell.drainPermits();
                    tell();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell() {
        try {
            outbox.deliverDue(clock.instant());
        } catch (StoreException e) {
            LOG.warn("Notifications cannot be read from the store; trying again", e);
        }
    }

    private void changed() {
        for (Runnable listener : listeners) {
            listener.run();
        }
    }

    /** Accepts nothing more, applies and stores what was accepted, and waits for that. */
    @Override
    public void close() {
        door.close();
        closing = true;
        toTell.release();
        toCount.release();
        join(applier);
        join(teller);
        // Who is being told just now is told again after a start, with the same key.
        tellers.shutdownNow();
        join(retroactiveCounter);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public DefinitionSet definitions() {
        return fold.plan().definitions();
    }

    @Override
    public List<Problem> definitionProblems() {
        return definitionProblems;
    }

    @Override
    public List<SloStatus> slos() {
        MeasurePlan plan = fold.plan();
        Instant at = now();
        return plan.definitions().slos().values().stream()
                .sorted(Comparator.comparing(Slo::tier).thenComparing(Slo::name))
                .map(slo -> evaluator.evaluate(plan, slo, at))
                .toList();
    }

    @Override
    public Optional<SloStatus> slo(String name) {
        MeasurePlan plan = fold.plan();
        return find(plan, name).map(slo -> evaluator.evaluate(plan, slo, now()));
    }

    @Override
    public Optional<BurnDown> burnDown(
            String slo, int objective, Instant from, Instant to, int points) {
        MeasurePlan plan = fold.plan();
        return find(plan, slo)
                .filter(found -> objective >= 0 && objective < found.objectives().size())
                .map(found -> evaluator.burnDown(plan, found, objective, from, to, points, now()));
    }

    @Override
    public Optional<List<Burns>> burnRates(
            String slo, int objective, Instant from, Instant to, int points) {
        if (points < 1 || points > MAX_BURN_POINTS) {
            throw new IllegalArgumentException(
                    "points is " + points + ", expected 1 to " + MAX_BURN_POINTS);
        }
        MeasurePlan plan = fold.plan();
        SloEvaluator then = evaluator.asOf(now());
        long seconds = Duration.between(from, to).toSeconds();
        return find(plan, slo)
                .filter(found -> objective >= 0 && objective < found.objectives().size())
                .map(
                        found ->
                                IntStream.rangeClosed(1, points)
                                        .mapToObj(i -> from.plusSeconds(seconds * i / points))
                                        .map(
                                                at ->
                                                        new Burns(
                                                                at,
                                                                then.burnRates(
                                                                        plan, found, objective,
                                                                        at)))
                                        .toList());
    }

    @Override
    public Optional<List<Values>> values(
            String slo, int objective, Instant from, Instant to, int intervals) {
        MeasurePlan plan = fold.plan();
        return find(plan, slo)
                .filter(found -> objective >= 0 && objective < found.objectives().size())
                .map(found -> plan.forObjective(found.name(), objective))
                .filter(Measure::sketched)
                .map(measure -> values(measure, from, to, intervals));
    }

    private List<Values> values(Measure measure, Instant from, Instant to, int intervals) {
        long end = Math.ceilDiv(to.getEpochSecond(), BUCKET_SECONDS) * BUCKET_SECONDS;
        long each =
                Math.max(
                        BUCKET_SECONDS,
                        Math.ceilDiv(end - from.getEpochSecond(), BUCKET_SECONDS * intervals)
                                * BUCKET_SECONDS);
        List<Values> values = new ArrayList<>();
        for (int i = intervals - 1; i >= 0; i--) {
            long ends = end - i * each;
            values.add(
                    new Values(
                            Instant.ofEpochSecond(ends),
                            series.sketch(measure.id(), ends - each, ends)));
        }
        return values;
    }

    @Override
    public Optional<Burned> burned(String slo, Duration window) {
        MeasurePlan plan = fold.plan();
        return find(plan, slo)
                .map(found -> evaluator.burned(plan, found, window, now(), fold.exemplars()));
    }

    @Override
    public Optional<TraceReader.Counted> counted(String slo, Optional<String> side) {
        MeasurePlan plan = fold.plan();
        Optional<Slo> found = find(plan, slo);
        if (found.isEmpty() || side.isEmpty()) {
            return found.map(s -> new TraceReader.Counted(plan, plan.forObjective(s.name(), 0)));
        }
        String sli = found.get().objectives().getFirst().sli();
        Side wanted = Side.valueOf(side.get().toUpperCase(Locale.ROOT));
        return plan.definitions().cutovers().values().stream()
                .sorted(Comparator.comparing(Cutover::name))
                .flatMap(
                        cutover ->
                                cutover.metrics().stream()
                                        .filter(metric -> metric.sli().equals(sli))
                                        .map(
                                                metric ->
                                                        plan.forCutover(
                                                                cutover.name(),
                                                                metric.name(),
                                                                wanted)))
                .findFirst()
                .map(measure -> new TraceReader.Counted(plan, measure));
    }

    private static Optional<Slo> find(MeasurePlan plan, String name) {
        return Optional.ofNullable(plan.definitions().slos().get(name));
    }

    @Override
    public List<JourneyStatus> journeys(Duration window) {
        MeasurePlan plan = fold.plan();
        Instant at = now();
        return plan.definitions().journeys().values().stream()
                .map(journey -> journeys.evaluate(plan, journey, window, at))
                .toList();
    }

    @Override
    public Optional<JourneyStatus> journey(String name, Duration window) {
        MeasurePlan plan = fold.plan();
        @Nullable Journey found = plan.definitions().journeys().get(name);
        return Optional.ofNullable(found)
                .map(journey -> journeys.evaluate(plan, journey, window, now()));
    }

    @Override
    public List<Alert> alerts() {
        return alerts.alerts();
    }

    @Override
    public List<Incident> incidents(Instant from, Instant to) {
        return store.incidents(from.toEpochMilli(), to.toEpochMilli()).stream()
                .map(Incident::of)
                .toList();
    }

    @Override
    public Optional<Incident> incident(String id) {
        return alerts.openIncidents().stream()
                .filter(incident -> incident.id().equals(id))
                .findFirst()
                .or(() -> store.incident(id).map(Incident::of));
    }

    @Override
    public List<Incident> openIncidents() {
        return alerts.openIncidents();
    }

    @Override
    public Optional<Incident> acknowledge(String incident, String principal) {
        Optional<Incident> acknowledged = alerts.acknowledge(incident, principal, now());
        acknowledged.ifPresent(_ -> userChanged());
        return acknowledged;
    }

    @Override
    public Incident markMissed(String slo, Interval time, String note, String principal) {
        requireSlo(slo);
        Incident missed = alerts.missed(slo, time.from(), time.to(), note, principal);
        userChanged();
        return missed;
    }

    @Override
    public List<Silence> silences() {
        return alerts.silences(now());
    }

    @Override
    public Silence silence(Optional<String> slo, Interval time, String reason, String principal) {
        slo.ifPresent(this::requireSlo);
        Silence silence = alerts.silence(slo, time.from(), time.to(), reason, principal, now());
        userChanged();
        return silence;
    }

    @Override
    public boolean endSilence(String id) {
        boolean ended = alerts.endSilence(id);
        userChanged();
        return ended;
    }

    private void requireSlo(String name) {
        if (find(fold.plan(), name).isEmpty()) {
            throw new NoSuchElementException("no SLO " + name);
        }
    }

    private void userChanged() {
        store.commit(alerts::saveUserChanges);
        changed();
    }

    @Override
    public BacktestReport backtest(
            DefinitionSet definitions,
            Optional<String> only,
            Interval range,
            List<Interval> incidents) {
        return backtest.run(MeasurePlan.compile(definitions), only, range, incidents, now());
    }

    @Override
    public Outlook outlook(DefinitionSet definitions) {
        return lints.of(MeasurePlan.compile(definitions), now());
    }

    @Override
    public Optional<GateBacktest> gateBacktest(String cutover, Interval range) {
        return cutovers.backtest(cutover, range.from(), range.to(), now());
    }

    @Override
    public List<CutoverStatus> cutovers() {
        return cutovers.statuses(now());
    }

    @Override
    public Optional<CutoverStatus> cutover(String name) {
        return cutovers().stream()
                .filter(status -> status.cutover().name().equals(name))
                .findFirst();
    }

    @Override
    public Optional<Decision> decision(String cutover, OptionalDouble share) {
        return cutovers.decision(cutover, share, now());
    }

    @Override
    public Optional<Explanation> explain(String cutover, OptionalDouble share) {
        return cutovers.explain(cutover, share, now());
    }

    @Override
    public List<Decision> decisions(String cutover, int limit) {
        return cutovers.decisions(cutover, limit);
    }

    @Override
    public Optional<String> evidence(String id) {
        return cutovers.evidence(id);
    }

    private OptionalLong provenPerMinute(String name, Instant at) {
        MeasurePlan plan = fold.plan();
        return find(plan, name)
                .flatMap(slo -> evaluator.capacity(plan, slo, at))
                .map(capacity -> OptionalLong.of(capacity.highestProvenPerMinute()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public Approval approve(String cutover, int run, Approval.Request request) {
        Approval taken = cutovers.approve(cutover, run, request, now());
        changed();
        return taken;
    }

    @Override
    public List<Approval> approvals(String cutover, int run) {
        return cutovers.approvals(cutover, run);
    }

    @Override
    public Optional<Stream<String>> evidenceFile(String cutover, OptionalInt run) {
        return EvidenceFile.of(store, cutover, run);
    }

    @Override
    public Optional<PlanReport> plan(String cutover) {
        return cutovers.plan(cutover, now());
    }

    @Override
    public Run startRun(
            String cutover, String revision, String principal, Optional<String> override) {
        Run run = cutovers.startRun(cutover, revision, principal, override, now());
        changed();
        return run;
    }

    @Override
    public Run.StepReport reportStep(String cutover, int run, int index, double share) {
        Run.StepReport step = cutovers.reportStep(cutover, run, index, share, now());
        changed();
        return step;
    }

    @Override
    public List<Baseline> baselines() {
        return baselines.all();
    }

    @Override
    public Optional<Baseline> baseline(String name) {
        return baselines.find(name);
    }

    @Override
    public Baseline recordBaseline(Baselines.Order order) {
        return baselines.record(fold.plan(), order, now());
    }

    @Override
    public Optional<BaselineComparison> compareBaselines(String name, String other) {
        return baselines.compare(name, other);
    }

    @Override
    public Optional<BaselineComparison> compareBaseline(String name, Interval time) {
        return baselines.compare(fold.plan(), name, time.from(), time.to());
    }

    @Override
    public List<MigrationStatus> migrations() {
        MeasurePlan plan = fold.plan();
        return plan.definitions().migrations().values().stream()
                .map(migration -> migrations.evaluate(plan, migration, now()))
                .toList();
    }

    @Override
    public Optional<MigrationStatus> migration(String name) {
        MeasurePlan plan = fold.plan();
        return Optional.ofNullable(plan.definitions().migrations().get(name))
                .map(migration -> migrations.evaluate(plan, migration, now()));
    }

    @Override
    public MigrationStatus.Attested attest(
            String migration, String phase, String criterion, String principal, String note) {
        Attested said = new Attested(phase, criterion, principal, now(), note);
        attestations.add(fold.plan().definitions(), migration, said);
        changed();
        return said;
    }

    @Override
    public void recordDeployment(
            String service, String version, Instant deployedAt, Optional<Instant> committedAt) {
        StoredDeployment deployment =
                new StoredDeployment(
                        service,
                        version,
                        deployedAt.toEpochMilli(),
                        committedAt.map(Instant::toEpochMilli).orElse(0L));
        try {
            door.append(OwnRecord.deployment(deployment, nanos(now())), Optional.empty());
        } catch (IOException | OverloadedException e) {
            throw new StoreException("the deployment cannot be logged", e);
        }
        // Apply writes the same row again; whoever reported it may ask for it at once.
        store.commit(tx -> tx.putDeployment(deployment));
        changed();
    }

    @Override
    public List<Deployment> deployments(Instant from, Instant to) {
        return store.deployments(from.toEpochMilli(), to.toEpochMilli()).stream()
                .map(
                        stored ->
                                new Deployment(
                                        stored.service(),
                                        stored.version(),
                                        Instant.ofEpochMilli(stored.deployedAtMillis())))
                .toList();
    }

    @Override
    public List<Results> results(Results.Windows windows) {
        return results.results(fold.plan(), windows, now());
    }

    @Override
    public Optional<RowHistory> resultsRow(
            String table,
            int row,
            Results.Windows windows,
            Optional<Results.Window> time,
            int intervals) {
        if (intervals < 1 || intervals > MAX_ROW_INTERVALS) {
            throw new IllegalArgumentException(
                    intervals + " intervals, expected 1 to " + MAX_ROW_INTERVALS);
        }
        return results.history(fold.plan(), table, row, windows, time, intervals, now());
    }

    /**
     * Up to when a measure has counts, in seconds since the epoch; empty if it has none. What is on
     * disk and not yet applied is not among them.
     */
    public OptionalLong countedUntil(String measure) {
        return endOf(series.latestBucket(measure));
    }

    /** The same for counts of history only. */
    public OptionalLong historyUntil(String measure) {
        return endOf(Backfilled.latestBucket(series, measure));
    }

    private static OptionalLong endOf(long bucket) {
        return bucket == Long.MIN_VALUE
                ? OptionalLong.empty()
                : OptionalLong.of(bucket + Resolution.TEN_SECONDS.seconds());
    }

    @Override
    public List<CountRow> counts() {
        MeasurePlan plan = fold.plan();
        List<CountRow> rows = new ArrayList<>();
        for (Slo slo : plan.definitions().slos().values()) {
            for (int i = 0; i < slo.objectives().size(); i++) {
                rows.add(row(plan.forObjective(slo.name(), i), "", "all"));
            }
        }
        for (String sli : plan.definitions().slis().keySet()) {
            plan.forSli(sli).ifPresent(measure -> rows.add(row(measure, "", "all")));
        }
        for (Cutover cutover : plan.definitions().cutovers().values()) {
            for (Cutover.Metric metric : cutover.metrics()) {
                for (Side side : List.of(Side.BASELINE, Side.CANDIDATE)) {
                    Measure measure = plan.forCutover(cutover.name(), metric.name(), side);
                    rows.add(row(measure, cutover.name(), side.name().toLowerCase(Locale.ROOT)));
                }
            }
        }
        return rows.stream().distinct().toList();
    }

    @Override
    public List<ObjectiveCount> objectiveCounts() {
        MeasurePlan plan = fold.plan();
        List<ObjectiveCount> counts = new ArrayList<>();
        for (Slo slo : plan.definitions().slos().values()) {
            for (int i = 0; i < slo.objectives().size(); i++) {
                Measure measure = plan.forObjective(slo.name(), i);
                WindowSum sum = everything(measure);
                counts.add(
                        new ObjectiveCount(
                                slo.name(),
                                i,
                                measure.id(),
                                sum.goodThousandths() / 1000,
                                sum.totalThousandths() / 1000));
            }
        }
        return counts;
    }

    private WindowSum everything(Measure measure) {
        return series.sum(measure.id(), series.earliestBucket(measure.id()), Long.MAX_VALUE);
    }

    private CountRow row(Measure measure, String cutover, String side) {
        WindowSum sum = everything(measure);
        String signal =
                switch (measure.totalSource()) {
                    case EventSource.Spans _ -> "spans";
                    case EventSource.Metrics _ -> "metrics";
                    case EventSource.Events _ -> "events";
                    case EventSource.Prometheus _ -> "prometheus";
                    case EventSource.Foreign foreign -> foreign.type().orElse("");
                };
        return new CountRow(measure.sli(), cutover, side, signal, sum.good(), sum.total());
    }

    @Override
    public Subscription onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private final class FoldHistory implements History {
        @Override
        public Optional<String> predecessor(String measure) {
            return fold.predecessor(measure);
        }

        @Override
        public long countedSince(String measure) {
            return fold.countedSince(measure);
        }

        @Override
        public OptionalDouble progress(String measure) {
            return fold.retroactive()
                    .filter(job -> job.measures().contains(measure))
                    .map(job -> OptionalDouble.of(job.progress(fold.appliedOffset())))
                    .orElse(OptionalDouble.empty());
        }
    }

    private static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
