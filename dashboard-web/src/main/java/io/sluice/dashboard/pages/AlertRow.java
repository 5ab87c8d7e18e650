package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * An alert in sentences.
 *
 * @param key the engine's, which stays
 * @param severity {@code page} or {@code ticket}, also its style
 * @param burns how fast, over which windows, and what the alert's threshold is
 * @param since when it became true, and how long ago
 * @param others how many more conditions of the SLO fire
 * @param outlook when the budget ends if this goes on; empty where nobody can say
 */
public record AlertRow(
        String key,
        String slo,
        String name,
        String severity,
        String state,
        boolean active,
        String burns,
        Text since,
        String outlook,
        Text told,
        int others) {

    /**
     * Pages before tickets, and among them the fastest burn first.
     *
     * @param statuses of an SLO, by its name; only those that fire are asked for
     */
    static List<AlertRow> active(
            List<Alert> alerts, Function<String, Optional<SloStatus>> statuses, Instant now) {
        return alerts.stream()
                .filter(Alert::active)
                .sorted(
                        Comparator.comparing(Alert::severity)
                                .thenComparing(
                                        alert ->
                                                -alert.longBurnRate().orElse(0)
                                                        / alert.threshold()))
                .map(alert -> active(alert, statuses.apply(alert.slo()), now))
                .toList();
    }

    private static AlertRow active(Alert alert, Optional<SloStatus> status, Instant now) {
        return of(
                alert,
                status.map(slo -> slo.slo().metadata().displayName()).orElse(alert.slo()),
                status.flatMap(slo -> outlook(alert, slo)).orElse(""),
                now);
    }

    /** Each SLO's first of a list, with the number of the others. */
    static List<AlertRow> onePerSlo(List<AlertRow> alerts) {
        return bySlo(alerts).values().stream()
                .map(ofSlo -> ofSlo.getFirst().withOthers(ofSlo.size() - 1))
                .toList();
    }

    /** In the order of each SLO's first. */
    static Map<String, List<AlertRow>> bySlo(List<AlertRow> alerts) {
        Map<String, List<AlertRow>> bySlo = new LinkedHashMap<>();
        alerts.forEach(
                alert -> bySlo.computeIfAbsent(alert.slo(), _ -> new ArrayList<>()).add(alert));
        return bySlo;
    }

    private AlertRow withOthers(int count) {
        return new AlertRow(
                key, slo, name, severity, state, active, burns, since, outlook, told, count);
    }

    /**
     * In the engine's order, newest first.
     *
     * @param names of SLOs for people, by their own
     */
    static List<AlertRow> past(List<Alert> alerts, Function<String, String> names, Instant now) {
        return alerts.stream()
                .filter(
                        alert ->
                                alert.state() == Alert.State.RESOLVED
                                        || alert.state() == Alert.State.PENDING)
                .map(alert -> of(alert, names.apply(alert.slo()), "", now))
                .toList();
    }

    private static AlertRow of(Alert alert, String name, String outlook, Instant now) {
        return new AlertRow(
                alert.key(),
                alert.slo(),
                name,
                alert.severity() == AlertPolicy.Severity.PAGE ? "page" : "ticket",
                state(alert),
                alert.active(),
                burns(alert),
                since(alert, now),
                outlook,
                alert.deliveredAt()
                        .map(at -> Text.of("told ").andAt(at, now))
                        .orElse(Text.of("nobody told yet")),
                0);
    }

    private static String state(Alert alert) {
        return switch (alert.state()) {
            case INACTIVE -> "Inactive";
            case PENDING -> "Pending";
            case FIRING -> "Firing";
            case FROZEN -> "Frozen: its data stopped";
            case RESOLVED -> "Resolved";
        };
    }

    private static String burns(Alert alert) {
        String threshold =
                (alert.severity() == AlertPolicy.Severity.PAGE ? "pages at " : "ticket at ")
                        + Format.exactTimes(alert.threshold());
        if (alert.longBurnRate().isEmpty()) {
            return "no data over "
                    + Format.duration(alert.longWindow())
                    + (alert.threshold() > 0 ? "; " + threshold : "");
        }
        return "burns "
                + Format.times(alert.longBurnRate())
                + " over "
                + Format.duration(alert.longWindow())
                + " and "
                + Format.times(alert.shortBurnRate())
                + " over "
                + Format.duration(alert.shortWindow())
                + "; "
                + threshold;
    }

    private static Text since(Alert alert, Instant now) {
        if (alert.state() == Alert.State.RESOLVED) {
            return moment(alert.firedAt(), now).and(" to ").and(moment(alert.resolvedAt(), now));
        }
        return alert.conditionTrueAt()
                .map(
                        at ->
                                Text.of(
                                                "for "
                                                        + Format.duration(Duration.between(at, now))
                                                        + ", since ")
                                        .andAt(at, now))
                .orElse(Text.NONE);
    }

    private static Text moment(Optional<Instant> at, Instant now) {
        return at.map(instant -> Text.at(instant, now)).orElse(Text.of(Format.NONE));
    }

    private static Optional<String> outlook(Alert alert, SloStatus status) {
        OptionalInt objective = alert.ofObjective();
        return objective.isPresent()
                ? Outlook.of(status, objective.getAsInt(), alert.longBurnRate())
                : Outlook.ofShared(status, alert.longBurnRate());
    }
}
