package io.sluice.engine.backtest;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.time.Interval;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a definition set's alert policies would have told.
 *
 * @param range what was asked for
 * @param slos in name order
 * @param incidents as they were given
 */
public record BacktestReport(Interval range, List<SloReport> slos, List<Incident> incidents) {
    private static final Duration WEEK = Duration.ofDays(7);

    public BacktestReport {
        slos = List.copyOf(slos);
        incidents = List.copyOf(incidents);
    }

    /** How many pages there would have been. */
    public long pages() {
        return slos.stream().flatMap(slo -> slo.firings().stream()).filter(Firing::pages).count();
    }

    /** Of these, how many began outside every incident. */
    public long pagesOutsideIncidents() {
        return slos.stream()
                .flatMap(slo -> slo.firings().stream())
                .filter(Firing::pages)
                .filter(firing -> incidents.stream().noneMatch(i -> i.told(firing)))
                .count();
    }

    /** Over the part of the range since something was counted; 0 if nothing ever was. */
    public double pagesPerWeek() {
        return slos.stream()
                .map(SloReport::countedFrom)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder())
                .map(since -> since.isAfter(range.from()) ? since : range.from())
                .filter(since -> since.isBefore(range.to()))
                .map(since -> Duration.between(since, range.to()))
                .map(counted -> (double) pages() * WEEK.toSeconds() / counted.toSeconds())
                .orElse(0.0);
    }

    /**
     * One SLO.
     *
     * @param judgedFrom later than asked for where slices were finer than what is still kept
     * @param countedFrom the oldest bucket of what its objectives count; empty if nothing like it
     *     was ever counted, so that nothing can be said
     * @param firings in order of time
     */
    public record SloReport(
            String slo, Instant judgedFrom, Optional<Instant> countedFrom, List<Firing> firings) {
        public SloReport {
            firings = List.copyOf(firings);
        }
    }

    /**
     * An alert that would have been told.
     *
     * @param alert as it was when it fired
     * @param resolvedAt empty if it still fired at the end
     * @param budgetRemaining of the SLO's window when it fired; 1 when untouched, empty without
     *     events
     */
    public record Firing(
            Alert alert, Optional<Instant> resolvedAt, OptionalDouble budgetRemaining) {
        public Instant firedAt() {
            return alert.firedAt().orElseThrow();
        }

        boolean pages() {
            return alert.severity() == AlertPolicy.Severity.PAGE;
        }

        boolean activeIn(Interval interval) {
            return firedAt().isBefore(interval.to())
                    && resolvedAt.map(interval.from()::isBefore).orElse(true);
        }
    }

    /**
     * Something that had happened, as the user says, and the page that would have told of it.
     *
     * @param page the first that fired in it, or was firing when it began; empty if it was missed
     */
    public record Incident(Interval time, Optional<Firing> page) {
        /** From its beginning to the page; empty if it was missed. */
        public Optional<Duration> timeToDetect() {
            return page.map(
                    firing ->
                            firing.firedAt().isBefore(time.from())
                                    ? Duration.ZERO
                                    : Duration.between(time.from(), firing.firedAt()));
        }

        boolean told(Firing firing) {
            return firing.activeIn(time);
        }
    }
}
