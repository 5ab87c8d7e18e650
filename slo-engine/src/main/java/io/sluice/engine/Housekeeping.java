package io.sluice.engine;

import io.sluice.engine.alert.Incident;
import io.sluice.engine.fold.Fold;
import io.sluice.engine.log.IngestLog;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Removes what is older than it is to be kept, from the ingest log and of the incidents, every ten
 * minutes. For the apply thread alone: what it may remove of the log is what that has stored.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private static final Duration EVERY = Duration.ofMinutes(10);

    private final IngestLog log;
    private final Store store;
    private final Fold fold;
    private final EngineSettings.Retention retention;
    private Instant next;

    Housekeeping(
            IngestLog log,
            Store store,
            Fold fold,
            EngineSettings.Retention retention,
            Instant now) {
        this.log = log;
        this.store = store;
        this.fold = fold;
        this.retention = retention;
        this.next = now.plus(EVERY);
    }

    /** Does what is due. */
    void tick(Instant now) {
        if (now.isAfter(next)) {
            next = now.plus(EVERY);
            retain(now);
            forgetIncidents(now);
        }
    }

    private void retain(Instant now) {
        try {
            long removed =
                    log.retain(
                            OwnRecords.nanos(now.minus(retention.age())),
                            retention.bytes(),
                            firstNeededOffset());
            if (removed > 0) {
                LOG.info("Removed {} old records from the log", removed);
            }
        } catch (IOException e) {
            LOG.error("Old records of the log cannot be removed; trying again later", e);
        }
    }

    /** Of what is applied but not yet stored, and of what is still to be counted after the fact. */
    private long firstNeededOffset() {
        long applied = fold.status().appliedOffset();
        return fold.retroactive().map(job -> Math.min(job.offset(), applied)).orElse(applied) + 1;
    }

    private void forgetIncidents(Instant now) {
        Instant before = now.minus(retention.incidents());
        try {
            List<Incident> over =
                    store.incidents(Instant.EPOCH.toEpochMilli(), before.toEpochMilli()).stream()
                            .map(Incident::of)
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
}
