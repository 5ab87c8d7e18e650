package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.engine.store.StoredIncident;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A time in which an SLO's alerts were active, from the first to the last of them; or one that a
 * user says should have been told and was not.
 *
 * @param id stable, of letters, digits, dashes and dots
 * @param severity the gravest of its alerts
 * @param beganAt event time at which the trouble began, as the counts say it (or the user)
 * @param detectedAt when the first alert fired; empty if it was missed
 * @param deliveredAt when the first receiver had confirmed that it was told
 * @param acknowledgedBy the principal who took it on, or who says that it was missed
 * @param alerts keys, in the order in which they joined
 * @param note what the user says of it
 */
public record Incident(
        String id,
        String slo,
        Severity severity,
        Instant beganAt,
        Optional<Instant> detectedAt,
        Optional<Instant> deliveredAt,
        Optional<Instant> acknowledgedAt,
        Optional<String> acknowledgedBy,
        Optional<Instant> resolvedAt,
        List<String> alerts,
        String note) {
    public Incident {
        alerts = List.copyOf(alerts);
    }

    /** As it was stored. */
    public static Incident of(StoredIncident stored) {
        return AlertJson.decode(stored);
    }

    /** Whether no alert told of it. */
    public boolean missed() {
        return detectedAt.isEmpty();
    }

    /** From its beginning to the first alert. */
    public Optional<Duration> timeToDetect() {
        return detectedAt.map(this::sinceItBegan);
    }

    /** From its beginning to somebody taking it on. */
    public Optional<Duration> timeToAcknowledge() {
        return acknowledgedAt.map(this::sinceItBegan);
    }

    /** From its beginning to the end of its last alert. */
    public Optional<Duration> timeToResolve() {
        return resolvedAt.map(this::sinceItBegan);
    }

    private Duration sinceItBegan(Instant at) {
        return at.isBefore(beganAt) ? Duration.ZERO : Duration.between(beganAt, at);
    }
}
