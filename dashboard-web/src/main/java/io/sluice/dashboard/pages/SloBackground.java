package io.sluice.dashboard.pages;

import io.sluice.definitions.WhereDefined;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.SloStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What lies behind an SLO's numbers.
 *
 * @param source where it is defined; empty in files of other tools
 * @param exclusions of its window and of the week ahead, newest first
 * @param incidents of four weeks, newest first
 */
public record SloBackground(
        Optional<SourceLink> source, List<ExclusionRow> exclusions, List<IncidentRow> incidents) {
    private static final Duration AHEAD = Duration.ofDays(7);
    private static final Duration BEFORE = Duration.ofDays(28);

    /** As many of a kind as are looked at; the plots and the alerts page have the others. */
    private static final int ROWS = 6;

    /** A place in a file: {@code business/checkout.yaml:12}, and its address. */
    public record SourceLink(String text, String address) {}

    /** One time that counts for no budget. */
    public record ExclusionRow(Text time, String name, String reason) {}

    private record Time(Exclusion exclusion, Exclusion.Interval interval) {}

    static SloBackground of(SloEngine engine, SloStatus status) {
        Slo slo = status.slo();
        Instant now = status.at();
        String title = slo.metadata().displayName();
        return new SloBackground(
                WhereDefined.of(engine.definitions(), "SLO", slo.name())
                        .map(
                                place ->
                                        new SourceLink(
                                                place.file() + ":" + place.line(),
                                                SourcePage.address(place.file(), place.line()))),
                engine.definitions().exclusions().values().stream()
                        .filter(exclusion -> exclusion.appliesTo().matches(slo))
                        .flatMap(exclusion -> times(exclusion, status.from(), now.plus(AHEAD)))
                        .sorted(
                                Comparator.comparing((Time time) -> time.interval().start())
                                        .reversed())
                        .limit(ROWS)
                        .map(time -> row(time, now))
                        .toList(),
                engine.incidents(now.minus(BEFORE), now).reversed().stream()
                        .filter(incident -> incident.slo().equals(slo.name()))
                        .limit(ROWS)
                        .map(incident -> IncidentRow.of(incident, _ -> title, now))
                        .toList());
    }

    private static Stream<Time> times(Exclusion exclusion, Instant from, Instant to) {
        return exclusion.when().within(from, to).stream()
                .map(interval -> new Time(exclusion, interval));
    }

    private static ExclusionRow row(Time time, Instant now) {
        return new ExclusionRow(
                Text.at(time.interval().start(), now).and(" to ").andAt(time.interval().end(), now),
                time.exclusion().metadata().displayName(),
                time.exclusion().reason());
    }
}
