package io.sluice.engine.fold;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.limit.Offender;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredDeployment;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Apply: takes the ingest log's records in log order and makes counts of them. Everything it knows
 * is derived from the log, by the log's own clock ({@link LogEntry#receivedAtNanos()}), so a replay
 * comes to the same counts, bit for bit.
 *
 * <p>One thread calls {@link #apply} and {@link #checkpoint}; the questions are for any thread.
 */
public final class Fold {
    // Why nothing is lost and nothing counted twice over a crash: what apply changes (buckets,
    // counters, the definition set
    // in force) and the offset it has come to go to the store in one transaction. After a crash the
    // store says how far the
    // state is, and the log has the rest. The two memories that are not stored follow from what is:
    // repeats from the log
    // before the offset, admitted groups from the series that have counted.
    //
    // A measure that comes in force when the log has records already is counted from there on like
    // the others, and by Retroactive over all that the log has; when that has come here, its counts
    // replace ours. Until then the measure is pending, which is stored: after a restart a
    // Retroactive begins anew.

    private static final Logger LOG = LoggerFactory.getLogger(Fold.class);

    private static final String META_DEFINITIONS = "definitions";
    private static final String META_IN_FORCE = "definitions.in-force-since";
    private static final String META_PENDING = "definitions.pending";
    private static final String META_SLICES = "definitions.slices";
    private static final String META_PREDECESSORS = "definitions.predecessors";
    private static final String META_CLOCKS = "fold.clocks";
    private static final String META_LIMITS = "fold.limits";

    /** How far back a repeat is known. */
    public static final Duration REPEAT_HORIZON = Repeats.HORIZON;

    /** How long a silent cumulative stream is remembered. */
    public static final Duration STREAM_MEMORY = Counters.MEMORY;

    /** As long as the coarsest buckets are kept. */
    private static final long KEPT_SECONDS = Resolution.FIFTEEN_MINUTES.untilAge();

    private static final long HOUR_SECONDS = 3_600;

    /** So far ahead of the log's clock an event may be at most. */
    private static final long MAX_AHEAD_SECONDS = 600;

    static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Store store;
    private final IngestLog log;
    private final Extractor.Factory extractors;
    private final Function<List<SourceFile>, DefinitionSet> parser;
    private final Limits firstLimits;
    private final Ledger ledger;

    /** In force at the offset that is applied. */
    private volatile Limits limits;

    private final List<CheckpointParticipant> participants = new ArrayList<>();

    /** Measure ids, and when each came in force, by the log's clock. */
    private volatile Map<String, Long> inForceSince = Map.of();

    /** Measure ids, and what counted the same events by another threshold before. */
    private volatile Map<String, String> predecessors = Map.of();

    /**
     * The ids of measures whose older records are still to be counted, and what is known of them.
     */
    private final Map<String, Before> pending = new TreeMap<>();

    private volatile @Nullable Retroactive retroactive;

    /** The names of series of slices that are counted. */
    private Set<String> slices = Set.of();

    /** Series whose stored blocks from an hour on are to be removed with the next checkpoint. */
    private final Map<String, Long> replaced = new TreeMap<>();

    /** Reported since the last checkpoint. */
    private final List<StoredDeployment> deployments = new ArrayList<>();

    private volatile MeasurePlan plan;
    private Extractor extractor;
    private boolean definitionsChanged;
    private boolean limitsChanged;
    private volatile long appliedOffset;
    private long storedOffset;
    private long records;
    private long remade;
    private long unreadable;
    private long failedCheckpoints;
    private volatile FoldStatus status;

    /**
     * How much is remembered.
     *
     * @param repeatRequests how many requests, to recognise repeats
     * @param groupsPerMeasure what comes after shares a series
     * @param seriesInAll over all measures
     */
    public record Limits(int repeatRequests, int groupsPerMeasure, int seriesInAll) {
        /** 2 M requests, 2,000 groups a measure, 100,000 series. */
        public static final Limits DEFAULT =
                new Limits(Repeats.CAPACITY, Groups.GROUPS_PER_MEASURE, Groups.SERIES_IN_ALL);

        private static final String BETWEEN = " ";

        private String text() {
            return repeatRequests + BETWEEN + groupsPerMeasure + BETWEEN + seriesInAll;
        }

        private static Limits of(String text) {
            String[] parts = text.split(BETWEEN, -1);
            return new Limits(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]));
        }
    }

    /** What was counted of a measure before it came in force the last time. */
    private enum Before {
        NOTHING,
        SOMETHING
    }

    private Fold(
            SeriesTable series,
            Store store,
            IngestLog log,
            Extractor.Factory extractors,
            Function<List<SourceFile>, DefinitionSet> parser,
            Limits limits) {
        this.store = store;
        this.log = log;
        this.extractors = extractors;
        this.parser = parser;
        this.firstLimits = limits;
        this.limits = limits;
        this.ledger = new Ledger(series, limits, measure -> inForceSince.getOrDefault(measure, 0L));
        this.plan = MeasurePlan.NOTHING;
        this.extractor = extractors.compile(plan);
        this.status = newStatus();
    }

    /**
     * A fold that goes on where the store's last checkpoint was. The caller then applies the log's
     * records from {@link #appliedOffset()} + 1 on.
     *
     * @param series what the store's blocks hold, already loaded
     * @param parser reads files that were valid when they came in force
     * @param limits that hold from the log's start until a record says otherwise
     * @throws IOException if the log cannot be read
     */
    public static Fold resume(
            SeriesTable series,
            Store store,
            IngestLog log,
            Extractor.Factory extractors,
            Function<List<SourceFile>, DefinitionSet> parser,
            Limits limits)
            throws IOException {
        return resume(
                series, store, log, extractors, parser, limits, () -> storedPlan(store, parser));
    }

    /**
     * The same, where somebody else has read what is in force.
     *
     * @param inForce gives the store's {@link #storedPlan}
     */
    public static Fold resume(
            SeriesTable series,
            Store store,
            IngestLog log,
            Extractor.Factory extractors,
            Function<List<SourceFile>, DefinitionSet> parser,
            Limits limits,
            Supplier<Optional<MeasurePlan>> inForce)
            throws IOException {
        Fold fold = new Fold(series, store, log, extractors, parser, limits);
        fold.restore(inForce);
        return fold;
    }

    /**
     * What a store has in force; empty if it is new. For ten thousand SLOs that takes a second, in
     * which a start can do something else.
     */
    public static Optional<MeasurePlan> storedPlan(
            Store store, Function<List<SourceFile>, DefinitionSet> parser) {
        return store.meta(META_DEFINITIONS)
                .map(DefinitionsRecord::fromJson)
                .map(parser)
                .map(MeasurePlan::compile);
    }

    /** Writes something of its own in every checkpoint from now on. */
    public void register(CheckpointParticipant participant) {
        participants.add(participant);
    }

    /** Which limits hold at present. */
    public Limits limits() {
        return limits;
    }

    /** What is counted at present. */
    public MeasurePlan plan() {
        return plan;
    }

    /** Bad events to look at. */
    public Exemplars exemplars() {
        return ledger.exemplars();
    }

    /**
     * Since when a measure's events are counted, in seconds of the log's clock; what was counted
     * before may be incomplete. {@link Long#MAX_VALUE} if it is not in force.
     */
    public long countedSince(String measure) {
        Long nanos = inForceSince.get(measure);
        return nanos == null ? Long.MAX_VALUE : Math.floorDiv(nanos, NANOS_PER_SECOND);
    }

    /**
     * The measure that counted the same events by another threshold until this one came in force;
     * its series may still hold what is older than this one's.
     */
    public Optional<String> predecessor(String measure) {
        return Optional.ofNullable(predecessors.get(measure));
    }

    /**
     * The newest record's offset that has been applied; later than the stored one between
     * checkpoints.
     */
    public long appliedOffset() {
        return appliedOffset;
    }

    /** Which SLIs have most new groups, and most that found no place, since start. */
    public List<Offender> offenders() {
        return ledger.offenders();
    }

    /** As of the last checkpoint. */
    public FoldStatus status() {
        return status;
    }

    /**
     * Applies the next record.
     *
     * @param extract what the record contributes, if that is known; made (again) here if it is not,
     *     or if another set was in force when it was made
     * @throws IllegalArgumentException if the record is not after the last one
     */
    public void apply(LogRecord record, @Nullable Extract extract) {
        if (record.offset() <= appliedOffset) {
            throw new IllegalArgumentException(
                    "record " + record.offset() + " comes after " + appliedOffset);
        }
        LogEntry entry = record.entry();
        ledger.tick(entry);
        switch (entry.kind()) {
            case LogEntry.DEFINITIONS -> putInForce(record);
            case LogEntry.LIMITS -> {
                use(OwnRecord.limits(entry));
                limitsChanged = true;
            }
            case LogEntry.COUNTED -> finish(OwnRecord.planDigest(entry));
            case LogEntry.DEPLOYMENT -> deployments.add(OwnRecord.deployment(entry));
            case LogEntry.PROBE -> {}
            default -> {
                Extract current = underPlanInForce(record, extract);
                if (current != null) {
                    ledger.take(current, record);
                }
            }
        }
        records++;
        appliedOffset = record.offset();
    }

    /** Whether a series is counted at present: its counts follow from the log. */
    public boolean isInForce(SeriesKey series) {
        return ledger.counts(series.measure());
    }

    /** What counts older records for measures that came in force late; empty if there are none. */
    public Optional<Retroactive> retroactive() {
        return Optional.ofNullable(retroactive);
    }

    private void use(Limits next) {
        limits = next;
        ledger.use(next);
    }

    /**
     * Takes over what was counted after the fact, if it is still wanted: another definition set may
     * have come in force meanwhile. That a record says where makes a replay do it at the same
     * place, and so admit the same groups.
     */
    private void finish(String definitions) {
        Retroactive done = retroactive;
        if (done == null || !done.definitions().equals(definitions)) {
            return;
        }
        try {
            finish(done);
        } catch (IOException e) {
            throw new UncheckedIOException("older records of the log cannot be read", e);
        }
    }

    /**
     * Counts what is left of a job, and puts its counts in the place of what apply has counted of
     * the same measures.
     *
     * @throws IOException if the log cannot be read
     */
    void finish(Retroactive done) throws IOException {
        if (done != retroactive) {
            return;
        }
        done.complete(appliedOffset);
        // All that ends in these hours was received since the log's start, clocks that go ahead
        // included. What is older may also have been counted before the log's start.
        long whole =
                Math.floorDiv(done.sinceNanos(), NANOS_PER_SECOND)
                        + MAX_AHEAD_SECONDS
                        + HOUR_SECONDS;
        Map<String, Long> since = new HashMap<>(inForceSince);
        for (Before before : Before.values()) {
            Set<String> measures = new TreeSet<>(pending.keySet());
            measures.removeIf(measure -> pending.get(measure) != before);
            boolean keepsOlder = before == Before.SOMETHING && done.firstOffset() > 1;
            long fromHour =
                    keepsOlder ? whole - Math.floorMod(whole, HOUR_SECONDS) : Long.MIN_VALUE;
            for (String name : ledger.adopt(done.ledger(), measures, fromHour)) {
                replaced.merge(name, fromHour, Math::min);
            }
            measures.forEach(measure -> since.put(measure, done.sinceNanos()));
        }
        ledger.adoptState(done.ledger());
        inForceSince = Map.copyOf(since);
        pending.clear();
        retroactive = null;
        definitionsChanged = true;
        LOG.info(
                "Counted {} measures over the log from offset {} to {}",
                done.measures().size(),
                done.firstOffset(),
                appliedOffset);
    }

    /**
     * Puts everything that changed since the last checkpoint, and the offset it goes up to, on disk
     * in one transaction. If that fails nothing is lost: the next call tries again, with what has
     * been added.
     *
     * @throws StoreException if the store cannot be written now
     */
    public void checkpoint() {
        List<StoredBlock> blocks = ledger.series().drainDirty();
        boolean committed = false;
        try {
            store.commit(tx -> write(tx, blocks));
            committed = true;
        } finally {
            if (!committed) {
                ledger.series().markDirtyAgain(blocks);
                failedCheckpoints++;
                status = newStatus();
            }
        }
        ledger.series().stored();
        storedOffset = appliedOffset;
        definitionsChanged = false;
        limitsChanged = false;
        replaced.clear();
        deployments.clear();
        ledger.counters().checkpointed();
        participants.forEach(CheckpointParticipant::checkpointed);
        status = newStatus();
    }

    private void write(Store.Transaction tx, List<StoredBlock> blocks) {
        tx.putAppliedOffset(appliedOffset);
        tx.putMeta(
                META_CLOCKS,
                ledger.clockSecond()
                        + " "
                        + ledger.repeats().oldestOffset(appliedOffset + 1)
                        + " "
                        + ledger.repeats().oldestNanos());
        if (definitionsChanged) {
            tx.putMeta(META_DEFINITIONS, DefinitionsRecord.toJson(plan.definitions().files()));
            tx.putMeta(META_IN_FORCE, lines(inForceSince));
            tx.putMeta(META_PENDING, lines(pending));
            tx.putMeta(META_SLICES, String.join("\n", slices));
            tx.putMeta(META_PREDECESSORS, lines(predecessors));
        }
        if (limitsChanged) {
            tx.putMeta(META_LIMITS, limits.text());
        }
        deployments.forEach(tx::putDeployment);
        replaced.forEach(tx::removeBlocks);
        blocks.forEach(tx::putBlock);
        // Tables forget by whole hours, and may read from the store what they have not forgotten.
        tx.expireBlocks(ledger.clockSecond() - KEPT_SECONDS - HOUR_SECONDS);
        ledger.counters().checkpoint(tx);
        participants.forEach(participant -> participant.checkpoint(tx));
    }

    private static String lines(Map<String, ?> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                .collect(Collectors.joining());
    }

    private static void forEachLine(String lines, BiConsumer<String, String> consumer) {
        lines.lines()
                .map(line -> line.split(" ", -1))
                .forEach(parts -> consumer.accept(parts[0], parts[1]));
    }

    private void restore(Supplier<Optional<MeasurePlan>> inForce) throws IOException {
        storedOffset = store.appliedOffset();
        appliedOffset = storedOffset;
        store.counters(ledger.counters()::restore);
        Map<String, Long> since = new HashMap<>();
        store.meta(META_IN_FORCE)
                .ifPresent(
                        lines ->
                                forEachLine(
                                        lines,
                                        (measure, nanos) ->
                                                since.put(measure, Long.parseLong(nanos))));
        inForceSince = Map.copyOf(since);
        Map<String, String> older = new HashMap<>();
        store.meta(META_PREDECESSORS).ifPresent(lines -> forEachLine(lines, older::put));
        predecessors = Map.copyOf(older);
        store.meta(META_PENDING)
                .ifPresent(
                        lines ->
                                forEachLine(
                                        lines,
                                        (measure, before) ->
                                                pending.put(measure, Before.valueOf(before))));
        store.meta(META_LIMITS).map(Limits::of).ifPresent(this::use);
        Optional<String> clocks = store.meta(META_CLOCKS);
        if (clocks.isPresent()) {
            String[] parts = clocks.get().split(" ", -1);
            ledger.startAt(Long.parseLong(parts[0]));
            restoreRepeats(Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }
        store.meta(META_SLICES).ifPresent(names -> slices = Set.of(names.split("\n", -1)));
        inForce.get().ifPresent(this::goOnWith);
        status = newStatus();
    }

    /**
     * Goes on with what is in force. What an earlier version did not count of the same definitions
     * is counted from now on, and over what the log has of it.
     */
    private void goOnWith(MeasurePlan stored) {
        Map<String, Long> since = new HashMap<>(inForceSince);
        begin(stored, ledger.clockSecond() * NANOS_PER_SECOND, appliedOffset + 1, since);
        definitionsChanged |= since.size() > inForceSince.size();
        inForceSince = Map.copyOf(since);
        use(stored);
    }

    /**
     * Has measures that are new in a set counted from a time and record on; if the log has older
     * records, what those contribute is to be counted after the fact.
     *
     * @param since when each measure is counted; new ones are put there
     */
    private void begin(MeasurePlan set, long nanos, long offset, Map<String, Long> since) {
        boolean olderRecords = log.firstOffset() < offset;
        for (String measure : set.ids()) {
            if (since.putIfAbsent(measure, nanos) == null && olderRecords) {
                pending.put(measure, before(measure));
            }
        }
    }

    /**
     * Lets a fold of a log whose beginning is gone begin with what another store counts at its end:
     * what is in force counts the whole log, whenever it came in force.
     */
    static void beginWith(
            Store other,
            Store fresh,
            long nanos,
            Function<List<SourceFile>, DefinitionSet> parser) {
        other.meta(META_DEFINITIONS)
                .ifPresent(
                        definitions -> {
                            DefinitionSet set =
                                    parser.apply(DefinitionsRecord.fromJson(definitions));
                            Map<String, Long> since = new HashMap<>();
                            MeasurePlan.compile(set).ids().forEach(id -> since.put(id, nanos));
                            fresh.commit(
                                    tx -> {
                                        tx.putMeta(META_DEFINITIONS, definitions);
                                        tx.putMeta(META_IN_FORCE, lines(since));
                                        other.meta(META_SLICES)
                                                .ifPresent(names -> tx.putMeta(META_SLICES, names));
                                    });
                        });
        other.meta(META_LIMITS)
                .ifPresent(limits -> fresh.commit(tx -> tx.putMeta(META_LIMITS, limits)));
    }

    /** The ids of measures whose older records a store still has to count. */
    static List<String> pending(Store store) {
        List<String> measures = new ArrayList<>();
        store.meta(META_PENDING)
                .ifPresent(lines -> forEachLine(lines, (measure, before) -> measures.add(measure)));
        return measures;
    }

    private void restoreRepeats(long fromOffset, long fromNanos) throws IOException {
        Repeats repeats = ledger.repeats();
        repeats.startAt(fromNanos);
        // A request's identity does not depend on what is counted, so the plan that counts nothing
        // is enough.
        log.read(
                fromOffset,
                record -> {
                    if (record.offset() > appliedOffset) {
                        return false;
                    }
                    Extract extract = OwnRecord.isRequest(record.entry()) ? read(record) : null;
                    if (extract != null && extract.identity() != null) {
                        repeats.admit(
                                extract.identity(),
                                record.offset(),
                                record.entry().receivedAtNanos());
                    }
                    return true;
                });
    }

    private void putInForce(LogRecord record) {
        DefinitionSet definitions = parser.apply(DefinitionsRecord.files(record.entry()));
        if (definitions.digest().equals(plan.digest())) {
            return;
        }
        MeasurePlan next = MeasurePlan.compile(definitions);
        Map<String, Long> since = new HashMap<>(inForceSince);
        since.keySet().retainAll(next.ids());
        begin(next, record.entry().receivedAtNanos(), record.offset(), since);
        pending.keySet().retainAll(next.ids());
        predecessors = predecessors(next);
        inForceSince = Map.copyOf(since);
        use(next);
        definitionsChanged = true;
    }

    /**
     * Of what stays as before; of what is new, the one that it differs from in its threshold only.
     */
    private Map<String, String> predecessors(MeasurePlan next) {
        Map<String, String> older = new HashMap<>();
        Set<String> counted = plan.ids();
        for (Measure measure : next.measures()) {
            String known =
                    counted.contains(measure.id())
                            ? predecessors.get(measure.id())
                            : plan.measures().stream()
                                    .filter(measure::judgesTheSame)
                                    .map(Measure::id)
                                    .findFirst()
                                    .orElse(null);
            if (known != null) {
                older.put(measure.id(), known);
            }
        }
        return Map.copyOf(older);
    }

    private Before before(String measure) {
        return ledger.series().groups(measure).isEmpty() ? Before.NOTHING : Before.SOMETHING;
    }

    private void use(MeasurePlan next) {
        extractor = extractors.compile(next);
        ledger.use(next);
        Set<String> counted = ledger.seedSlices(slices);
        definitionsChanged |= !counted.equals(slices);
        slices = counted;
        plan = next;
        retroactive =
                pending.isEmpty()
                        ? null
                        : new Retroactive(
                                log,
                                next.only(pending.keySet()),
                                next.digest(),
                                extractors,
                                log.firstOffset() == 1 ? firstLimits : limits);
    }

    private @Nullable Extract underPlanInForce(LogRecord record, @Nullable Extract extract) {
        if (extract != null && extract.planDigest().equals(plan.digest())) {
            return extract;
        }
        remade++;
        return read(record);
    }

    private @Nullable Extract read(LogRecord record) {
        try {
            return extractor.extract(record.entry());
        } catch (MalformedRequestException | RuntimeException e) {
            // It could be read when it was accepted. One such record must not stop all the others.
            unreadable++;
            LOG.error(
                    "The log's record {} cannot be read any more and is not counted",
                    record.offset(),
                    e);
            return null;
        }
    }

    private FoldStatus newStatus() {
        Counters.Counts points = ledger.counters().counts();
        return new FoldStatus(
                storedOffset,
                records,
                ledger.repeatedRequests(),
                ledger.repeatedItems(),
                ledger.repeatHorizon(),
                remade,
                unreadable,
                ledger.seriesInForce(),
                ledger.repeats().size(),
                ledger.overflowed(),
                ledger.overflowedGroups(),
                ledger.counters().size(),
                points.counted(),
                points.baselines(),
                points.resets(),
                points.suspectResets(),
                points.outOfOrder(),
                points.staleMarks(),
                points.spread(),
                failedCheckpoints);
    }
}
