package io.sluice.engine.store.sqlite;

import static io.sluice.engine.store.sqlite.tables.Tables.ALERT;
import static io.sluice.engine.store.sqlite.tables.Tables.COUNTER;
import static io.sluice.engine.store.sqlite.tables.Tables.DECISION;
import static io.sluice.engine.store.sqlite.tables.Tables.DEPLOYMENT;
import static io.sluice.engine.store.sqlite.tables.Tables.INCIDENT;
import static io.sluice.engine.store.sqlite.tables.Tables.META;
import static io.sluice.engine.store.sqlite.tables.Tables.NOTIFICATION;
import static io.sluice.engine.store.sqlite.tables.Tables.PLACED_BLOCK;
import static io.sluice.engine.store.sqlite.tables.Tables.PROGRESS;
import static io.sluice.engine.store.sqlite.tables.Tables.RUN;
import static io.sluice.engine.store.sqlite.tables.Tables.SERIES;
import static io.sluice.engine.store.sqlite.tables.Tables.STEP;
import static io.sluice.engine.store.sqlite.tables.Tables.STRATUM;

import static org.jooq.impl.DSL.min;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.Sketch;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.sqlite.SqliteFile;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredAlert;
import io.sluice.engine.store.StoredCounter;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredDeployment;
import io.sluice.engine.store.StoredIncident;
import io.sluice.engine.store.StoredNotification;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;
import io.sluice.engine.store.StoredStratum;
import io.sluice.engine.store.sqlite.tables.tables.records.CounterRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.DecisionRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.IncidentRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.MetaRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.ProgressRecord;

import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.RecordMapper;
import org.jooq.ResultQuery;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jooq.UniqueKey;
import org.jooq.conf.ParamType;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The store in one SQLite file. Each question is one query. Thread-safe. */
public final class SqliteStore implements Store {
    /**
     * Most blocks have some hundred bytes, and of the few that are longer the last page is half
     * empty.
     */
    private static final int PAGE_SIZE = 4096;

    private static final int CHECKPOINT_PAGES = 8192;

    private static final Settings SETTINGS =
            new Settings()
                    .withRenderSchema(false)
                    .withExecuteLogging(false)
                    .withCacheRecordMappers(true);

    /** Asked so often that it is made only once. */
    private static final String ONE_BLOCK =
            DSL.using(SQLDialect.SQLITE, SETTINGS)
                    .select(PLACED_BLOCK.COUNTS, PLACED_BLOCK.SKETCHES, PLACED_BLOCK.CHECKSUM)
                    .from(SERIES)
                    .join(PLACED_BLOCK)
                    .on(
                            PLACED_BLOCK.PLACE.in(
                                    Collections.nCopies(
                                            StoredBlock.COARSEST + 1, SERIES.ID.plus(0L))))
                    .where(SERIES.MEASURE.eq(""), SERIES.GROUP_NAME.eq(""))
                    .getSQL(ParamType.INDEXED);

    /** Tables of some thousand rows at most. */
    private static final List<Table<?>> SMALL =
            List.of(META, PROGRESS, ALERT, INCIDENT, NOTIFICATION, RUN, STEP, DEPLOYMENT);

    private final SqliteFile file;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final Connection writer;
    private final Map<SeriesKey, Long> seriesIds = new HashMap<>();

    /** Connections that nobody reads from just now. */
    private final ConcurrentLinkedDeque<Connection> readers = new ConcurrentLinkedDeque<>();

    private volatile boolean closed;

    private SqliteStore(SqliteFile file, Connection writer) {
        this.file = file;
        this.writer = writer;
    }

    /**
     * Opens the store, creates it if it does not exist, and brings it to this version's schema.
     *
     * @throws StoreException if the file cannot be opened, or a newer Sluice wrote it
     */
    public static SqliteStore open(Path path) {
        SqliteFile file = new SqliteFile(path);
        try {
            Connection writer = file.openForWriting(PAGE_SIZE, CHECKPOINT_PAGES);
            try {
                Migrations.apply(jooq(writer));
                requireIntactRows(path, jooq(writer));
                return new SqliteStore(file, writer);
            } catch (RuntimeException e) {
                writer.close();
                throw e;
            }
        } catch (SQLException | DataAccessException e) {
            throw SqliteFile.isDamage(e)
                    ? damaged(path, String.valueOf(e.getMessage()), e)
                    : new StoreException(
                            "cannot open the store " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Looks at what is small and may be read only days later: that of a damaged store is told when
     * it starts. A start reads blocks and counters anyhow, and strata and decisions, which may be
     * many, are looked at when they are read.
     */
    private static void requireIntactRows(Path path, DSLContext db) {
        for (Table<?> table : SMALL) {
            try (Cursor<?> rows = db.selectFrom(table).fetchSize(1000).fetchLazy()) {
                rows.forEach(row -> requireIntact(path, (TableRecord<?>) row));
            }
        }
    }

    @Override
    public void commit(Consumer<Transaction> work) {
        writing.lock();
        try {
            requireOpen();
            Map<SeriesKey, Long> newSeriesIds = new HashMap<>();
            jooq(writer)
                    .transaction(
                            configuration -> {
                                try (SqliteTransaction transaction =
                                        new SqliteTransaction(
                                                configuration.dsl(),
                                                writer,
                                                seriesIds,
                                                newSeriesIds)) {
                                    work.accept(transaction);
                                }
                            });
            seriesIds.putAll(newSeriesIds);
        } catch (DataAccessException e) {
            throw failed("cannot write to the store", e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public long appliedOffset() {
        return read(
                db ->
                        db.selectFrom(PROGRESS)
                                .where(PROGRESS.NAME.eq(SqliteTransaction.APPLIED_OFFSET))
                                .fetchOptional(intact(ProgressRecord::getPosition))
                                .orElse(0L));
    }

    @Override
    public Optional<String> meta(String name) {
        return read(
                db ->
                        db.selectFrom(META)
                                .where(META.NAME.eq(name))
                                .fetchOptional(intact(MetaRecord::getValue)));
    }

    @Override
    public Optional<StoredBlock> block(SeriesKey series, long hour) {
        return read(
                db ->
                        db.connectionResult(
                                connection -> {
                                    try (PreparedStatement select =
                                            connection.prepareStatement(ONE_BLOCK)) {
                                        int next = 1;
                                        for (int i = 0; i <= StoredBlock.COARSEST; i++) {
                                            select.setLong(next++, BlockPlace.of(i, hour, 0));
                                        }
                                        select.setString(next++, series.measure());
                                        select.setString(next, series.group());
                                        try (ResultSet row = select.executeQuery()) {
                                            return row.next()
                                                    ? Optional.of(
                                                            intact(
                                                                    new StoredBlock(
                                                                            series,
                                                                            hour,
                                                                            row.getBytes(1),
                                                                            row.getBytes(2)),
                                                                    row.getInt(3)))
                                                    : Optional.empty();
                                        }
                                    }
                                }));
    }

    @Override
    public void blocks(long fromHour, long toHour, Consumer<StoredBlock> consumer) {
        // There are more of these than of all else together, and a start waits for them: one key
        // for all blocks of a series, and no record object for each. In one transaction, so that
        // what has no series is damaged, and not newer than the series that were read.
        read(
                db ->
                        db.transactionResult(
                                transaction -> {
                                    blocks(transaction.dsl(), fromHour, toHour, consumer);
                                    return true;
                                }));
    }

    private void blocks(DSLContext db, long fromHour, long toHour, Consumer<StoredBlock> consumer) {
        Map<Long, SeriesKey> keys = new HashMap<>();
        db.selectFrom(SERIES)
                .forEach(
                        row ->
                                keys.put(
                                        row.getId(),
                                        new SeriesKey(row.getMeasure(), row.getGroupName())));
        BlockPlace.forEachRange(fromHour, toHour, range -> blocks(db, keys, range, consumer));
    }

    private void blocks(
            DSLContext db,
            Map<Long, SeriesKey> keys,
            Condition where,
            Consumer<StoredBlock> consumer) {
        try (ResultSet rows =
                db.select(
                                PLACED_BLOCK.PLACE,
                                PLACED_BLOCK.COUNTS,
                                PLACED_BLOCK.SKETCHES,
                                PLACED_BLOCK.CHECKSUM)
                        .from(PLACED_BLOCK)
                        .where(where)
                        .fetchSize(1000)
                        .fetchResultSet()) {
            while (rows.next()) {
                long place = rows.getLong(1);
                @Nullable SeriesKey key = keys.get(BlockPlace.series(place));
                if (key == null) {
                    throw damaged("a block is of a series that has no name", null);
                }
                if (!BlockPlace.isOne(place)) {
                    throw damaged("a block of %s lies where none can".formatted(key), null);
                }
                StoredBlock block =
                        new StoredBlock(
                                key, BlockPlace.hour(place), rows.getBytes(2), rows.getBytes(3));
                consumer.accept(intact(block, rows.getInt(4)));
            }
        } catch (SQLException e) {
            throw new DataAccessException("cannot read blocks", e);
        }
    }

    /**
     * The block.
     *
     * @param checksum that was stored with it
     */
    private StoredBlock intact(StoredBlock block, int checksum) {
        if (checksum != BlockChecksum.NONE && checksum != BlockChecksum.of(block)) {
            throw damaged(
                    "hour %s of %s is not what was stored"
                            .formatted(Instant.ofEpochSecond(block.hour()), block.series()),
                    null);
        }
        return block;
    }

    /** Takes a row only if it is what was stored. */
    private <R extends TableRecord<R>, T> RecordMapper<R, T> intact(RecordMapper<R, T> form) {
        return row -> {
            requireIntact(file.path(), row);
            return form.map(row);
        };
    }

    private static void requireIntact(Path path, TableRecord<?> row) {
        if (!RowChecksum.isIntact(row)) {
            throw damaged(
                    path,
                    "a row of the table %s is not what was stored, that of %s"
                            .formatted(row.getTable().getName(), keyOf(row)),
                    null);
        }
    }

    /** What names the row, as far as that is what it was. */
    private static String keyOf(TableRecord<?> row) {
        UniqueKey<?> key = row.getTable().getPrimaryKey();
        return key == null
                ? "no name"
                : key.getFields().stream()
                        .map(field -> String.valueOf(row.get(field)))
                        .collect(Collectors.joining(", "));
    }

    private StoreException damaged(String what, @Nullable Throwable cause) {
        return damaged(file.path(), what, cause);
    }

    private static StoreException damaged(Path path, String what, @Nullable Throwable cause) {
        return new StoreException(
                ("the store %s is damaged: %s; restore the newest backup, or put the file and those"
                                + " beside it (-wal, -shm) aside and start: what the ingest log still"
                                + " has is counted again, what is older and all cutover runs and"
                                + " alerts are lost")
                        .formatted(path, what),
                cause);
    }

    @Override
    public void counters(Consumer<StoredCounter> consumer) {
        RecordMapper<CounterRecord, StoredCounter> form = intact(SqliteStore::counter);
        forEach(db -> db.selectFrom(COUNTER), form, consumer);
    }

    private static StoredCounter counter(CounterRecord row) {
        return new StoredCounter(row.getStream(), row.getState(), row.getSeenAtEpochSecond());
    }

    @Override
    public List<StoredAlert> alerts() {
        return read(
                db ->
                        db.selectFrom(ALERT)
                                .orderBy(ALERT.ALERT_KEY)
                                .fetch(
                                        intact(
                                                row ->
                                                        new StoredAlert(
                                                                row.getAlertKey(),
                                                                row.getJson()))));
    }

    @Override
    public List<StoredIncident> incidents(long fromMillis, long toMillis) {
        return read(
                db ->
                        db.selectFrom(INCIDENT)
                                .where(
                                        INCIDENT.BEGAN_AT_MILLIS.ge(fromMillis),
                                        INCIDENT.BEGAN_AT_MILLIS.lt(toMillis))
                                .orderBy(INCIDENT.BEGAN_AT_MILLIS, INCIDENT.ID)
                                .fetch(intact(SqliteStore::incident)));
    }

    @Override
    public Optional<StoredIncident> incident(String id) {
        return read(
                db ->
                        db.selectFrom(INCIDENT)
                                .where(INCIDENT.ID.eq(id))
                                .fetchOptional(intact(SqliteStore::incident)));
    }

    private static StoredIncident incident(IncidentRecord row) {
        return new StoredIncident(row.getId(), row.getBeganAtMillis(), row.getJson());
    }

    @Override
    public List<StoredNotification> dueNotifications(long atMillis, int limit) {
        return read(
                db ->
                        db.selectFrom(NOTIFICATION)
                                .where(NOTIFICATION.NEXT_ATTEMPT_AT_MILLIS.le(atMillis))
                                .orderBy(NOTIFICATION.NEXT_ATTEMPT_AT_MILLIS, NOTIFICATION.ID)
                                .limit(limit)
                                .fetch(
                                        intact(
                                                row ->
                                                        new StoredNotification(
                                                                row.getId(),
                                                                row.getTarget(),
                                                                row.getIdempotencyKey(),
                                                                row.getBody(),
                                                                row.getAttempts(),
                                                                row.getNextAttemptAtMillis()))));
    }

    @Override
    public OptionalLong nextNotificationAtMillis() {
        return read(
                db ->
                        db.select(min(NOTIFICATION.NEXT_ATTEMPT_AT_MILLIS))
                                .from(NOTIFICATION)
                                .fetchOptional(0, Long.class)
                                .map(OptionalLong::of)
                                .orElse(OptionalLong.empty()));
    }

    @Override
    public List<StoredRun> runs(String cutover) {
        return read(
                db ->
                        db.selectFrom(RUN)
                                .where(RUN.CUTOVER.eq(cutover))
                                .orderBy(RUN.RUN_)
                                .fetch(
                                        intact(
                                                row ->
                                                        new StoredRun(
                                                                row.getCutover(),
                                                                row.getRun(),
                                                                row.getRevision(),
                                                                row.getPrincipal(),
                                                                row.getStartedAtMillis(),
                                                                row.getEndedAtMillis(),
                                                                row.getDefinitionDigest()))));
    }

    @Override
    public List<StoredStep> steps(String cutover, int run) {
        return read(
                db ->
                        db.selectFrom(STEP)
                                .where(STEP.CUTOVER.eq(cutover), STEP.RUN.eq(run))
                                .orderBy(STEP.STARTED_AT_MILLIS, STEP.STEP_)
                                .fetch(
                                        intact(
                                                row ->
                                                        new StoredStep(
                                                                row.getCutover(),
                                                                row.getRun(),
                                                                row.getStep(),
                                                                row.getShare(),
                                                                row.getStartedAtMillis()))));
    }

    @Override
    public List<StoredStratum> strata(String cutover, int run) {
        return read(
                db ->
                        db.selectFrom(STRATUM)
                                .where(STRATUM.CUTOVER.eq(cutover), STRATUM.RUN.eq(run))
                                .orderBy(
                                        STRATUM.START_EPOCH_SECOND,
                                        STRATUM.METRIC,
                                        STRATUM.GROUP_NAME)
                                .fetch(
                                        intact(
                                                row ->
                                                        new StoredStratum(
                                                                row.getCutover(),
                                                                row.getRun(),
                                                                row.getStep(),
                                                                row.getMetric(),
                                                                row.getStartEpochSecond(),
                                                                row.getGroupName(),
                                                                row.getBaselineBad(),
                                                                row.getBaselineTotal(),
                                                                row.getCandidateBad(),
                                                                row.getCandidateTotal(),
                                                                values(
                                                                        row.getBaselineValues(),
                                                                        row
                                                                                .getCandidateValues())))));
    }

    private static Optional<StoredStratum.Values> values(
            byte @Nullable [] baseline, byte @Nullable [] candidate) {
        return baseline == null || candidate == null
                ? Optional.empty()
                : Optional.of(
                        new StoredStratum.Values(
                                Sketch.decode(baseline), Sketch.decode(candidate)));
    }

    @Override
    public List<StoredDecision> decisions(String cutover, int limit) {
        return read(
                db ->
                        db.selectFrom(DECISION)
                                .where(DECISION.CUTOVER.eq(cutover))
                                .orderBy(DECISION.NUMBER.desc())
                                .limit(limit)
                                .fetch(intact(SqliteStore::decision)));
    }

    @Override
    public List<StoredDecision> decisionsAfter(String cutover, int run, String afterId, int limit) {
        long after = StoredDecision.numberOf(afterId).orElse(0);
        return read(
                db ->
                        db.selectFrom(DECISION)
                                .where(
                                        DECISION.CUTOVER.eq(cutover),
                                        DECISION.RUN.eq(run),
                                        DECISION.NUMBER.gt(after))
                                .orderBy(DECISION.NUMBER)
                                .limit(limit)
                                .fetch(intact(SqliteStore::decision)));
    }

    @Override
    public Optional<StoredDecision> decision(String id) {
        OptionalLong number = StoredDecision.numberOf(id);
        return number.isEmpty()
                ? Optional.empty()
                : read(
                        db ->
                                db.selectFrom(DECISION)
                                        .where(DECISION.NUMBER.eq(number.getAsLong()))
                                        .fetchOptional(intact(SqliteStore::decision)));
    }

    private static StoredDecision decision(DecisionRecord row) {
        return new StoredDecision(
                StoredDecision.idOf(row.getNumber()),
                row.getCutover(),
                row.getRun(),
                row.getStep(),
                row.getAtMillis(),
                row.getVerdict(),
                row.getEvidence(),
                row.getSha256());
    }

    @Override
    public List<StoredDeployment> deployments(long fromMillis, long toMillis) {
        return read(
                db ->
                        db.selectFrom(DEPLOYMENT)
                                .where(
                                        DEPLOYMENT.DEPLOYED_AT_MILLIS.ge(fromMillis),
                                        DEPLOYMENT.DEPLOYED_AT_MILLIS.lt(toMillis))
                                .orderBy(
                                        DEPLOYMENT.DEPLOYED_AT_MILLIS,
                                        DEPLOYMENT.SERVICE,
                                        DEPLOYMENT.VERSION)
                                .fetch(
                                        intact(
                                                row ->
                                                        new StoredDeployment(
                                                                row.getService(),
                                                                row.getVersion(),
                                                                row.getDeployedAtMillis(),
                                                                row.getCommittedAtMillis()))));
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                closeIdleReaders();
                writer.close();
            }
        } catch (SQLException e) {
            throw new StoreException("cannot close the store: " + e.getMessage(), e);
        } finally {
            writing.unlock();
        }
    }

    /** Row by row: all blocks together may be large. */
    private <R extends Record, T> void forEach(
            Function<DSLContext, ResultQuery<R>> query,
            RecordMapper<R, T> form,
            Consumer<T> consumer) {
        read(
                db -> {
                    try (Cursor<R> rows = query.apply(db).fetchSize(100).fetchLazy()) {
                        rows.forEach(row -> consumer.accept(form.map(row)));
                    }
                    return true;
                });
    }

    private <T> T read(Function<DSLContext, T> query) {
        requireOpen();
        try {
            Connection idle = readers.pollFirst();
            Connection reader = idle == null ? file.openForReading() : idle;
            try {
                return query.apply(jooq(reader));
            } finally {
                readers.addFirst(reader);
                if (closed) {
                    closeIdleReaders();
                }
            }
        } catch (SQLException | DataAccessException e) {
            throw failed("cannot read the store", e);
        }
    }

    private StoreException failed(String what, Exception e) {
        return SqliteFile.isDamage(e)
                ? damaged(String.valueOf(e.getMessage()), e)
                : new StoreException(what + ": " + e.getMessage(), e);
    }

    private void closeIdleReaders() throws SQLException {
        for (Connection reader = readers.pollFirst();
                reader != null;
                reader = readers.pollFirst()) {
            reader.close();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("the store is closed");
        }
    }

    private static DSLContext jooq(Connection connection) {
        return DSL.using(connection, SQLDialect.SQLITE, SETTINGS);
    }
}
