package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.definitions.model.AlertPolicy;
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
    @Described(name = "Backtest", value = "What alert policies would have told on stored history.")
    record Page(
            Instant from,
            Instant to,
            Report inForce,
            @Described("What the given files would have told; null if none were given.")
                    @Nullable Report candidate) {}

    /** One side. */
    @Described(name = "BacktestReport", value = "One side.")
    record Report(
            long pages,
            double pagesPerWeek,
            @Described("Pages that no given incident explains.") long pagesOutsideIncidents,
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

    @Described(name = "BacktestSlo")
    record SloPart(
            String slo,
            Instant judgedFrom,
            @Described("Null if nothing of it is counted.") @Nullable Instant countedFrom,
            List<Firing> firings) {
        static SloPart of(BacktestReport.SloReport report) {
            return new SloPart(
                    report.slo(),
                    report.judgedFrom(),
                    Views.orNull(report.countedFrom()),
                    report.firings().stream().map(Firing::of).toList());
        }
    }

    @Described(name = "BacktestFiring")
    record Firing(
            String key,
            @Described("The objective's index in its SLO; 0 where `shared`.") int objective,
            @Described("Whether it is about the budget that a composite's objectives share.")
                    boolean shared,
            @OneOf(AlertPolicy.Severity.class) String severity,
            String policy,
            String condition,
            Instant firedAt,
            @Nullable Instant resolvedAt,
            @Nullable Double burnRate,
            @Described("When it fired.") @Nullable Double budgetRemainingRatio) {
        static Firing of(BacktestReport.Firing firing) {
            Alert alert = firing.alert();
            return new Firing(
                    alert.key(),
                    alert.ofObjective().orElse(0),
                    alert.ofObjective().isEmpty(),
                    alert.severity().name(),
                    alert.policy(),
                    alert.condition(),
                    firing.firedAt(),
                    Views.orNull(firing.resolvedAt()),
                    Views.orNull(alert.longBurnRate()),
                    Views.orNull(firing.budgetRemaining()));
        }
    }

    @Described(name = "BacktestIncident")
    record Incident(
            Instant from,
            Instant to,
            @Described("No page told of it.") boolean missed,
            @Described("The key of the first page in it.") @Nullable String page,
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
