package io.sluice.engine;

import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.store.Store;
import io.sluice.engine.time.Interval;

import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Answers what {@link SloEngine} is asked about incidents, and takes what people say of them, on
 * their own threads: what they say is on disk on return. Owns nothing; thread-safe.
 */
final class AlertDesk {
    private final Features features;
    private final Store store;
    private final ChangeListeners changes;

    AlertDesk(Features features, Store store, ChangeListeners changes) {
        this.features = features;
        this.store = store;
        this.changes = changes;
    }

    List<Incident> incidents(Instant from, Instant to) {
        return store.incidents(from.toEpochMilli(), to.toEpochMilli()).stream()
                .map(Incident::of)
                .toList();
    }

    Optional<Incident> incident(String id) {
        return features.alerts().openIncidents().stream()
                .filter(incident -> incident.id().equals(id))
                .findFirst()
                .or(() -> store.incident(id).map(Incident::of));
    }

    Optional<Incident> acknowledge(String incident, String principal, Instant now) {
        Optional<Incident> acknowledged = features.alerts().acknowledge(incident, principal, now);
        acknowledged.ifPresent(_ -> save());
        return acknowledged;
    }

    Incident markMissed(String slo, Interval time, String note, String principal) {
        requireSlo(slo);
        Incident missed = features.alerts().missed(slo, time.from(), time.to(), note, principal);
        save();
        return missed;
    }

    Silence silence(
            Optional<String> slo, Interval time, String reason, String principal, Instant now) {
        slo.ifPresent(this::requireSlo);
        Silence silence =
                features.alerts().silence(slo, time.from(), time.to(), reason, principal, now);
        save();
        return silence;
    }

    boolean endSilence(String id) {
        boolean ended = features.alerts().endSilence(id);
        save();
        return ended;
    }

    private void requireSlo(String name) {
        if (Features.find(features.plan(), name).isEmpty()) {
            throw new NoSuchElementException("no SLO " + name);
        }
    }

    private void save() {
        store.commit(features.alerts()::saveUserChanges);
        changes.tell();
    }
}
