package io.sluice.dashboard.api;

import io.sluice.engine.alert.Alert;
import io.sluice.engine.backtest.BacktestReport;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What alert policies would have told on stored history. */
final class BacktestView {
    private BacktestView() {}

    /**
     * {@code GET} and {@code POST /api/v1/backtest}.
     *
     * @param candidate what the given files would have told; null if none were given
     */
    record Page(Instant from, Instant to, Report inForce, @Nullable Report candidate) {}

    /** One side. */
    record Report(
            long pages,
            double pagesPerWeek,
            long pagesOutsideIncidents,
            List<SloPart> slos,
            List<Incident> incidents) {

        static Report of(BacktestReport report) {
            return new Report(
                    report.pages(),
                    report.pagesPerWeek(),
                    report.pagesOutsideIncidents(),
                    report.slos().stream().map(SloPart::of).toList(),
                    report.incidents().stream().map(Incident::of).toList());
        }
    }

    record SloPart(
            String slo, Instant judgedFrom, @Nullable Instant countedFrom, List<Firing> firings) {
        static SloPart of(BacktestReport.SloReport report) {
            return new SloPart(
                    report.slo(),
                    report.judgedFrom(),
                    Views.orNull(report.countedFrom()),
                    report.firings().stream().map(Firing::of).toList());
        }
    }

    record Firing(
            String key,
            int objective,
            String severity,
            String policy,
            String condition,
            Instant firedAt,
            @Nullable Instant resolvedAt,
            @Nullable Double burnRate,
            @Nullable Double budgetRemainingRatio) {
        static Firing of(BacktestReport.Firing firing) {
            Alert alert = firing.alert();
            return new Firing(
                    alert.key(),
                    alert.objective(),
                    alert.severity().name(),
                    alert.policy(),
                    alert.condition(),
                    firing.firedAt(),
                    Views.orNull(firing.resolvedAt()),
                    Views.orNull(alert.longBurnRate()),
                    Views.orNull(firing.budgetRemaining()));
        }
    }

    record Incident(
            Instant from,
            Instant to,
            boolean missed,
            @Nullable String page,
            @Nullable Long timeToDetectSeconds) {
        static Incident of(BacktestReport.Incident incident) {
            return new Incident(
                    incident.time().from(),
                    incident.time().to(),
                    incident.page().isEmpty(),
                    Views.orNull(incident.page().map(firing -> firing.alert().key())),
                    Views.orNull(incident.timeToDetect().map(Duration::toSeconds)));
        }
    }
}
