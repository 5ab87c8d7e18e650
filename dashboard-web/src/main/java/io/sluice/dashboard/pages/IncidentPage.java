package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One incident, for whoever is in it and for whoever looks back at it.
 *
 * @param state in a sentence
 * @param moments what happened, in order
 * @param waits whether somebody may still take it on
 * @param plots of the time around it; none where its SLO is gone, or nothing was measured
 * @param unmeasured what to say instead of plots
 * @param around the SLO's page at that time; empty where it is gone
 */
public record IncidentPage(
        IncidentRow incident,
        Text state,
        List<MomentRow> moments,
        boolean waits,
        List<SloPage.PlotPart> plots,
        Text unmeasured,
        RangePart range,
        String around) {

    /**
     * One moment of it.
     *
     * @param after the beginning; empty for the beginning
     */
    public record MomentRow(Text when, String what, String after) {}

    /**
     * @param chosen the time of its plots; the time around it if nothing was chosen
     */
    static IncidentPage of(SloEngine engine, Plots plots, Incident incident, TimeRange chosen) {
        Instant now = engine.now();
        TimeRange around = around(incident, now);
        TimeRange range = chosen.equals(TimeRange.NOT_CHOSEN) ? around : chosen;
        Optional<SloStatus> status = engine.slo(incident.slo());
        IncidentRow row =
                IncidentRow.of(incident, AlertsPage.names(engine.definitions().slos()), now);
        return new IncidentPage(
                row,
                state(incident, now),
                moments(incident, now),
                !incident.missed()
                        && incident.resolvedAt().isEmpty()
                        && incident.acknowledgedAt().isEmpty(),
                status.map(slo -> plots(plots, slo, range)).orElse(List.of()),
                range.nothing(Plots.BURN_SPAN, now),
                range(incident, chosen, around, now),
                status.isPresent()
                        ? Links.asked("/slos/" + Links.segment(incident.slo()), range.query())
                        : "");
    }

    /** Other lengths end where the time around it does, until somebody goes earlier or later. */
    private static RangePart range(
            Incident incident, TimeRange chosen, TimeRange around, Instant now) {
        return RangePart.of(
                "Around it",
                TimeRange.LENGTHS,
                chosen,
                range ->
                        Links.asked(
                                "/incidents/" + Links.segment(incident.id()),
                                range.equals(TimeRange.NOT_CHOSEN)
                                        ? ""
                                        : new TimeRange(range.name(), range.to().or(around::to))
                                                .query()),
                now);
    }

    /** The shortest time that shows it with what was before, ending soon after it. */
    private static TimeRange around(Incident incident, Instant now) {
        Instant over = incident.resolvedAt().orElse(now);
        Duration length = Duration.between(incident.beganAt(), over);
        String name =
                TimeRange.LENGTHS.entrySet().stream()
                        .filter(entry -> entry.getValue().compareTo(length.multipliedBy(2)) >= 0)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse("28d");
        Duration margin = TimeRange.LENGTHS.getOrDefault(name, length).dividedBy(8);
        Instant end = over.plus(margin);
        return new TimeRange(Optional.of(name), Optional.empty()).endingAt(end, now);
    }

    private static Text state(Incident incident, Instant now) {
        if (incident.missed()) {
            return Text.of("No alert told of it; " + incident.acknowledgedBy().orElse("somebody"))
                    .and(" says that one should have.");
        }
        return incident.resolvedAt()
                .map(
                        at ->
                                Text.of(
                                                "Over after "
                                                        + IncidentRow.time(incident.timeToResolve())
                                                        + ", since ")
                                        .andAt(at, now)
                                        .and("."))
                .orElseGet(
                        () ->
                                Text.of(
                                                "Goes on for "
                                                        + Format.duration(
                                                                Duration.between(
                                                                        incident.beganAt(), now))
                                                        + ". ")
                                        .and(AlertsPage.taken(incident, now))
                                        .and("."));
    }

    private static List<MomentRow> moments(Incident incident, Instant now) {
        List<MomentRow> moments = new ArrayList<>();
        moments.add(
                new MomentRow(Text.at(incident.beganAt(), now), "it began, as the counts say", ""));
        add(moments, incident, incident.detectedAt(), "the first alert fired", now);
        add(
                moments,
                incident,
                incident.deliveredAt(),
                "a receiver confirmed that it was told",
                now);
        add(
                moments,
                incident,
                incident.acknowledgedAt(),
                incident.acknowledgedBy().orElse("somebody") + " acknowledged it",
                now);
        add(
                moments,
                incident,
                incident.resolvedAt(),
                incident.missed() ? "it was over" : "its last alert ended",
                now);
        return moments;
    }

    private static void add(
            List<MomentRow> moments,
            Incident incident,
            Optional<Instant> at,
            String what,
            Instant now) {
        at.ifPresent(
                instant ->
                        moments.add(
                                new MomentRow(
                                        Text.at(instant, now),
                                        what,
                                        Format.duration(
                                                Duration.between(incident.beganAt(), instant)))));
    }

    private static List<SloPage.PlotPart> plots(Plots plots, SloStatus status, TimeRange range) {
        return Stream.of(
                        SloPage.part(
                                plots.burn(status, 0, range),
                                "burn",
                                "Burn rate",
                                status,
                                0,
                                range),
                        SloPage.part(
                                plots.budget(status, 0, range),
                                "budget",
                                "Budget left",
                                status,
                                0,
                                range))
                .flatMap(Optional::stream)
                .toList();
    }
}
