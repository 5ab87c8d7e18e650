package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.engine.store.Store;
import io.sluice.engine.store.StoredIncident;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Keeps the incidents that are not over, one for each SLO at most, and what is to be stored of all.
 * Not thread-safe.
 */
final class Incidents {
    /** By SLO. */
    private final Map<String, Incident> open = new HashMap<>();

    private final Map<String, Incident> unsaved = new HashMap<>();
    private List<Incident> beingSaved = List.of();

    /** Goes on with those that are stored. */
    Incidents(Store store) {
        store.incidents(Long.MIN_VALUE, Long.MAX_VALUE).stream()
                .map(AlertJson::decode)
                .filter(incident -> !incident.missed() && incident.resolvedAt().isEmpty())
                .forEach(incident -> open.put(incident.slo(), incident));
    }

    /** Those that are not over, oldest first. */
    List<Incident> open() {
        return open.values().stream()
                .sorted(Comparator.comparing(Incident::beganAt).thenComparing(Incident::id))
                .toList();
    }

    /** The one that an alert belongs to, or just belonged to. */
    Optional<Incident> of(Alert alert) {
        return Stream.concat(
                        Optional.ofNullable(open.get(alert.slo())).stream(),
                        unsaved.values().stream())
                .filter(incident -> incident.alerts().contains(alert.key()))
                .max(Comparator.comparing(Incident::beganAt));
    }

    /**
     * An alert has begun to fire: a new incident, or another alert of one.
     *
     * @param beganAt when the trouble began that the alert tells of
     */
    void joined(Alert alert, Instant beganAt, Instant at) {
        Incident incident = open.get(alert.slo());
        put(incident == null ? begun(alert, beganAt, at) : with(incident, alert));
    }

    private static Incident begun(Alert alert, Instant beganAt, Instant at) {
        return new Incident(
                id(alert.slo(), at),
                alert.slo(),
                alert.severity(),
                beganAt,
                Optional.of(at),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(alert.key()),
                "");
    }

    private static Incident with(Incident incident, Alert alert) {
        List<String> alerts = new ArrayList<>(incident.alerts());
        if (!alerts.contains(alert.key())) {
            alerts.add(alert.key());
        }
        Severity gravest =
                alert.severity().compareTo(incident.severity()) < 0
                        ? alert.severity()
                        : incident.severity();
        return new Incident(
                incident.id(),
                incident.slo(),
                gravest,
                incident.beganAt(),
                incident.detectedAt(),
                incident.deliveredAt(),
                incident.acknowledgedAt(),
                incident.acknowledgedBy(),
                incident.resolvedAt(),
                alerts,
                incident.note());
    }

    /** Ends those whose SLO has no active alert any more. */
    void endUnless(Predicate<String> sloHasActiveAlert, Instant at) {
        for (Incident incident : List.copyOf(open.values())) {
            if (!sloHasActiveAlert.test(incident.slo())) {
                put(
                        copy(
                                incident,
                                incident.deliveredAt(),
                                incident.acknowledgedAt(),
                                incident.acknowledgedBy(),
                                Optional.of(at)));
            }
        }
    }

    /** The first receiver has confirmed that it was told. */
    void delivered(String slo, Instant at) {
        Optional.ofNullable(open.get(slo))
                .filter(incident -> incident.deliveredAt().isEmpty())
                .ifPresent(
                        incident ->
                                put(
                                        copy(
                                                incident,
                                                Optional.of(at),
                                                incident.acknowledgedAt(),
                                                incident.acknowledgedBy(),
                                                incident.resolvedAt())));
    }

    /**
     * Somebody takes an open one on; whoever was first stays.
     *
     * @return empty if there is no such open incident
     */
    Optional<Incident> acknowledge(String id, String by, Instant at) {
        return open.values().stream()
                .filter(incident -> incident.id().equals(id))
                .findFirst()
                .map(
                        incident ->
                                incident.acknowledgedAt().isPresent()
                                        ? incident
                                        : put(
                                                copy(
                                                        incident,
                                                        incident.deliveredAt(),
                                                        Optional.of(at),
                                                        Optional.of(by),
                                                        incident.resolvedAt())));
    }

    /** A user says that this should have been told. */
    Incident missed(String slo, Instant from, Instant to, String note, String by) {
        Incident incident =
                new Incident(
                        id(slo, from) + ".missed",
                        slo,
                        Severity.PAGE,
                        from,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(by),
                        Optional.of(to),
                        List.of(),
                        note);
        unsaved.put(incident.id(), incident);
        return incident;
    }

    private static String id(String slo, Instant at) {
        return slo + "." + at.toEpochMilli();
    }

    private static Incident copy(
            Incident incident,
            Optional<Instant> deliveredAt,
            Optional<Instant> acknowledgedAt,
            Optional<String> acknowledgedBy,
            Optional<Instant> resolvedAt) {
        return new Incident(
                incident.id(),
                incident.slo(),
                incident.severity(),
                incident.beganAt(),
                incident.detectedAt(),
                deliveredAt,
                acknowledgedAt,
                acknowledgedBy,
                resolvedAt,
                incident.alerts(),
                incident.note());
    }

    private Incident put(Incident incident) {
        if (incident.resolvedAt().isPresent()) {
            open.remove(incident.slo());
        } else {
            open.put(incident.slo(), incident);
        }
        unsaved.put(incident.id(), incident);
        return incident;
    }

    /** Writes what is not stored yet, for a checkpoint that says {@link #saved} afterwards. */
    void save(Store.Transaction tx) {
        beingSaved = List.copyOf(unsaved.values());
        write(tx);
    }

    /** Writes what is not stored yet, and will write it again. */
    void write(Store.Transaction tx) {
        unsaved.values()
                .forEach(
                        incident ->
                                tx.putIncident(
                                        new StoredIncident(
                                                incident.id(),
                                                incident.beganAt().toEpochMilli(),
                                                AlertJson.encode(incident))));
    }

    /** What {@link #save} wrote last is on disk. */
    void saved() {
        beingSaved.forEach(incident -> unsaved.remove(incident.id(), incident));
    }
}
