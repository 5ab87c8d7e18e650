package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of a metric in the current step its bounds are computed from. Immutable. */
record ExplainedMetric(
        String name,
        int step,
        Explanation.Baseline baseline,
        Optional<Snapshot> snapshot,
        OptionalDouble limit,
        long candidateBad,
        long candidateTotal,
        Dispersion dispersion) {

    static ExplainedMetric of(int step, StepMetric metric) {
        return new ExplainedMetric(
                metric.tested().metric().name(),
                step,
                Explanation.Baseline.of(metric),
                metric.snapshot(),
                metric.limit(),
                metric.candidateBad(),
                metric.candidateTotal(),
                metric.dispersion());
    }

    /**
     * Explains a decision.
     *
     * @param metrics as they were when it was made
     * @param quantiles as they were when it was made
     * @param strata the whole run's; those that were sealed meanwhile make the bounds tighter
     */
    static Explanation explain(
            Decision decision,
            List<ExplainedMetric> metrics,
            List<ExplainedQuantile> quantiles,
            List<StoredStratum> strata) {
        Map<String, List<StoredStratum>> byMetric =
                strata.stream().collect(Collectors.groupingBy(StoredStratum::metric));
        return new Explanation(
                decision,
                1 - RatioSequence.RISK,
                Stream.concat(
                                metrics.stream()
                                        .map(
                                                m ->
                                                        m.with(
                                                                byMetric.getOrDefault(
                                                                        m.name(), List.of()))),
                                quantiles.stream().map(ExplainedQuantile::explain))
                        .toList());
    }

    private Explanation.Metric with(List<StoredStratum> strata) {
        RatioSequence ratio =
                limit.isPresent()
                        ? RatioSequence.toLimit(
                                limit.getAsDouble(), candidateBad, candidateTotal, dispersion)
                        : ratio(strata);
        return new Explanation.Metric(
                name, ratio.low(), ratio.high(), baseline, dispersion.factor(), Optional.empty());
    }

    private RatioSequence ratio(List<StoredStratum> strata) {
        return snapshot.map(
                        counts ->
                                RatioSequence.against(
                                        counts, candidateBad, candidateTotal, dispersion))
                .orElseGet(
                        () ->
                                RatioSequence.live(
                                        strata.stream()
                                                .filter(stratum -> stratum.step() == step)
                                                .toList(),
                                        dispersion));
    }
}
