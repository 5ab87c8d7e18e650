package io.sluice.definitions;

import io.sluice.definitions.model.EventSource;
import io.sluice.definitions.model.Indicator;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Warns of thresholds that a histogram cannot answer exactly: counts are known at its bucket bounds
 * only. A definition does not say which bounds its histogram has, but OpenTelemetry's semantic
 * conventions advise them for the durations that everybody measures, in seconds.
 */
final class HistogramBounds {
    private static final List<BigDecimal> HTTP =
            numbers(
                    "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1",
                    "2.5", "5", "7.5", "10");
    private static final List<BigDecimal> DATABASE =
            numbers("0.001", "0.005", "0.01", "0.05", "0.1", "0.5", "1", "5", "10");

    /** By the conventions' names, and by those that Prometheus makes of them. */
    private static final Map<String, List<BigDecimal>> ADVISED =
            Map.of(
                    "http.server.request.duration", HTTP,
                    "http_server_request_duration_seconds", HTTP,
                    "http.client.request.duration", HTTP,
                    "http_client_request_duration_seconds", HTTP,
                    "db.client.operation.duration", DATABASE,
                    "db_client_operation_duration_seconds", DATABASE);

    private HistogramBounds() {}

    /**
     * @param at the objective's {@code value}
     */
    static void check(Indicator indicator, Objective.Threshold threshold, Value at) {
        if (!(indicator instanceof Indicator.Threshold judged)
                || judged.value() != Indicator.Value.POINT
                || !(judged.source() instanceof EventSource.Metrics metrics)) {
            return;
        }
        List<BigDecimal> bounds = ADVISED.getOrDefault(metrics.metric(), List.of());
        BigDecimal value = BigDecimal.valueOf(threshold.value());
        BigDecimal seconds =
                judged.unit() == Indicator.Unit.MILLISECONDS ? value.movePointLeft(3) : value;
        if (!bounds.isEmpty() && bounds.stream().noneMatch(b -> b.compareTo(seconds) == 0)) {
            at.warn(
                    "`"
                            + metrics.metric()
                            + "` is a histogram without a bound at "
                            + seconds.stripTrailingZeros().toPlainString()
                            + " s, if it has those that OpenTelemetry advises; the answer is then"
                            + " a range",
                    bounds.stream().map(BigDecimal::toPlainString).collect(Collectors.joining(", "))
                            + " s, or a bound of your own");
        }
    }

    private static List<BigDecimal> numbers(String... texts) {
        return List.of(texts).stream().map(BigDecimal::new).toList();
    }
}
