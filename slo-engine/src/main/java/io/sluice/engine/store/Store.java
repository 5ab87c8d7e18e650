package io.sluice.engine.store;

import io.sluice.engine.series.StoredBlock;
import io.sluice.engine.series.StoredHours;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What survives a restart. One thread writes at a time ({@link #commit} takes its turn); any thread
 * reads. Nothing here knows what packed bytes mean.
 */
public interface Store extends StoredHours, AutoCloseable {

    /**
     * Runs {@code work} in one transaction, on disk on return: all of it or, if {@code work}
     * throws, nothing.
     *
     * @throws StoreException if the disk is full or the store is closed; the caller may try again
     *     later
     */
    void commit(Consumer<Transaction> work);

    /**
     * The log offset up to which everything is folded into what is stored here; 0 in a new store.
     */
    long appliedOffset();

    /** A small value by name, for example the definition set in force. */
    Optional<String> meta(String name);

    /** Every counter. */
    void counters(Consumer<StoredCounter> consumer);

    /** Every alert. */
    List<StoredAlert> alerts();

    /** Incidents that began in {@code [from, to)}, oldest first. */
    List<StoredIncident> incidents(long fromMillis, long toMillis);

    /** One incident. */
    Optional<StoredIncident> incident(String id);

    /** Messages that are due at this time, oldest first. */
    List<StoredNotification> dueNotifications(long atMillis, int limit);

    /** When the next message is due. */
    OptionalLong nextNotificationAtMillis();

    /** A cutover's runs, oldest first. */
    List<StoredRun> runs(String cutover);

    /** A run's steps in the order of their reports. */
    List<StoredStep> steps(String cutover, int run);

    /** A run's strata in order of time. */
    List<StoredStratum> strata(String cutover, int run);

    /** A cutover's newest decisions, newest first. */
    List<StoredDecision> decisions(String cutover, int limit);

    /**
     * A run's decisions, oldest first, from the one that comes after this one on.
     *
     * @param afterId empty for the first ones
     */
    List<StoredDecision> decisionsAfter(String cutover, int run, String afterId, int limit);

    /** One decision. */
    Optional<StoredDecision> decision(String id);

    /** Deployments in {@code [from, to)}, oldest first. */
    List<StoredDeployment> deployments(long fromMillis, long toMillis);

    @Override
    void close();

    /** Writes of one transaction. A put replaces what has the same key. */
    interface Transaction {
        void putAppliedOffset(long offset);

        void putMeta(String name, String value);

        void putBlock(StoredBlock block);

        /** Removes blocks whose hour starts before this time. */
        void expireBlocks(long beforeHour);

        /**
         * Removes the blocks of all of a measure's series whose hour starts at this time or later.
         */
        void removeBlocks(String measure, long fromHour);

        void putCounter(StoredCounter counter);

        /** Removes counters that were last seen before this time. */
        void expireCounters(long beforeEpochSecond);

        void putAlert(StoredAlert alert);

        void removeAlert(String key);

        void putIncident(StoredIncident incident);

        void removeIncident(String id);

        /** The id is given by the store. */
        void addNotification(
                String target, String idempotencyKey, String body, long nextAttemptAtMillis);

        void retryNotification(long id, int attempts, long nextAttemptAtMillis);

        void removeNotification(long id);

        void putRun(StoredRun run);

        void putStep(StoredStep step);

        /** A stratum is sealed once; a second put of the same one is an error. */
        void addStratum(StoredStratum stratum);

        /** The id is given by the store, and returned. */
        String addDecision(
                String cutover,
                int run,
                int step,
                long atMillis,
                String verdict,
                String evidence,
                String sha256);

        /** The same service and version deployed at the same time is one deployment. */
        void putDeployment(StoredDeployment deployment);
    }
}
