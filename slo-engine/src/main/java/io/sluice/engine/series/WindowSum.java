package io.sluice.engine.series;

/**
 * Exact sums over a window. Raw counts are events as they came; thousandths are adjusted for
 * sampling.
 *
 * @param good raw
 * @param total raw
 */
public record WindowSum(long good, long total, long goodThousandths, long totalThousandths) {
    /** Nothing at all. */
    public static final WindowSum EMPTY = new WindowSum(0, 0, 0, 0);

    /** Raw bad events. */
    public long bad() {
        return total - good;
    }

    /** Both together. */
    public WindowSum plus(WindowSum other) {
        return new WindowSum(
                good + other.good,
                total + other.total,
                goodThousandths + other.goodThousandths,
                totalThousandths + other.totalThousandths);
    }

    /** What is left without a part. */
    public WindowSum minus(WindowSum part) {
        return new WindowSum(
                good - part.good,
                total - part.total,
                goodThousandths - part.goodThousandths,
                totalThousandths - part.totalThousandths);
    }
}
