package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.MeanTimes;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An incident with its times. */
@Described("The time in which alerts of an SLO are active, or one that no" + " alert told of.")
record IncidentView(
        String id,
        String slo,
        @OneOf(AlertPolicy.Severity.class) String severity,
        @Described("No alert told of it; somebody marked it.") boolean missed,
        Instant beganAt,
        @Nullable Instant detectedAt,
        @Nullable Instant deliveredAt,
        @Nullable Instant acknowledgedAt,
        @Nullable String acknowledgedBy,
        @Nullable Instant resolvedAt,
        @Nullable Double timeToDetectSeconds,
        @Nullable Double timeToAcknowledgeSeconds,
        @Nullable Double timeToResolveSeconds,
        @Described("The alerts' keys.") List<String> alerts,
        String note) {

    static IncidentView of(Incident incident) {
        return new IncidentView(
                incident.id(),
                incident.slo(),
                incident.severity().name(),
                incident.missed(),
                incident.beganAt(),
                Views.orNull(incident.detectedAt()),
                Views.orNull(incident.deliveredAt()),
                Views.orNull(incident.acknowledgedAt()),
                Views.orNull(incident.acknowledgedBy()),
                Views.orNull(incident.resolvedAt()),
                Views.orNull(incident.timeToDetect().map(IncidentView::seconds)),
                Views.orNull(incident.timeToAcknowledge().map(IncidentView::seconds)),
                Views.orNull(incident.timeToResolve().map(IncidentView::seconds)),
                incident.alerts(),
                incident.note());
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /**
     * {@code GET /api/v1/incidents}.
     *
     * @param missed how many no alert told of
     * @param meanTimeToDetectSeconds of those that were told
     * @param meanTimeToAcknowledgeSeconds of those that somebody took on
     * @param meanTimeToResolveSeconds of those that were told and are over
     */
    @Described(name = "Incidents")
    record Page(
            List<IncidentView> incidents,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next,
            @Described("How many no alert told of.") long missed,
            @Described("Of those that were told.") @Nullable Double meanTimeToDetectSeconds,
            @Described("Of those that somebody took on.")
                    @Nullable Double meanTimeToAcknowledgeSeconds,
            @Described("Of those that were told and are over.")
                    @Nullable Double meanTimeToResolveSeconds) {

        /** The means are of all incidents of the time, whichever of them are on the page. */
        static Page of(List<Incident> incidents, Paging.Page<Incident> page) {
            MeanTimes means = MeanTimes.of(incidents);
            return new Page(
                    page.map(IncidentView::of),
                    page.next(),
                    means.missed(),
                    Views.orNull(means.detect().map(IncidentView::seconds)),
                    Views.orNull(means.acknowledge().map(IncidentView::seconds)),
                    Views.orNull(means.resolve().map(IncidentView::seconds)));
        }
    }
}
