package io.sluice.dashboard.api;

import io.sluice.engine.alert.Alert;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** One alert condition of one objective. */
record AlertView(
        String key,
        String slo,
        int objective,
        String severity,
        String policy,
        String condition,
        String state,
        @Nullable Instant conditionTrueAt,
        @Nullable Instant firedAt,
        @Nullable Instant deliveredAt,
        @Nullable Instant resolvedAt,
        long longWindowSeconds,
        long shortWindowSeconds,
        double threshold,
        @Nullable Double burnRate,
        @Nullable Double shortBurnRate) {

    static AlertView of(Alert alert) {
        return new AlertView(
                alert.key(),
                alert.slo(),
                alert.objective(),
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
    record Page(List<AlertView> alerts) {}
}
