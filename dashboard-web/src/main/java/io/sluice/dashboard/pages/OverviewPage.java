package io.sluice.dashboard.pages;

import io.sluice.definitions.model.Slo;
import io.sluice.definitions.model.Tier;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Decision;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What is wrong now, what moves, and how every promise stands.
 *
 * @param headline the one sentence that is read from across the room
 * @param tone the worst {@link Standing}'s shape, {@code ticket} or {@code met}
 * @param summary the counts behind it
 */
public record OverviewPage(
        String headline,
        String tone,
        String summary,
        List<AlertRow> alerts,
        List<CutoverCard> cutovers,
        List<TierGroup> tiers,
        IngestHealth ingest,
        FilterPart filter) {

    /**
     * What the list can be narrowed to.
     *
     * @param shown how many of all are shown; empty if all are
     */
    public record FilterPart(
            String words,
            List<Choice> tiers,
            List<Choice> standings,
            List<Choice> services,
            String shown) {}

    /** One entry of a list to choose from. */
    public record Choice(String value, String text, boolean chosen) {}

    /**
     * A tier with its objectives, in the engine's order: a row stays where the eye learnt to find
     * it.
     */
    public record TierGroup(String title, String standing, List<SloRow> slos) {}

    /**
     * One SLO.
     *
     * @param slo its definition, which filters ask
     * @param promise its target in words
     * @param now the SLI
     * @param burn the burn rate over the last hour
     * @param carries for a capacity, which has no budget: what was promised; empty for all others
     * @param note what the numbers do not say; empty for nothing
     */
    public record SloRow(
            Slo slo,
            String name,
            String title,
            String promise,
            Standing standing,
            String word,
            String now,
            Bar budget,
            String burn,
            boolean burnsFast,
            String spark,
            String carries,
            String note) {}

    /**
     * One cutover.
     *
     * @param where share, run and revision
     * @param forecast what is still needed; empty if it cannot be said
     */
    public record CutoverCard(
            String name,
            String title,
            Verdict verdict,
            List<StepTrack> steps,
            String where,
            String reason,
            String forecast) {}

    private static final Duration HOUR = Duration.ofHours(1);

    static OverviewPage of(SloEngine engine, IngestStatus ingest, Sparklines sparklines) {
        Instant now = engine.now();
        List<SloStatus> slos = engine.slos();
        List<Alert> alerts = engine.alerts();
        Map<String, List<Alert>> alertsOf =
                alerts.stream().collect(Collectors.groupingBy(Alert::slo));
        Map<Tier, List<SloRow>> rows = new EnumMap<>(Tier.class);
        Map<Standing, Integer> standings = new EnumMap<>(Standing.class);
        for (SloStatus status : slos) {
            List<Alert> own = alertsOf.getOrDefault(status.slo().name(), List.of());
            SloRow row = row(status, own, sparklines);
            standings.merge(row.standing(), 1, Integer::sum);
            rows.computeIfAbsent(status.slo().tier(), tier -> new ArrayList<>()).add(row);
        }
        List<TierGroup> tiers = new ArrayList<>();
        rows.forEach(
                (tier, group) -> tiers.add(new TierGroup(title(tier), standing(group), group)));
        Map<String, SloStatus> byName = new HashMap<>();
        slos.forEach(status -> byName.put(status.slo().name(), status));
        List<AlertRow> active =
                AlertRow.active(alerts, name -> Optional.ofNullable(byName.get(name)), now);
        return new OverviewPage(
                headline(slos.size(), standings, active),
                tone(standings, active),
                summary(slos.size(), standings),
                AlertRow.onePerSlo(active),
                engine.cutovers().stream().map(OverviewPage::card).toList(),
                tiers,
                IngestHealth.of(ingest),
                filter(slos, OverviewFilter.ALL, ""));
    }

    /**
     * The same, with the objectives that a filter shows. What fires, and what moves, is shown
     * whatever the filter: nobody may miss it.
     */
    OverviewPage only(OverviewFilter wanted) {
        if (wanted.isAll()) {
            return this;
        }
        List<TierGroup> kept = new ArrayList<>();
        int all = 0;
        int shown = 0;
        for (TierGroup tier : tiers) {
            List<SloRow> rows =
                    tier.slos().stream()
                            .filter(row -> wanted.shows(row.slo(), row.standing()))
                            .toList();
            all += tier.slos().size();
            shown += rows.size();
            if (!rows.isEmpty()) {
                kept.add(new TierGroup(tier.title(), standing(rows), rows));
            }
        }
        List<Slo> slos =
                tiers.stream().flatMap(tier -> tier.slos().stream()).map(SloRow::slo).toList();
        return new OverviewPage(
                headline,
                tone,
                summary,
                alerts,
                cutovers,
                kept,
                ingest,
                filterOf(slos, wanted, shown + " of " + all + " objectives"));
    }

    private static FilterPart filter(
            List<SloStatus> statuses, OverviewFilter wanted, String shown) {
        return filterOf(statuses.stream().map(SloStatus::slo).toList(), wanted, shown);
    }

    private static FilterPart filterOf(List<Slo> slos, OverviewFilter wanted, String shown) {
        List<Choice> tiers = new ArrayList<>();
        tiers.add(new Choice("", "All tiers", wanted.tier().isEmpty()));
        for (Tier tier : Tier.values()) {
            tiers.add(
                    new Choice(
                            OverviewFilter.key(tier),
                            title(tier),
                            wanted.tier().filter(t -> t == tier).isPresent()));
        }
        List<Choice> standings = new ArrayList<>();
        standings.add(new Choice("", "All states", wanted.standing().isEmpty()));
        for (Standing standing : Standing.values()) {
            standings.add(
                    new Choice(
                            standing.shape(),
                            standing.word(),
                            wanted.standing().filter(s -> s == standing).isPresent()));
        }
        List<Choice> services = new ArrayList<>();
        services.add(new Choice("", "All services", wanted.service().isEmpty()));
        slos.stream()
                .map(Slo::service)
                .distinct()
                .sorted()
                .forEach(
                        service ->
                                services.add(
                                        new Choice(
                                                service,
                                                service,
                                                wanted.service()
                                                        .filter(service::equals)
                                                        .isPresent())));
        return new FilterPart(wanted.words(), tiers, standings, services, shown);
    }

    private static SloRow row(SloStatus status, List<Alert> alerts, Sparklines sparklines) {
        if (status.capacity().isPresent()) {
            return capacityRow(status, status.capacity().get(), Standing.of(status, alerts));
        }
        SloStatus.ObjectiveStatus objective = status.objectives().getFirst();
        Standing standing = Standing.of(status, alerts);
        var hour =
                objective.burnRates().stream()
                        .filter(rate -> rate.window().equals(HOUR))
                        .findFirst();
        double rate = hour.map(r -> r.rate().orElse(0)).orElse(0.0);
        return new SloRow(
                status.slo(),
                status.slo().name(),
                status.slo().metadata().displayName(),
                Sentences.promise(status.slo()),
                standing,
                Sentences.word(status, standing),
                Format.goodShare(objective.good(), objective.total()),
                Bar.budget(objective.budget().remainingRatio()),
                hour.map(r -> Format.times(r.rate())).orElse(Format.NONE),
                rate > 1,
                sparklines.path(status),
                "",
                Sentences.note(objective));
    }

    /**
     * Slices below a load that never came say nothing, so neither do their budget and burn rate.
     */
    private static SloRow capacityRow(
            SloStatus status, SloStatus.Capacity capacity, Standing standing) {
        return new SloRow(
                status.slo(),
                status.slo().name(),
                status.slo().metadata().displayName(),
                Sentences.promise(status.slo()),
                standing,
                Sentences.word(status, standing),
                Format.count(capacity.highestProvenPerMinute()) + " /min",
                Bar.budget(OptionalDouble.empty()),
                "",
                false,
                "",
                Format.count((long) capacity.target()) + " a minute promised",
                "");
    }

    private static CutoverCard card(CutoverStatus status) {
        String share =
                status.run()
                        .flatMap(Run::currentStep)
                        .map(step -> Format.exactPercent(step.share()))
                        .orElse("");
        String run = status.run().map(r -> r.revision() + ", run " + r.number()).orElse("");
        return new CutoverCard(
                status.cutover().name(),
                status.cutover().metadata().displayName(),
                Verdict.of(status),
                StepTrack.of(status),
                share.isEmpty() ? run : share + " of traffic on " + run,
                status.decision().flatMap(Sentences::reason).orElse("nothing is decided yet"),
                status.decision().map(Decision::forecast).map(OverviewPage::forecast).orElse(""));
    }

    static String forecast(Decision.Forecast forecast) {
        OptionalLong requests = forecast.candidateRequestsToGo();
        OptionalLong seconds = forecast.secondsAtCurrentTraffic();
        if (requests.orElse(0) == 0) {
            return "";
        }
        return "about "
                + Format.about(requests.getAsLong())
                + " more requests"
                + (seconds.isEmpty()
                        ? ""
                        : ", " + Format.roughly(Duration.ofSeconds(seconds.getAsLong())));
    }

    private static String title(Tier tier) {
        return switch (tier) {
            case BUSINESS -> "Business";
            case SERVICE -> "Services";
            case OPERATIONAL -> "Operations";
        };
    }

    private static String standing(List<SloRow> rows) {
        long met = rows.stream().filter(row -> row.standing() == Standing.MET).count();
        return met == rows.size() ? "all met" : met + " of " + rows.size() + " met";
    }

    private static String headline(
            int count, Map<Standing, Integer> standings, List<AlertRow> active) {
        List<AlertRow> pages =
                active.stream().filter(alert -> alert.severity().equals("page")).toList();
        List<String> names = pages.stream().map(AlertRow::name).distinct().toList();
        if (count == 0) {
            return "No objectives yet";
        }
        if (names.size() == 1) {
            return names.getFirst() + " is burning its budget";
        }
        if (!names.isEmpty()) {
            return names.size() + " objectives are burning their budgets";
        }
        int breached = standings.getOrDefault(Standing.BREACHED, 0);
        if (breached > 0) {
            return breached == 1
                    ? "One objective is breached"
                    : breached + " objectives are breached";
        }
        if (!active.isEmpty()) {
            List<String> tickets = active.stream().map(AlertRow::name).distinct().toList();
            return tickets.size() == 1
                    ? tickets.getFirst() + " has a ticket"
                    : tickets.size() + " objectives have tickets";
        }
        return standings.getOrDefault(Standing.MET, 0) == 0
                ? "Nothing is measured yet"
                : "All quiet";
    }

    private static String tone(Map<Standing, Integer> standings, List<AlertRow> active) {
        if (active.stream().anyMatch(alert -> alert.severity().equals("page"))) {
            return Standing.BURNING.shape();
        }
        if (standings.containsKey(Standing.BREACHED)) {
            return Standing.BREACHED.shape();
        }
        if (!active.isEmpty()) {
            return "ticket";
        }
        return standings.getOrDefault(Standing.MET, 0) > 0
                ? Standing.MET.shape()
                : Standing.UNMEASURED.shape();
    }

    private static String summary(int count, Map<Standing, Integer> standings) {
        if (count == 0) {
            return "";
        }
        List<String> parts = new ArrayList<>();
        for (Standing standing :
                List.of(Standing.BURNING, Standing.BREACHED, Standing.MET, Standing.UNMEASURED)) {
            int number = standings.getOrDefault(standing, 0);
            if (number > 0) {
                parts.add(
                        number
                                + (standing == Standing.UNMEASURED
                                        ? " not measured"
                                        : " " + standing.word().toLowerCase(Locale.ROOT)));
            }
        }
        return String.join(", ", parts);
    }
}
