package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.definitions.model.AlertPolicy;
import io.sluice.engine.alert.Alert;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** One alert condition of one objective. */
record AlertView(
        @Described("Stays the same for as long as the condition exists.") String key,
        String slo,
        @Described("The objective's index in its SLO; 0 where `shared`.") int objective,
        @Described(
                        "Whether it is about the budget that a composite's objectives share, and"
                                + " not about one of them.")
                boolean shared,
        @OneOf(AlertPolicy.Severity.class) String severity,
        String policy,
        String condition,
        @Described(
                        "FROZEN was firing when the data stopped, and stays so until"
                                + " there is data again.")
                @OneOf(value = Alert.State.class, except = "INACTIVE")
                String state,
        @Described("Since when the condition is true, without a break.")
                @Nullable Instant conditionTrueAt,
        @Nullable Instant firedAt,
        @Described("When every receiver had been told.") @Nullable Instant deliveredAt,
        @Nullable Instant resolvedAt,
        long longWindowSeconds,
        long shortWindowSeconds,
        @Described("The burn rate from which on the condition is true.") double threshold,
        @Described("Over the long window; null where nothing was measured.")
                @Nullable Double burnRate,
        @Described("Over the short window.") @Nullable Double shortBurnRate) {

    static AlertView of(Alert alert) {
        return new AlertView(
                alert.key(),
                alert.slo(),
                alert.ofObjective().orElse(0),
                alert.ofObjective().isEmpty(),
                alert.severity().name(),
                alert.policy(),
                alert.condition(),
                alert.state().name(),
                Views.orNull(alert.conditionTrueAt()),
                Views.orNull(alert.firedAt()),
                Views.orNull(alert.deliveredAt()),
                Views.orNull(alert.resolvedAt()),
                alert.longWindow().toSeconds(),
                alert.shortWindow().toSeconds(),
                alert.threshold(),
                Views.orNull(alert.longBurnRate()),
                Views.orNull(alert.shortBurnRate()));
    }

    /** Inactive conditions are no alerts. */
    static List<AlertView> of(List<Alert> alerts) {
        return alerts.stream()
                .filter(alert -> alert.state() != Alert.State.INACTIVE)
                .map(AlertView::of)
                .toList();
    }

    /** {@code GET /api/v1/alerts}. */
    @Described(name = "Alerts")
    record Page(
            List<AlertView> alerts,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}
}
