package io.sluice.engine.slo;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
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
     * @param estimated where part of the window is known by estimate only, because the threshold
     *     changed: between what remains of the whole window's budget; {@code remainingRatio} is
     *     then of what was counted
     */
    public record Point(
            Instant at,
            OptionalDouble remainingRatio,
            OptionalDouble sli,
            long bad,
            long total,
            boolean measured,
            Optional<Estimate.Band> estimated) {

        Point estimated(Estimate.Band band) {
            return new Point(at, remainingRatio, sli, bad, total, measured, Optional.of(band));
        }
    }
}
