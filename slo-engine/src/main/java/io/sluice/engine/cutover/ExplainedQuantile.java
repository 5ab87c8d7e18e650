package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;

import java.util.Optional;

/** What of a quantile in the current step its bounds are computed from. Not changed any more. */
record ExplainedQuantile(
        String name,
        Explanation.Baseline baseline,
        Sketch baselineValues,
        Sketch candidateValues,
        double tail,
        Dispersion dispersion) {

    /** Copies what goes on changing. */
    static ExplainedQuantile of(StepQuantile quantile) {
        return new ExplainedQuantile(
                quantile.tested().name(),
                Explanation.Baseline.of(quantile.snapshot().map(QuantileSnapshot::origin)),
                copy(quantile.baseline()),
                copy(quantile.candidate()),
                quantile.tested().tail(),
                quantile.dispersion());
    }

    private static Sketch copy(Sketch values) {
        Sketch copy = new Sketch();
        copy.merge(values);
        return copy;
    }

    Explanation.Metric explain() {
        QuantileSequence sequence =
                baseline == Explanation.Baseline.LIVE
                        ? QuantileSequence.live(baselineValues, candidateValues, tail, dispersion)
                        : QuantileSequence.against(
                                baselineValues, candidateValues, tail, dispersion);
        return new Explanation.Metric(
                name,
                sequence.ratioLow(),
                sequence.ratioHigh(),
                baseline,
                dispersion.factor(),
                Optional.of(new Explanation.Quantile(sequence.baseline(), sequence.candidate())));
    }
}
