package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.alert.Incident;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * An incident in a list.
 *
 * @param name of its SLO, for people
 * @param severity {@code page} or {@code ticket}, also its style
 * @param kind in words: {@code Page}, {@code Ticket} or {@code Missed}
 * @param began when the trouble began
 * @param detected how long after its beginning, as are the next two; {@link Format#NONE} where it
 *     did not happen
 * @param by who took it on, or says that it was missed; empty for nobody
 */
public record IncidentRow(
        String id,
        String slo,
        String name,
        String severity,
        String kind,
        boolean open,
        Text began,
        String detected,
        String acknowledged,
        String by,
        String resolved,
        String note) {

    /**
     * @param names of SLOs for people, by their own
     */
    static IncidentRow of(Incident incident, Function<String, String> names, Instant now) {
        boolean page = incident.severity() == AlertPolicy.Severity.PAGE;
        return new IncidentRow(
                incident.id(),
                incident.slo(),
                names.apply(incident.slo()),
                page ? "page" : "ticket",
                incident.missed() ? "Missed" : page ? "Page" : "Ticket",
                incident.resolvedAt().isEmpty(),
                Text.at(incident.beganAt(), now),
                time(incident.timeToDetect()),
                time(incident.timeToAcknowledge()),
                incident.acknowledgedBy().orElse(""),
                incident.resolvedAt().isPresent() ? time(incident.timeToResolve()) : "goes on",
                incident.note());
    }

    static String time(Optional<Duration> time) {
        return time.map(Format::duration).orElse(Format.NONE);
    }
}
