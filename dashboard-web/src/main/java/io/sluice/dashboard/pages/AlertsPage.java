package io.sluice.dashboard.pages;

import io.sluice.definitions.model.Slo;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.alert.Incident;
import io.sluice.engine.alert.MeanTimes;
import io.sluice.engine.alert.Silence;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What fires, who is on it, who is not told, and how it went before.
 *
 * @param headline the one sentence
 * @param tone its shape
 * @param lead what it does not say; empty for nothing
 * @param troubles what fires, by SLO, the gravest first
 * @param silences those that are not over
 * @param names of all objectives, to choose from; none where there are too many to be sent
 * @param past conditions that fired before, or will soon
 */
public record AlertsPage(
        String headline,
        String tone,
        String lead,
        List<Trouble> troubles,
        List<SilenceRow> silences,
        Before before,
        List<String> names,
        List<AlertRow> past) {

    /** As many names as a page bears. */
    private static final int NAMES = 200;

    /** As many incidents as anybody reads; the file has all. */
    private static final int ROWS = 200;

    private static final String DEFAULT_RANGE = "28d";

    /**
     * An SLO whose alerts fire.
     *
     * @param alerts the gravest first
     * @param outlook when the budget ends; empty where nobody can say
     * @param incident its id; empty until there is one
     * @param began when the trouble began, and how soon it was told
     * @param taken who is on it
     * @param waits whether nobody is
     * @param silenced until when nobody is told; empty where they are
     */
    public record Trouble(
            String slo,
            String name,
            String severity,
            List<AlertRow> alerts,
            String outlook,
            String incident,
            Text began,
            Text taken,
            boolean waits,
            Text silenced) {}

    /**
     * A silence.
     *
     * @param slo empty for all
     * @param begun whether it is in force
     */
    public record SilenceRow(
            String id,
            String slo,
            String name,
            Text time,
            String reason,
            String by,
            boolean begun) {}

    /**
     * Incidents of a time.
     *
     * @param words the time
     * @param choices of times
     * @param more how many there are beside those that are shown; empty for none
     * @param csv where all of them are as a file
     */
    public record Before(
            Text words,
            List<SloPage.WindowChoice> choices,
            String earlier,
            String later,
            List<Figure> figures,
            List<IncidentRow> rows,
            String more,
            String csv) {}

    /** A number with what it is and what it means. */
    public record Figure(String name, String value, String under) {}

    static AlertsPage of(SloEngine engine, TimeRange range) {
        Instant now = engine.now();
        Map<String, Slo> slos = engine.definitions().slos();
        Function<String, String> names = names(slos);
        List<Alert> alerts = engine.alerts();
        Map<String, Optional<SloStatus>> asked = new HashMap<>();
        List<AlertRow> active =
                AlertRow.active(alerts, slo -> asked.computeIfAbsent(slo, engine::slo), now);
        List<Silence> silences = engine.silences();
        List<Trouble> troubles = troubles(active, engine.openIncidents(), silences, now);
        return new AlertsPage(
                headline(troubles),
                troubles.isEmpty() ? "met" : shape(troubles.getFirst().severity()),
                lead(troubles),
                troubles,
                silences.stream().map(silence -> row(silence, names, now)).toList(),
                before(engine, range, names, now),
                slos.size() > NAMES ? List.of() : slos.keySet().stream().sorted().toList(),
                AlertRow.past(alerts, names, now));
    }

    /** What an SLO is called; one that was taken away keeps its name. */
    static Function<String, String> names(Map<String, Slo> slos) {
        return name ->
                Optional.ofNullable(slos.get(name))
                        .map(slo -> slo.metadata().displayName())
                        .orElse(name);
    }

    /** Incidents that began in the range, oldest first. */
    static List<Incident> incidents(SloEngine engine, TimeRange range) {
        Instant to = range.end(engine.now());
        return engine.incidents(to.minus(length(range)), to);
    }

    private static Duration length(TimeRange range) {
        return range.lengthOr(Duration.ofDays(28));
    }

    static String shape(String severity) {
        return severity.equals("page") ? "burning" : "ticket";
    }

    private static List<Trouble> troubles(
            List<AlertRow> active, List<Incident> open, List<Silence> silences, Instant now) {
        List<Trouble> troubles = new ArrayList<>();
        AlertRow.bySlo(active)
                .forEach(
                        (slo, rows) ->
                                troubles.add(
                                        trouble(
                                                rows,
                                                open.stream()
                                                        .filter(one -> one.slo().equals(slo))
                                                        .findFirst(),
                                                silenced(slo, silences, now),
                                                now)));
        return troubles;
    }

    private static Trouble trouble(
            List<AlertRow> rows, Optional<Incident> incident, Text silenced, Instant now) {
        AlertRow first = rows.getFirst();
        return new Trouble(
                first.slo(),
                first.name(),
                first.severity(),
                rows,
                first.outlook(),
                incident.map(Incident::id).orElse(""),
                incident.map(one -> began(one, now)).orElse(Text.of("Fires ").and(first.since())),
                incident.map(one -> taken(one, now)).orElse(Text.NONE),
                incident.filter(one -> one.acknowledgedAt().isEmpty()).isPresent(),
                silenced);
    }

    private static Text began(Incident incident, Instant now) {
        Text began =
                Text.of("Since ")
                        .andAt(incident.beganAt(), now)
                        .and(", for " + Format.duration(Duration.between(incident.beganAt(), now)));
        return incident.timeToDetect()
                .map(time -> began.and("; detected after " + Format.duration(time)))
                .orElse(began);
    }

    static Text taken(Incident incident, Instant now) {
        return incident.acknowledgedAt()
                .map(
                        at ->
                                Text.of(incident.acknowledgedBy().orElse("Somebody"))
                                        .and(" acknowledged it ")
                                        .andAt(at, now))
                .orElse(Text.of("Nobody has acknowledged it"));
    }

    /** The silence that lasts longest of those in force says it. */
    private static Text silenced(String slo, List<Silence> silences, Instant now) {
        return silences.stream()
                .filter(silence -> silence.slo().isEmpty() || silence.slo().get().equals(slo))
                .filter(silence -> !silence.from().isAfter(now))
                .map(Silence::until)
                .max(Instant::compareTo)
                .map(until -> Text.of("Nobody is told until ").andAt(until, now))
                .orElse(Text.NONE);
    }

    private static SilenceRow row(Silence silence, Function<String, String> names, Instant now) {
        boolean begun = !silence.from().isAfter(now);
        Text until =
                Text.of("until ")
                        .andAt(silence.until(), now)
                        .and(
                                ", "
                                        + Format.duration(Duration.between(now, silence.until()))
                                        + " more");
        return new SilenceRow(
                silence.id(),
                silence.slo().orElse(""),
                silence.slo().map(names).orElse("All objectives"),
                begun ? until : Text.of("from ").andAt(silence.from(), now).and(" ").and(until),
                silence.reason(),
                silence.by(),
                begun);
    }

    private static Before before(
            SloEngine engine, TimeRange range, Function<String, String> names, Instant now) {
        List<Incident> incidents = incidents(engine, range);
        List<IncidentRow> rows =
                incidents.reversed().stream()
                        .limit(ROWS)
                        .map(incident -> IncidentRow.of(incident, names, now))
                        .toList();
        Instant end = range.end(now);
        List<SloPage.WindowChoice> choices = new ArrayList<>();
        TimeRange.LONG.forEach(
                (name, length) ->
                        choices.add(
                                new SloPage.WindowChoice(
                                        Format.duration(length),
                                        address(new TimeRange(Optional.of(name), range.to())),
                                        name.equals(range.name().orElse(DEFAULT_RANGE)))));
        TimeRange named =
                new TimeRange(range.name().or(() -> Optional.of(DEFAULT_RANGE)), range.to());
        return new Before(
                range.words(length(range), now),
                choices,
                address(named.endingAt(end.minus(length(range)), now)),
                range.to().isEmpty() ? "" : address(named.endingAt(end.plus(length(range)), now)),
                figures(MeanTimes.of(incidents)),
                rows,
                incidents.size() > rows.size()
                        ? Format.count(incidents.size() - rows.size())
                                + " older ones are in the file"
                        : "",
                Links.asked("/alerts/incidents.csv", named.query()));
    }

    private static String address(TimeRange range) {
        return Links.asked("/alerts", range.query()) + "#incidents";
    }

    private static List<Figure> figures(MeanTimes means) {
        return List.of(
                new Figure(
                        "Incidents",
                        Format.count(means.told()),
                        means.missed() == 0
                                ? "and none was missed"
                                : "and " + Format.count(means.missed()) + " that no alert told of"),
                new Figure(
                        "Mean time to detect",
                        IncidentRow.time(means.detect()),
                        "from its beginning to the first alert"),
                new Figure(
                        "Mean time to acknowledge",
                        IncidentRow.time(means.acknowledge()),
                        "from its beginning to somebody"),
                new Figure(
                        "Mean time to resolve",
                        IncidentRow.time(means.resolve()),
                        "from its beginning to its last alert's end"));
    }

    private static String headline(List<Trouble> troubles) {
        List<String> paging =
                troubles.stream()
                        .filter(trouble -> trouble.severity().equals("page"))
                        .map(Trouble::name)
                        .toList();
        if (troubles.isEmpty()) {
            return "Nothing is firing";
        }
        if (paging.isEmpty()) {
            return troubles.size() == 1
                    ? troubles.getFirst().name() + " has a ticket"
                    : troubles.size() + " objectives have tickets";
        }
        return paging.size() == 1
                ? paging.getFirst() + " is burning its budget"
                : paging.size() + " objectives are burning their budgets";
    }

    private static String lead(List<Trouble> troubles) {
        List<String> waiting = troubles.stream().filter(Trouble::waits).map(Trouble::name).toList();
        List<String> parts = new ArrayList<>();
        long tickets = troubles.stream().filter(t -> t.severity().equals("ticket")).count();
        if (tickets > 0 && tickets < troubles.size()) {
            parts.add(tickets == 1 ? "One more has a ticket" : tickets + " more have tickets");
        }
        if (!waiting.isEmpty()) {
            parts.add(
                    waiting.size() == 1
                            ? "Nobody has acknowledged " + waiting.getFirst()
                            : "Nobody has acknowledged " + waiting.size() + " of them");
        }
        return parts.isEmpty() ? "" : String.join(". ", parts) + ".";
    }
}
