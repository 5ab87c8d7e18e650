package io.sluice.server.telemetry;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.yaml.Durations;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.slo.SloStatus;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The series of SLOs, which are nearly all of what {@code /metrics} says: some fifteen for each
 * objective. A meter for each of them would be removed, made and registered anew at every scrape;
 * these are written as they are read. Immutable.
 *
 * @param statuses of all SLOs
 * @param firing how many alerts fire or are frozen while firing; 0 where none does, since a series
 *     that comes and goes cannot be plotted
 * @param counts of each objective since the store began, which do not fall
 */
record SloSeries(
        List<SloStatus> statuses, Map<Firing, Long> firing, List<SloEngine.ObjectiveCount> counts) {
    /** What alerts are counted by. */
    record Firing(String slo, AlertPolicy.Severity severity) {}

    /** Reads them. */
    static SloSeries of(SloEngine engine, ObjectiveCounters counters) {
        Map<Firing, Long> firing = new LinkedHashMap<>();
        for (String slo : engine.definitions().slos().keySet()) {
            for (AlertPolicy.Severity severity : AlertPolicy.Severity.values()) {
                firing.put(new Firing(slo, severity), 0L);
            }
        }
        for (Alert alert : engine.alerts()) {
            if (alert.active()) {
                firing.merge(new Firing(alert.slo(), alert.severity()), 1L, Long::sum);
            }
        }
        return new SloSeries(engine.slos(), firing, counters.raised(engine.objectiveCounts()));
    }

    void writeTo(TextLines lines) throws IOException {
        ofObjectives(
                lines,
                "sluice_slo_good",
                "Good events or slices in the SLO's window.",
                SloStatus.ObjectiveStatus::good);
        // A gauge's name may not end in _total, which is for counters.
        ofObjectives(
                lines,
                "sluice_slo",
                "All events or slices in the SLO's window.",
                SloStatus.ObjectiveStatus::total);
        ofObjectives(
                lines,
                "sluice_slo_budget_remaining_ratio",
                "1 untouched, 0 spent, NaN unmeasured.",
                objective -> objective.budget().remainingRatio().orElse(Double.NaN));
        ofObjectives(
                lines,
                "sluice_slo_target",
                "The share of events or slices that should be good.",
                objective -> objective.objective().target().doubleValue());
        burnRates(lines);
        alerts(lines);
        counters(
                lines,
                "sluice_slo_good_events_total",
                "Good events of an objective.",
                SloEngine.ObjectiveCount::good);
        counters(
                lines,
                "sluice_slo_events_total",
                "All events of an objective.",
                SloEngine.ObjectiveCount::total);
    }

    private void ofObjectives(
            TextLines lines,
            String name,
            String help,
            ToDoubleFunction<SloStatus.ObjectiveStatus> value)
            throws IOException {
        if (statuses.isEmpty()) {
            return;
        }
        lines.metric(name, "gauge", help);
        for (SloStatus status : statuses) {
            for (int i = 0; i < status.objectives().size(); i++) {
                lines.line(name)
                        .label("objective", Integer.toString(i))
                        .lastLabel("slo", status.slo().name())
                        .value(value.applyAsDouble(status.objectives().get(i)));
            }
        }
    }

    private void burnRates(TextLines lines) throws IOException {
        String name = "sluice_slo_burn_rate";
        Map<Duration, String> written = new HashMap<>();
        boolean begun = false;
        for (SloStatus status : statuses) {
            for (int i = 0; i < status.objectives().size(); i++) {
                for (SloStatus.BurnRate rate : status.objectives().get(i).burnRates()) {
                    if (!begun) {
                        lines.metric(
                                name,
                                "gauge",
                                "How fast the budget goes, by window; 1 spends it in the SLO's"
                                        + " window, NaN unmeasured.");
                        begun = true;
                    }
                    lines.line(name)
                            .label("objective", Integer.toString(i))
                            .label("slo", status.slo().name())
                            .lastLabel(
                                    "window",
                                    written.computeIfAbsent(rate.window(), Durations::written))
                            .value(rate.rate().orElse(Double.NaN));
                }
            }
        }
    }

    private void alerts(TextLines lines) throws IOException {
        if (firing.isEmpty()) {
            return;
        }
        String name = "sluice_alerts_firing";
        lines.metric(name, "gauge", "Alerts of an SLO that fire or are frozen while firing.");
        for (Map.Entry<Firing, Long> count : firing.entrySet()) {
            lines.line(name)
                    .label("severity", count.getKey().severity().name().toLowerCase(Locale.ROOT))
                    .lastLabel("slo", count.getKey().slo())
                    .value(count.getValue());
        }
    }

    private void counters(
            TextLines lines,
            String name,
            String help,
            ToDoubleFunction<SloEngine.ObjectiveCount> value)
            throws IOException {
        if (counts.isEmpty()) {
            return;
        }
        lines.metric(name, "counter", help);
        for (SloEngine.ObjectiveCount count : counts) {
            lines.line(name)
                    .label("measure", count.measure())
                    .label("objective", Integer.toString(count.objective()))
                    .lastLabel("slo", count.slo())
                    .value(value.applyAsDouble(count));
        }
    }
}
