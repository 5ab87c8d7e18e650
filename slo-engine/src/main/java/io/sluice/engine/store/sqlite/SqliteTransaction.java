package io.sluice.engine.store.sqlite;

import static io.sluice.engine.store.sqlite.tables.Tables.ALERT;
import static io.sluice.engine.store.sqlite.tables.Tables.BLOCK;
import static io.sluice.engine.store.sqlite.tables.Tables.COUNTER;
import static io.sluice.engine.store.sqlite.tables.Tables.DECISION;
import static io.sluice.engine.store.sqlite.tables.Tables.DEPLOYMENT;
import static io.sluice.engine.store.sqlite.tables.Tables.INCIDENT;
import static io.sluice.engine.store.sqlite.tables.Tables.META;
import static io.sluice.engine.store.sqlite.tables.Tables.NOTIFICATION;
import static io.sluice.engine.store.sqlite.tables.Tables.PROGRESS;
import static io.sluice.engine.store.sqlite.tables.Tables.RUN;
import static io.sluice.engine.store.sqlite.tables.Tables.SERIES;
import static io.sluice.engine.store.sqlite.tables.Tables.STEP;
import static io.sluice.engine.store.sqlite.tables.Tables.STRATUM;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.excluded;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;

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

import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/** The writes of one transaction, made as they are asked for. Used by one thread. */
final class SqliteTransaction implements Store.Transaction, AutoCloseable {
    static final String APPLIED_OFFSET = "applied-offset";
    private static final String LAST_NOTIFICATION = "last-notification";
    private static final String LAST_DECISION = "last-decision";

    /** There is one for every series that changed since the last transaction. */
    private static final String PUT_BLOCK =
            DSL.using(SQLDialect.SQLITE)
                    .insertInto(
                            BLOCK,
                            BLOCK.HOUR,
                            BLOCK.SERIES,
                            BLOCK.COUNTS,
                            BLOCK.SKETCHES,
                            BLOCK.CHECKSUM)
                    .values(0L, 0L, new byte[0], new byte[0], 0)
                    .onConflict(BLOCK.HOUR, BLOCK.SERIES)
                    .doUpdate()
                    .set(BLOCK.COUNTS, excluded(BLOCK.COUNTS))
                    .set(BLOCK.SKETCHES, excluded(BLOCK.SKETCHES))
                    .set(BLOCK.CHECKSUM, excluded(BLOCK.CHECKSUM))
                    .getSQL(ParamType.INDEXED);

    /** There may be one for every stream that has been heard since. */
    private static final String PUT_COUNTER =
            DSL.using(SQLDialect.SQLITE)
                    .insertInto(
                            COUNTER, COUNTER.STREAM, COUNTER.STATE, COUNTER.SEEN_AT_EPOCH_SECOND)
                    .values("", new byte[0], 0L)
                    .onConflict(COUNTER.STREAM)
                    .doUpdate()
                    .set(COUNTER.STATE, excluded(COUNTER.STATE))
                    .set(COUNTER.SEEN_AT_EPOCH_SECOND, excluded(COUNTER.SEEN_AT_EPOCH_SECOND))
                    .getSQL(ParamType.INDEXED);

    private final DSLContext db;
    private final Connection connection;
    private final Map<SeriesKey, Long> committedSeriesIds;
    private final Map<SeriesKey, Long> newSeriesIds;
    private @Nullable PreparedStatement putBlock;
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
        close(putBlock);
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
        db.insertInto(META, META.NAME, META.VALUE)
                .values(name, value)
                .onConflict(META.NAME)
                .doUpdate()
                .set(META.VALUE, excluded(META.VALUE))
                .execute();
    }

    @Override
    public void putBlock(StoredBlock block) {
        long series = seriesId(block.series());
        try {
            PreparedStatement put = prepared(putBlock, PUT_BLOCK);
            putBlock = put;
            put.setLong(1, block.hour());
            put.setLong(2, series);
            put.setBytes(3, block.counts());
            put.setBytes(4, block.sketches());
            put.setInt(5, BlockChecksum.of(block));
            put.executeUpdate();
        } catch (SQLException e) {
            throw new DataAccessException("cannot put a block", e);
        }
    }

    @Override
    public void expireBlocks(long beforeHour) {
        db.deleteFrom(BLOCK).where(BLOCK.HOUR.lt(beforeHour)).execute();
    }

    @Override
    public void removeBlocks(String measure, long fromHour) {
        db.deleteFrom(BLOCK)
                .where(
                        BLOCK.HOUR.ge(fromHour),
                        BLOCK.SERIES.in(
                                db.select(SERIES.ID)
                                        .from(SERIES)
                                        .where(SERIES.MEASURE.eq(measure))))
                .execute();
    }

    @Override
    public void putCounter(StoredCounter counter) {
        try {
            PreparedStatement put = prepared(putCounter, PUT_COUNTER);
            putCounter = put;
            put.setString(1, counter.stream());
            put.setBytes(2, counter.state());
            put.setLong(3, counter.seenAtEpochSecond());
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
        db.insertInto(ALERT, ALERT.ALERT_KEY, ALERT.JSON)
                .values(alert.key(), alert.json())
                .onConflict(ALERT.ALERT_KEY)
                .doUpdate()
                .set(ALERT.JSON, excluded(ALERT.JSON))
                .execute();
    }

    @Override
    public void removeAlert(String key) {
        db.deleteFrom(ALERT).where(ALERT.ALERT_KEY.eq(key)).execute();
    }

    @Override
    public void putIncident(StoredIncident incident) {
        db.insertInto(INCIDENT, INCIDENT.ID, INCIDENT.BEGAN_AT_MILLIS, INCIDENT.JSON)
                .values(incident.id(), incident.beganAtMillis(), incident.json())
                .onConflict(INCIDENT.ID)
                .doUpdate()
                .set(INCIDENT.BEGAN_AT_MILLIS, excluded(INCIDENT.BEGAN_AT_MILLIS))
                .set(INCIDENT.JSON, excluded(INCIDENT.JSON))
                .execute();
    }

    @Override
    public void removeIncident(String id) {
        db.deleteFrom(INCIDENT).where(INCIDENT.ID.eq(id)).execute();
    }

    @Override
    public void addNotification(
            String target, String idempotencyKey, String body, long nextAttemptAtMillis) {
        db.insertInto(NOTIFICATION)
                .set(NOTIFICATION.ID, nextPosition(LAST_NOTIFICATION))
                .set(NOTIFICATION.TARGET, target)
                .set(NOTIFICATION.IDEMPOTENCY_KEY, idempotencyKey)
                .set(NOTIFICATION.BODY, body)
                .set(NOTIFICATION.ATTEMPTS, 0)
                .set(NOTIFICATION.NEXT_ATTEMPT_AT_MILLIS, nextAttemptAtMillis)
                .execute();
    }

    @Override
    public void retryNotification(long id, int attempts, long nextAttemptAtMillis) {
        db.update(NOTIFICATION)
                .set(NOTIFICATION.ATTEMPTS, attempts)
                .set(NOTIFICATION.NEXT_ATTEMPT_AT_MILLIS, nextAttemptAtMillis)
                .where(NOTIFICATION.ID.eq(id))
                .execute();
    }

    @Override
    public void removeNotification(long id) {
        db.deleteFrom(NOTIFICATION).where(NOTIFICATION.ID.eq(id)).execute();
    }

    @Override
    public void putRun(StoredRun run) {
        db.insertInto(RUN)
                .set(RUN.CUTOVER, run.cutover())
                .set(RUN.RUN_, run.run())
                .set(RUN.REVISION, run.revision())
                .set(RUN.PRINCIPAL, run.principal())
                .set(RUN.STARTED_AT_MILLIS, run.startedAtMillis())
                .set(RUN.ENDED_AT_MILLIS, run.endedAtMillis())
                .set(RUN.DEFINITION_DIGEST, run.definitionDigest())
                .onConflict(RUN.CUTOVER, RUN.RUN_)
                .doUpdate()
                .setAllToExcluded()
                .execute();
    }

    @Override
    public void putStep(StoredStep step) {
        db.insertInto(STEP)
                .set(STEP.CUTOVER, step.cutover())
                .set(STEP.RUN, step.run())
                .set(STEP.STEP_, step.index())
                .set(STEP.SHARE, step.share())
                .set(STEP.STARTED_AT_MILLIS, step.startedAtMillis())
                .onConflict(STEP.CUTOVER, STEP.RUN, STEP.STEP_)
                .doUpdate()
                .setAllToExcluded()
                .execute();
    }

    @Override
    public void addStratum(StoredStratum stratum) {
        int added =
                db.insertInto(STRATUM)
                        .set(STRATUM.CUTOVER, stratum.cutover())
                        .set(STRATUM.RUN, stratum.run())
                        .set(STRATUM.STEP, stratum.step())
                        .set(STRATUM.METRIC, stratum.metric())
                        .set(STRATUM.START_EPOCH_SECOND, stratum.start())
                        .set(STRATUM.GROUP_NAME, stratum.group())
                        .set(STRATUM.BASELINE_BAD, stratum.baselineBad())
                        .set(STRATUM.BASELINE_TOTAL, stratum.baselineTotal())
                        .set(STRATUM.CANDIDATE_BAD, stratum.candidateBad())
                        .set(STRATUM.CANDIDATE_TOTAL, stratum.candidateTotal())
                        .set(
                                STRATUM.BASELINE_VALUES,
                                stratum.values().map(v -> v.baseline().encode()).orElse(null))
                        .set(
                                STRATUM.CANDIDATE_VALUES,
                                stratum.values().map(v -> v.candidate().encode()).orElse(null))
                        .onConflictDoNothing()
                        .execute();
        if (added == 0) {
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
        db.insertInto(DECISION)
                .set(DECISION.NUMBER, number)
                .set(DECISION.CUTOVER, cutover)
                .set(DECISION.RUN, run)
                .set(DECISION.STEP, step)
                .set(DECISION.AT_MILLIS, atMillis)
                .set(DECISION.VERDICT, verdict)
                .set(DECISION.EVIDENCE, evidence)
                .set(DECISION.SHA256, sha256)
                .execute();
        return StoredDecision.idOf(number);
    }

    @Override
    public void putDeployment(StoredDeployment deployment) {
        db.insertInto(DEPLOYMENT)
                .set(DEPLOYMENT.SERVICE, deployment.service())
                .set(DEPLOYMENT.VERSION, deployment.version())
                .set(DEPLOYMENT.DEPLOYED_AT_MILLIS, deployment.deployedAtMillis())
                .set(DEPLOYMENT.COMMITTED_AT_MILLIS, deployment.committedAtMillis())
                .onConflict(DEPLOYMENT.SERVICE, DEPLOYMENT.VERSION, DEPLOYMENT.DEPLOYED_AT_MILLIS)
                .doUpdate()
                .setAllToExcluded()
                .execute();
    }

    private long nextPosition(String name) {
        long next = SqliteStore.position(db, name) + 1;
        putPosition(name, next);
        return next;
    }

    private void putPosition(String name, long position) {
        db.insertInto(PROGRESS, PROGRESS.NAME, PROGRESS.POSITION)
                .values(name, position)
                .onConflict(PROGRESS.NAME)
                .doUpdate()
                .set(PROGRESS.POSITION, excluded(PROGRESS.POSITION))
                .execute();
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
