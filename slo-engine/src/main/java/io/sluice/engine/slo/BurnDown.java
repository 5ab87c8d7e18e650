package io.sluice.engine.slo;

import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The remaining budget over time, for a chart: each point is the budget of the window that ends
 * there.
 */
public record BurnDown(String slo, int objective, List<Point> points) {
    public BurnDown {
        points = List.copyOf(points);
    }

    /**
     * One point.
     *
     * @param remainingRatio empty where nothing was measured in the whole window
     * @param sli of the interval since the last point
     * @param measured whether the interval since the last point was measured
     */
    public record Point(
            Instant at,
            OptionalDouble remainingRatio,
            OptionalDouble sli,
            long bad,
            long total,
            boolean measured) {}
}
