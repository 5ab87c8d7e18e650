package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.definitions.model.Objective;
import io.sluice.engine.slo.BurnDown;
import io.sluice.engine.slo.Burned;
import io.sluice.engine.slo.Estimate;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.List;

/** How a budget went, and what took it. */
final class BurnView {
    private BurnView() {}

    /** {@code GET /api/v1/slos/{name}/burndown}. */
    @Described(name = "BurnDown")
    record Down(String slo, int objective, BigDecimal target, List<Point> points) {
        static Down of(BurnDown burnDown, Objective objective) {
            return new Down(
                    burnDown.slo(),
                    burnDown.objective(),
                    objective.target(),
                    burnDown.points().stream()
                            .map(point -> Point.of(point, objective.target()))
                            .toList());
        }
    }

    /**
     * One point.
     *
     * @param remainingRatio of the whole window that ends at {@code at}
     * @param burnRate of the interval since the last point; null where that had no events
     */
    @Described(
            name = "BurnDownPoint",
            value =
                    "remainingRatio is of the whole window that ends here; the rest"
                            + " is of the interval since the last point.")
    record Point(
            Instant at,
            @Described("1 untouched, 0 spent, less than 0 overspent; null unmeasured.")
                    @Nullable Double remainingRatio,
            @Nullable Double sli,
            @Described("Null where the interval had no events.") @Nullable Double burnRate,
            long bad,
            long total,
            boolean measured,
            @Described(
                            "Where part of the window is known by estimate only, because the"
                                    + " threshold changed: what is left of the whole window's"
                                    + " budget, at least; remainingRatio is then of what was"
                                    + " counted.")
                    @Nullable Double remainingRatioLow,
            @Nullable Double remainingRatioHigh) {

        static Point of(BurnDown.Point point, BigDecimal target) {
            return new Point(
                    point.at(),
                    Views.orNull(point.remainingRatio()),
                    Views.orNull(point.sli()),
                    burnRate(point.bad(), point.total(), target),
                    point.bad(),
                    point.total(),
                    point.measured(),
                    Views.orNull(point.estimated().map(Estimate.Band::low)),
                    Views.orNull(point.estimated().map(Estimate.Band::high)));
        }

        /**
         * The share of bad events over the share that the target allows (SRE workbook, chapter 5).
         */
        private static @Nullable Double burnRate(long bad, long total, BigDecimal target) {
            if (total == 0) {
                return null;
            }
            BigDecimal allowed =
                    BigDecimal.ONE.subtract(target).multiply(BigDecimal.valueOf(total));
            return BigDecimal.valueOf(bad).divide(allowed, MathContext.DECIMAL64).doubleValue();
        }
    }

    /** {@code GET /api/v1/slos/{name}/burned}. */
    @Described(name = "Burned", value = "What burned the budget: bad events by attribute.")
    record By(
            String slo,
            Instant from,
            Instant to,
            long bad,
            List<ShareView> shares,
            List<ExemplarView> exemplars) {
        static By of(Burned burned) {
            return new By(
                    burned.slo(),
                    burned.from(),
                    burned.to(),
                    burned.bad(),
                    burned.shares().stream()
                            .map(
                                    share ->
                                            new ShareView(
                                                    share.attribute(),
                                                    share.value(),
                                                    share.bad(),
                                                    share.total()))
                            .toList(),
                    burned.exemplars().stream()
                            .map(
                                    exemplar ->
                                            new ExemplarView(
                                                    exemplar.traceId(),
                                                    Instant.ofEpochSecond(0, exemplar.timeNanos()),
                                                    exemplar.group(),
                                                    Views.finite(exemplar.value())))
                            .toList());
        }
    }

    @Described(
            name = "BurnedShare",
            value = "total is 0 where only bad events are counted by this attribute.")
    record ShareView(String attribute, String value, long bad, long total) {}

    @Described("A trace with such an event.")
    record ExemplarView(
            String traceId,
            Instant at,
            String group,
            @Described("The judged value in the indicator's unit, where it has one.")
                    @Nullable Double value) {}
}
