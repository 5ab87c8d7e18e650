package io.sluice.engine;

import io.sluice.engine.fold.OwnRecord;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoreException;
import io.sluice.engine.store.StoredDeployment;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was deployed, as people and automation report it, on their own threads: in the log and in
 * the store on return. Owns nothing; thread-safe.
 */
final class Deployments {
    private final OwnRecords own;
    private final Store store;

    Deployments(OwnRecords own, Store store) {
        this.own = own;
        this.store = store;
    }

    /** {@link SloEngine#recordDeployment}. */
    void record(String service, String version, Instant deployedAt, Optional<Instant> committedAt) {
        StoredDeployment deployment =
                new StoredDeployment(
                        service,
                        version,
                        deployedAt.toEpochMilli(),
                        committedAt.map(Instant::toEpochMilli).orElse(0L));
        try {
            own.write(nanos -> OwnRecord.deployment(deployment, nanos));
        } catch (IOException | OverloadedException e) {
            throw new StoreException("the deployment cannot be logged", e);
        }
        // Apply writes the same row again; whoever reported it may ask for it at once.
        store.commit(tx -> tx.putDeployment(deployment));
    }

    /** {@link SloEngine#deployments}. */
    List<SloEngine.Deployment> between(Instant from, Instant to) {
        return store.deployments(from.toEpochMilli(), to.toEpochMilli()).stream()
                .map(
                        stored ->
                                new SloEngine.Deployment(
                                        stored.service(),
                                        stored.version(),
                                        Instant.ofEpochMilli(stored.deployedAtMillis())))
                .toList();
    }
}
