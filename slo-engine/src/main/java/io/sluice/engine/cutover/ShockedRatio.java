package io.sluice.engine.cutover;

/**
 * An error ratio whose logarithm wanders about: a stationary first-order autoregressive process.
 * Not thread-safe.
 */
final class ShockedRatio {
    private final double ratio;
    private final double deviation;
    private final double correlation;
    private double level;
    private boolean begun;

    /**
     * @param deviation of the logarithm
     * @param correlation from one value to the next, in [0, 1)
     */
    ShockedRatio(double ratio, double deviation, double correlation) {
        this.ratio = ratio;
        this.deviation = deviation;
        this.correlation = correlation;
    }

    double next(Traffic traffic) {
        level =
                begun
                        ? correlation * level
                                + traffic.normal(
                                        deviation * Math.sqrt(1 - correlation * correlation))
                        : traffic.normal(deviation);
        begun = true;
        return ratio * Math.exp(level);
    }
}
