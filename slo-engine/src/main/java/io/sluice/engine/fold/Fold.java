package io.sluice.engine.fold;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extract.Identity;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.Measure;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.series.Resolution;
import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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

    private static final Logger LOG = LoggerFactory.getLogger(Fold.class);

    private static final String META_DEFINITIONS = "definitions";
    private static final String META_IN_FORCE = "definitions.in-force-since";
    private static final String META_CLOCKS = "fold.clocks";

    /** How often old buckets are made coarser and silent streams forgotten, by the log's clock. */
    private static final long TIDY_EVERY_SECONDS = 3600;

    /** As long as the coarsest buckets are kept. */
    private static final long KEPT_SECONDS = Resolution.FIFTEEN_MINUTES.untilAge();

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final SeriesTable series;
    private final Store store;
    private final Extractor.Factory extractors;
    private final Function<List<SourceFile>, DefinitionSet> parser;
    private final Repeats repeats;
    private final Groups groups;
    private final Counters counters = new Counters();
    private final Exemplars exemplars = new Exemplars();
    private final List<CheckpointParticipant> participants = new ArrayList<>();

    /** Measure ids, and when each came in force, by the log's clock. */
    private final Map<String, Long> inForceSince = new HashMap<>();

    private volatile MeasurePlan plan;
    private Extractor extractor;
    private boolean definitionsChanged;
    private volatile long appliedOffset;
    private long storedOffset;

    /** The log's clock: the latest time at which a record was received. */
    private long clockSecond;

    private long records;
    private long repeatedRequests;
    private long repeatedItems;
    private long remade;
    private long unreadable;
    private long overflowed;
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
    }

    private Fold(
            SeriesTable series,
            Store store,
            Extractor.Factory extractors,
            Function<List<SourceFile>, DefinitionSet> parser,
            Limits limits) {
        this.series = series;
        this.store = store;
        this.extractors = extractors;
        this.parser = parser;
        this.repeats = new Repeats(limits.repeatRequests());
        this.groups = new Groups(series, limits.groupsPerMeasure(), limits.seriesInAll());
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
        Fold fold = new Fold(series, store, extractors, parser, limits);
        fold.restore(log);
        return fold;
    }

    /** Writes something of its own in every checkpoint from now on. */
    public void register(CheckpointParticipant participant) {
        participants.add(participant);
    }

    /** What is counted at present. */
    public MeasurePlan plan() {
        return plan;
    }

    /** Bad events to look at. */
    public Exemplars exemplars() {
        return exemplars;
    }

    /**
     * The newest record's offset that has been applied; later than the stored one between
     * checkpoints.
     */
    public long appliedOffset() {
        return appliedOffset;
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
        tick(Math.floorDiv(entry.receivedAtNanos(), NANOS_PER_SECOND));
        if (entry.kind().equals(LogEntry.DEFINITIONS)) {
            putInForce(DefinitionsRecord.files(entry), entry.receivedAtNanos());
        } else {
            Extract current = underPlanInForce(record, extract);
            if (current != null && isNew(current, record)) {
                count(current, record);
            }
        }
        records++;
        appliedOffset = record.offset();
    }

    /**
     * Puts everything that changed since the last checkpoint, and the offset it goes up to, on disk
     * in one transaction. If that fails nothing is lost: the next call tries again, with what has
     * been added.
     *
     * @throws StoreException if the store cannot be written now
     */
    public void checkpoint() {
        List<StoredBlock> blocks = series.drainDirty();
        boolean committed = false;
        try {
            store.commit(tx -> write(tx, blocks));
            committed = true;
        } finally {
            if (!committed) {
                series.markDirtyAgain(blocks);
                failedCheckpoints++;
                status = newStatus();
            }
        }
        storedOffset = appliedOffset;
        definitionsChanged = false;
        counters.checkpointed();
        participants.forEach(CheckpointParticipant::checkpointed);
        status = newStatus();
    }

    private void write(Store.Transaction tx, List<StoredBlock> blocks) {
        tx.putAppliedOffset(appliedOffset);
        tx.putMeta(
                META_CLOCKS,
                clockSecond
                        + " "
                        + repeats.oldestOffset(appliedOffset + 1)
                        + " "
                        + repeats.oldestNanos());
        if (definitionsChanged) {
            tx.putMeta(META_DEFINITIONS, DefinitionsRecord.toJson(plan.definitions().files()));
            StringBuilder since = new StringBuilder();
            inForceSince.forEach(
                    (measure, nanos) ->
                            since.append(measure).append(' ').append(nanos).append('\n'));
            tx.putMeta(META_IN_FORCE, since.toString());
        }
        blocks.forEach(tx::putBlock);
        tx.expireBlocks(clockSecond - KEPT_SECONDS);
        counters.checkpoint(tx);
        participants.forEach(participant -> participant.checkpoint(tx));
    }

    private void restore(IngestLog log) throws IOException {
        storedOffset = store.appliedOffset();
        appliedOffset = storedOffset;
        store.counters(counters::restore);
        store.meta(META_IN_FORCE)
                .ifPresent(
                        lines ->
                                lines.lines()
                                        .map(line -> line.split(" ", -1))
                                        .forEach(
                                                part ->
                                                        inForceSince.put(
                                                                part[0], Long.parseLong(part[1]))));
        Optional<String> clocks = store.meta(META_CLOCKS);
        if (clocks.isPresent()) {
            String[] parts = clocks.get().split(" ", -1);
            clockSecond = Long.parseLong(parts[0]);
            series.compact(clockSecond);
            restoreRepeats(log, Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }
        store.meta(META_DEFINITIONS)
                .map(DefinitionsRecord::fromJson)
                .map(parser)
                .ifPresent(this::use);
        status = newStatus();
    }

    private void restoreRepeats(IngestLog log, long fromOffset, long fromNanos) throws IOException {
        repeats.startAt(fromNanos);
        // A request's identity does not depend on what is counted, so the plan that counts nothing
        // is enough.
        log.read(
                fromOffset,
                record -> {
                    if (record.offset() > appliedOffset) {
                        return false;
                    }
                    Extract extract =
                            record.entry().kind().equals(LogEntry.DEFINITIONS)
                                    ? null
                                    : read(record);
                    if (extract != null && extract.identity() != null) {
                        repeats.admit(
                                extract.identity(),
                                record.offset(),
                                record.entry().receivedAtNanos());
                    }
                    return true;
                });
    }

    /** Tidies once an hour of the log's clock, at the same records in every replay. */
    private void tick(long second) {
        if (second <= clockSecond) {
            return;
        }
        if (second / TIDY_EVERY_SECONDS > clockSecond / TIDY_EVERY_SECONDS) {
            series.compact(second);
            counters.expire(second);
        }
        clockSecond = second;
    }

    private void putInForce(List<SourceFile> files, long nanos) {
        DefinitionSet definitions = parser.apply(files);
        if (definitions.digest().equals(plan.digest())) {
            return;
        }
        use(definitions);
        Set<String> measures = new HashSet<>();
        for (Measure measure : plan.measures()) {
            measures.add(measure.id());
            inForceSince.putIfAbsent(measure.id(), nanos);
        }
        inForceSince.keySet().retainAll(measures);
        definitionsChanged = true;
    }

    private void use(DefinitionSet definitions) {
        MeasurePlan next = MeasurePlan.compile(definitions);
        extractor = extractors.compile(next);
        plan = next;
        Set<String> names = new HashSet<>();
        names.add(SeriesKey.heartbeat("").measure());
        for (Measure measure : next.measures()) {
            names.add(measure.id());
            for (Measure.Tap tap : measure.taps()) {
                tap.source()
                        .breakdownBy()
                        .forEach(by -> names.add(SeriesKey.badBy(measure.id(), by, "").measure()));
            }
        }
        groups.retain(names);
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

    private boolean isNew(Extract extract, LogRecord record) {
        Identity identity = extract.identity();
        if (identity == null
                || repeats.admit(identity, record.offset(), record.entry().receivedAtNanos())) {
            return true;
        }
        repeatedRequests++;
        repeatedItems += extract.accepted();
        return false;
    }

    private void count(Extract extract, LogRecord record) {
        series.write(() -> countAll(extract, record));
    }

    private void countAll(Extract extract, LogRecord record) {
        LogEntry entry = record.entry();
        boolean backfill = entry.backfill();
        long now = Math.floorDiv(entry.receivedAtNanos(), NANOS_PER_SECOND);
        List<Measure> measures = plan.measures();
        for (Extract.Counted c : extract.counts()) {
            add(
                    measures.get(c.measure()).id(),
                    c.group(),
                    c.bucket(),
                    c.good(),
                    c.total(),
                    c.goodThousandths(),
                    c.totalThousandths(),
                    c.sketch(),
                    backfill,
                    now);
        }
        countObservations(extract, entry, now);
        for (Extract.BadBy b : extract.badBy()) {
            SeriesKey key =
                    SeriesKey.badBy(measures.get(b.measure()).id(), b.attribute(), b.value());
            series.add(admit(key), b.bucket(), 0, b.bad(), 0, 1000 * b.bad(), null, now);
        }
        for (Extract.Exemplar e : extract.exemplars()) {
            exemplars.add(measures.get(e.measure()).id(), e, record.offset());
        }
        for (Extract.Heartbeat h : extract.heartbeats()) {
            SeriesKey key = admit(SeriesKey.heartbeat(h.service()));
            series.add(key, h.bucket(), 1, 1, 1000, 1000, null, now);
            if (backfill) {
                series.add(Backfilled.of(key), h.bucket(), 1, 1, 1000, 1000, null, now);
            }
        }
    }

    private void countObservations(Extract extract, LogEntry entry, long now) {
        Identity target = targetOf(entry);
        if (target != null) {
            counters.heard(target, entry.receivedAtNanos(), now);
        }
        for (Extract.Observation o : extract.observations()) {
            String measure = plan.measures().get(o.measure()).id();
            Increase increase =
                    counters.observe(
                            streamOf(o.stream(), measure),
                            o,
                            target,
                            inForceSince.getOrDefault(measure, 0L),
                            now);
            if (increase != null) {
                increase.shareOut(
                        (bucket, good, total, goodThousandths, totalThousandths) ->
                                add(
                                        measure,
                                        o.group(),
                                        bucket,
                                        good,
                                        total,
                                        goodThousandths,
                                        totalThousandths,
                                        null,
                                        entry.backfill(),
                                        now));
            }
        }
    }

    private void add(
            String measure,
            String group,
            long bucket,
            long good,
            long total,
            long goodThousandths,
            long totalThousandths,
            @Nullable Sketch sketch,
            boolean backfill,
            long now) {
        SeriesKey key = admit(new SeriesKey(measure, group));
        series.add(key, bucket, good, total, goodThousandths, totalThousandths, sketch, now);
        if (backfill) {
            series.add(
                    Backfilled.of(new SeriesKey(measure, "")),
                    bucket,
                    good,
                    total,
                    goodThousandths,
                    totalThousandths,
                    null,
                    now);
        }
    }

    private SeriesKey admit(SeriesKey key) {
        String group = groups.admit(key.measure(), key.group());
        if (group.equals(key.group())) {
            return key;
        }
        overflowed++;
        return new SeriesKey(key.measure(), group);
    }

    /**
     * The same stream counts for every measure by itself: what one has seen, the other may not
     * have.
     */
    private static Identity streamOf(Identity stream, String measure) {
        Identity m = Counters.identity(measure);
        return new Identity(stream.high() ^ m.high(), stream.low() ^ m.low());
    }

    private static @Nullable Identity targetOf(LogEntry entry) {
        String target = entry.headers().get(LogEntry.TARGET);
        if (target == null) {
            return null;
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(target.getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.wrap(digest);
            return new Identity(bytes.getLong(), bytes.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private FoldStatus newStatus() {
        Counters.Counts points = counters.counts();
        return new FoldStatus(
                storedOffset,
                records,
                repeatedRequests,
                repeatedItems,
                repeats.effectiveHorizon(),
                remade,
                unreadable,
                groups.size(),
                overflowed,
                counters.size(),
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
