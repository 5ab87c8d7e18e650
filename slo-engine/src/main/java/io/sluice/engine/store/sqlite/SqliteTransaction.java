package io.sluice.engine.store.sqlite;

import static io.sluice.engine.store.sqlite.tables.Tables.ALERT;
import static io.sluice.engine.store.sqlite.tables.Tables.COUNTER;
import static io.sluice.engine.store.sqlite.tables.Tables.INCIDENT;
import static io.sluice.engine.store.sqlite.tables.Tables.NOTIFICATION;
import static io.sluice.engine.store.sqlite.tables.Tables.PLACED_BLOCK;
import static io.sluice.engine.store.sqlite.tables.Tables.PROGRESS;
import static io.sluice.engine.store.sqlite.tables.Tables.SERIES;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredAlert;
import io.sluice.engine.store.StoredCounter;
import io.sluice.engine.store.StoredDecision;
import io.sluice.engine.store.StoredDeployment;
import io.sluice.engine.store.StoredIncident;
import io.sluice.engine.store.StoredRun;
import io.sluice.engine.store.StoredStep;
import io.sluice.engine.store.StoredStratum;
import io.sluice.engine.store.sqlite.tables.tables.records.AlertRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.DecisionRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.DeploymentRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.IncidentRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.MetaRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.NotificationRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.ProgressRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.RunRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.StepRecord;
import io.sluice.engine.store.sqlite.tables.tables.records.StratumRecord;

import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.TableRecord;
import org.jooq.UniqueKey;
import org.jooq.conf.ParamType;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;

/** The writes of one transaction, made as they are asked for. Used by one thread. */
final class SqliteTransaction implements Store.Transaction, AutoCloseable {
    static final String APPLIED_OFFSET = "applied-offset";
    private static final String LAST_NOTIFICATION = "last-notification";
    private static final String LAST_DECISION = "last-decision";

    /** There is one for every series that changed since the last transaction. */
    private static final String CHANGE_BLOCK =
            DSL.using(SQLDialect.SQLITE)
                    .update(PLACED_BLOCK)
                    .set(PLACED_BLOCK.COUNTS, new byte[0])
                    .set(PLACED_BLOCK.SKETCHES, new byte[0])
                    .set(PLACED_BLOCK.CHECKSUM, 0)
                    .where(PLACED_BLOCK.PLACE.eq(0L))
                    .getSQL(ParamType.INDEXED);

    private static final String ADD_BLOCK =
            DSL.using(SQLDialect.SQLITE)
                    .insertInto(
                            PLACED_BLOCK,
                            PLACED_BLOCK.COUNTS,
                            PLACED_BLOCK.SKETCHES,
                            PLACED_BLOCK.CHECKSUM,
                            PLACED_BLOCK.PLACE)
                    .values(new byte[0], new byte[0], 0, 0L)
                    .getSQL(ParamType.INDEXED);

    private static final String REMOVE_BLOCK =
            DSL.using(SQLDialect.SQLITE)
                    .deleteFrom(PLACED_BLOCK)
                    .where(PLACED_BLOCK.PLACE.in(Collections.nCopies(StoredBlock.COARSEST + 1, 0L)))
                    .getSQL(ParamType.INDEXED);

    /** There may be one for every stream that has been heard since. */
    private static final String PUT_COUNTER =
            DSL.using(SQLDialect.SQLITE)
                    .insertInto(
                            COUNTER,
                            COUNTER.STREAM,
                            COUNTER.STATE,
                            COUNTER.SEEN_AT_EPOCH_SECOND,
                            COUNTER.CHECKSUM)
                    .values("", new byte[0], 0L, 0)
                    .onConflict(COUNTER.STREAM)
                    .doUpdate()
                    .set(COUNTER.STATE, excluded(COUNTER.STATE))
                    .set(COUNTER.SEEN_AT_EPOCH_SECOND, excluded(COUNTER.SEEN_AT_EPOCH_SECOND))
                    .set(COUNTER.CHECKSUM, excluded(COUNTER.CHECKSUM))
                    .getSQL(ParamType.INDEXED);

    private final DSLContext db;
    private final Connection connection;
    private final Map<SeriesKey, Long> committedSeriesIds;
    private final Map<SeriesKey, Long> newSeriesIds;
    private @Nullable PreparedStatement changeBlock;
    private @Nullable PreparedStatement removeBlock;
    private @Nullable PreparedStatement addBlock;
    private @Nullable PreparedStatement putCounter;

    /**
     * @param connection the one that {@code db} uses
     * @param committedSeriesIds a cache
     * @param newSeriesIds gets those that become valid with this transaction
     */
    SqliteTransaction(
            DSLContext db,
            Connection connection,
            Map<SeriesKey, Long> committedSeriesIds,
            Map<SeriesKey, Long> newSeriesIds) {
        this.db = db;
        this.connection = connection;
        this.committedSeriesIds = committedSeriesIds;
        this.newSeriesIds = newSeriesIds;
    }

    /** Ends it, as it was asked for or not. */
    @Override
    public void close() {
        close(changeBlock);
        close(removeBlock);
        close(addBlock);
        close(putCounter);
    }

    /** The one that there is, or the first. */
    private PreparedStatement prepared(@Nullable PreparedStatement statement, String sql)
            throws SQLException {
        return statement == null ? connection.prepareStatement(sql) : statement;
    }

    private static void close(@Nullable PreparedStatement statement) {
        try {
            if (statement != null) {
                statement.close();
            }
        } catch (SQLException e) {
            throw new DataAccessException("cannot close a statement", e);
        }
    }

    @Override
    public void putAppliedOffset(long offset) {
        putPosition(APPLIED_OFFSET, offset);
    }

    @Override
    public void putMeta(String name, String value) {
        put(new MetaRecord(name, value, null));
    }

    @Override
    public void putBlock(StoredBlock block) {
        long series = seriesId(block.series());
        try {
            changeBlock = prepared(changeBlock, CHANGE_BLOCK);
            if (write(changeBlock, block, series) == 0) {
                removeBlock(block.hour(), series);
                addBlock = prepared(addBlock, ADD_BLOCK);
                write(addBlock, block, series);
            }
        } catch (SQLException e) {
            throw new DataAccessException("cannot put a block", e);
        }
    }

    /** Wherever it lies: mostly where it was finer. */
    private void removeBlock(long hour, long series) throws SQLException {
        removeBlock = prepared(removeBlock, REMOVE_BLOCK);
        for (int coarseness = 0; coarseness <= StoredBlock.COARSEST; coarseness++) {
            removeBlock.setLong(1 + coarseness, BlockPlace.of(coarseness, hour, series));
        }
        removeBlock.executeUpdate();
    }

    /** Returns how many rows there were for it. */
    private static int write(PreparedStatement statement, StoredBlock block, long series)
            throws SQLException {
        statement.setBytes(1, block.counts());
        statement.setBytes(2, block.sketches());
        statement.setInt(3, BlockChecksum.of(block));
        statement.setLong(4, BlockPlace.of(block.coarseness(), block.hour(), series));
        return statement.executeUpdate();
    }

    @Override
    public void expireBlocks(long beforeHour) {
        BlockPlace.forEachRange(
                Long.MIN_VALUE,
                beforeHour,
                range -> db.deleteFrom(PLACED_BLOCK).where(range).execute());
    }

    @Override
    public void removeBlocks(String measure, long fromHour) {
        Condition ofMeasure =
                BlockPlace.SERIES.in(
                        select(SERIES.ID).from(SERIES).where(SERIES.MEASURE.eq(measure)));
        BlockPlace.forEachRange(
                fromHour,
                Long.MAX_VALUE,
                range -> db.deleteFrom(PLACED_BLOCK).where(range, ofMeasure).execute());
    }

    @Override
    public void putCounter(StoredCounter counter) {
        try {
            PreparedStatement put = prepared(putCounter, PUT_COUNTER);
            putCounter = put;
            put.setString(1, counter.stream());
            put.setBytes(2, counter.state());
            put.setLong(3, counter.seenAtEpochSecond());
            put.setInt(
                    4,
                    RowChecksum.of(counter.stream(), counter.state(), counter.seenAtEpochSecond()));
            put.executeUpdate();
        } catch (SQLException e) {
            throw new DataAccessException("cannot put a counter", e);
        }
    }

    @Override
    public void expireCounters(long beforeEpochSecond) {
        db.deleteFrom(COUNTER).where(COUNTER.SEEN_AT_EPOCH_SECOND.lt(beforeEpochSecond)).execute();
    }

    @Override
    public void putAlert(StoredAlert alert) {
        put(new AlertRecord(alert.key(), alert.json(), null));
    }

    @Override
    public void removeAlert(String key) {
        db.deleteFrom(ALERT).where(ALERT.ALERT_KEY.eq(key)).execute();
    }

    @Override
    public void putIncident(StoredIncident incident) {
        put(new IncidentRecord(incident.id(), incident.beganAtMillis(), incident.json(), null));
    }

    @Override
    public void removeIncident(String id) {
        db.deleteFrom(INCIDENT).where(INCIDENT.ID.eq(id)).execute();
    }

    @Override
    public void addNotification(
            String target, String idempotencyKey, String body, long nextAttemptAtMillis) {
        long id = nextPosition(LAST_NOTIFICATION);
        add(new NotificationRecord(id, target, idempotencyKey, body, 0, nextAttemptAtMillis, null));
    }

    @Override
    public void retryNotification(long id, int attempts, long nextAttemptAtMillis) {
        db.selectFrom(NOTIFICATION)
                .where(NOTIFICATION.ID.eq(id))
                .fetchOptional()
                .ifPresent(
                        row ->
                                put(
                                        new NotificationRecord(
                                                id,
                                                row.getTarget(),
                                                row.getIdempotencyKey(),
                                                row.getBody(),
                                                attempts,
                                                nextAttemptAtMillis,
                                                null)));
    }

    @Override
    public void removeNotification(long id) {
        db.deleteFrom(NOTIFICATION).where(NOTIFICATION.ID.eq(id)).execute();
    }

    @Override
    public void putRun(StoredRun run) {
        put(
                new RunRecord(
                        run.cutover(),
                        run.run(),
                        run.revision(),
                        run.principal(),
                        run.startedAtMillis(),
                        run.endedAtMillis(),
                        run.definitionDigest(),
                        null));
    }

    @Override
    public void putStep(StoredStep step) {
        put(
                new StepRecord(
                        step.cutover(),
                        step.run(),
                        step.index(),
                        step.share(),
                        step.startedAtMillis(),
                        null));
    }

    @Override
    public void addStratum(StoredStratum stratum) {
        StratumRecord row =
                new StratumRecord(
                        stratum.cutover(),
                        stratum.run(),
                        stratum.start(),
                        stratum.metric(),
                        stratum.group(),
                        stratum.step(),
                        stratum.baselineBad(),
                        stratum.baselineTotal(),
                        stratum.candidateBad(),
                        stratum.candidateTotal(),
                        stratum.values().map(v -> v.baseline().encode()).orElse(null),
                        stratum.values().map(v -> v.candidate().encode()).orElse(null),
                        null);
        if (add(row) == 0) {
            throw new IllegalStateException("sealed already: " + stratum);
        }
    }

    @Override
    public String addDecision(
            String cutover,
            int run,
            int step,
            long atMillis,
            String verdict,
            String evidence,
            String sha256) {
        long number = nextPosition(LAST_DECISION);
        add(
                new DecisionRecord(
                        number, cutover, run, step, atMillis, verdict, evidence, sha256, null));
        return StoredDecision.idOf(number);
    }

    @Override
    public void putDeployment(StoredDeployment deployment) {
        put(
                new DeploymentRecord(
                        deployment.service(),
                        deployment.version(),
                        deployment.deployedAtMillis(),
                        deployment.committedAtMillis(),
                        null));
    }

    /** In the place of the row with the same key, if there is one. */
    private <R extends TableRecord<R>> void put(R row) {
        UniqueKey<R> key = Objects.requireNonNull(row.getTable().getPrimaryKey());
        db.insertInto(row.getTable())
                .set(withChecksum(row))
                .onConflict(key.getFields())
                .doUpdate()
                .setAllToExcluded()
                .execute();
    }

    /** Returns how many rows were added: none, if there is one with the same key. */
    private <R extends TableRecord<R>> int add(R row) {
        return db.insertInto(row.getTable()).set(withChecksum(row)).onConflictDoNothing().execute();
    }

    private static <R extends TableRecord<R>> R withChecksum(R row) {
        row.set(DSL.field(DSL.name(RowChecksum.COLUMN), Integer.class), RowChecksum.of(row));
        return row;
    }

    private long nextPosition(String name) {
        long next =
                1
                        + db.select(PROGRESS.POSITION)
                                .from(PROGRESS)
                                .where(PROGRESS.NAME.eq(name))
                                .fetchOptional(PROGRESS.POSITION)
                                .orElse(0L);
        putPosition(name, next);
        return next;
    }

    private void putPosition(String name, long position) {
        put(new ProgressRecord(name, position, null));
    }

    private long seriesId(SeriesKey key) {
        Long known = committedSeriesIds.get(key);
        return known != null ? known : newSeriesIds.computeIfAbsent(key, this::findOrAddSeries);
    }

    private long findOrAddSeries(SeriesKey key) {
        return db.select(SERIES.ID)
                .from(SERIES)
                .where(SERIES.MEASURE.eq(key.measure()), SERIES.GROUP_NAME.eq(key.group()))
                .fetchOptional(SERIES.ID)
                .orElseGet(() -> addSeries(key));
    }

    private long addSeries(SeriesKey key) {
        Long last =
                db.select(coalesce(max(SERIES.ID), inline(0L))).from(SERIES).fetchSingle().value1();
        long id = last + 1;
        db.insertInto(SERIES, SERIES.ID, SERIES.MEASURE, SERIES.GROUP_NAME)
                .values(id, key.measure(), key.group())
                .execute();
        return id;
    }
}
