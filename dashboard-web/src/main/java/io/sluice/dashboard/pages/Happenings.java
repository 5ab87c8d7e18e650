package io.sluice.dashboard.pages;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.Cutover;
import io.sluice.definitions.model.Exclusion;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.cutover.CutoverStatus;
import io.sluice.engine.cutover.Run;
import io.sluice.engine.slo.SloStatus;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What happened around an SLO, to be marked on its plots: deployments, cutover steps, alerts. */
final class Happenings {
    /** More would hide the line; the newest count. */
    private static final int MARKS = 12;

    /** A weekly one over 400 days, and room for more. */
    private static final int BANDS = 100;

    private record Happening(Instant at, String label) {}

    private final SloEngine engine;

    Happenings(SloEngine engine) {
        this.engine = engine;
    }

    /** In order of time, within {@code [from, to)}. */
    List<Plot.Mark> of(SloStatus status, Instant from, Instant to) {
        Slo slo = status.slo();
        List<Happening> all =
                Stream.of(deployments(slo, from, to), steps(slo), alerts(slo))
                        .flatMap(happenings -> happenings)
                        .filter(one -> !one.at().isBefore(from) && one.at().isBefore(to))
                        .distinct()
                        .sorted(Comparator.comparing(Happening::at))
                        .toList();
        return all.subList(Math.max(0, all.size() - MARKS), all.size()).stream()
                .map(one -> new Plot.Mark(Plots.seconds(one.at()), one.label()))
                .toList();
    }

    /** Times that are excluded from the SLO's budget, cut at both ends, in order of their begin. */
    List<Plot.Band> bands(Slo slo, Instant from, Instant to) {
        return engine.definitions().exclusions().values().stream()
                .filter(exclusion -> exclusion.appliesTo().matches(slo))
                .flatMap(exclusion -> bands(exclusion, from, to))
                .sorted(Comparator.comparingDouble(Plot.Band::from))
                .limit(BANDS)
                .toList();
    }

    private static Stream<Plot.Band> bands(Exclusion exclusion, Instant from, Instant to) {
        return exclusion.when().within(from, to).stream()
                .map(
                        time ->
                                new Plot.Band(
                                        Plots.seconds(time.start()),
                                        Plots.seconds(time.end()),
                                        exclusion.metadata().displayName()));
    }

    private Stream<Happening> deployments(Slo slo, Instant from, Instant to) {
        return engine.deployments(from, to).stream()
                .filter(deployment -> deployment.service().equals(slo.service()))
                .map(deployment -> new Happening(deployment.at(), deployment.version()));
    }

    /** Steps of the cutovers that move this SLO's service, or compare its SLI. */
    private Stream<Happening> steps(Slo slo) {
        return engine.cutovers().stream()
                .filter(status -> concerns(status.cutover(), slo))
                .flatMap(
                        status ->
                                status.run().stream()
                                        .map(Run::steps)
                                        .flatMap(List::stream)
                                        .map(step -> happening(status, step)));
    }

    private static Happening happening(CutoverStatus status, Run.StepReport step) {
        return new Happening(
                step.startedAt(),
                status.cutover().name() + " " + Format.exactPercent(step.share()));
    }

    private static boolean concerns(Cutover cutover, Slo slo) {
        return cutover.service().equals(slo.service())
                || cutover.objectives().contains(slo.name())
                || cutover.metrics().stream()
                        .anyMatch(
                                metric ->
                                        slo.objectives().stream()
                                                .anyMatch(
                                                        objective ->
                                                                objective
                                                                        .sli()
                                                                        .equals(metric.sli())));
    }

    private Stream<Happening> alerts(Slo slo) {
        return engine.alerts().stream()
                .filter(alert -> alert.slo().equals(slo.name()))
                .flatMap(
                        alert ->
                                alert.firedAt().stream().map(at -> new Happening(at, word(alert))));
    }

    private static String word(Alert alert) {
        return alert.severity() == AlertPolicy.Severity.PAGE ? "page" : "ticket";
    }
}
