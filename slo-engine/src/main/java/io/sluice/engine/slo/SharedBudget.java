package io.sluice.engine.slo;

import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * How much of a composite's budget is spent within a window.
 *
 * <p>Occurrences: each part burns the shared budget as fast as its own, times its weight (OpenSLO
 * v1, notes on Composite SLO), so burn rates add up, each under its part's own target. Slices:
 * {@link Parts}.
 *
 * @param rate 1 spends the budget exactly within the SLO's window; empty without events
 * @param overspent whether it is over 1; exact
 * @param measured whether anything is known about every part
 * @param coverage of the part about which least is known
 */
record SharedBudget(OptionalDouble rate, boolean overspent, boolean measured, double coverage) {

    /** Over the SLO's own window. */
    static SharedBudget window(Counting counting, MeasurePlan plan, Slo slo, Instant at) {
        return over(
                plan,
                slo,
                part -> counting.window(part, slo.window(), at),
                parts -> counting.window(parts, slo.window(), at));
    }

    /** Over the time before an instant. */
    static SharedBudget rolling(
            Counting counting, MeasurePlan plan, Slo slo, Duration window, Instant at) {
        return over(
                plan,
                slo,
                part -> counting.rolling(part, window, at),
                parts -> counting.rolling(parts, window, at));
    }

    private static SharedBudget over(
            MeasurePlan plan,
            Slo slo,
            Function<Judged, WindowCounts> each,
            Function<Parts, WindowCounts> together) {
        Parts parts = Parts.of(plan, slo);
        List<WindowCounts> counts = parts.all().stream().map(each).toList();
        boolean measured = counts.stream().allMatch(WindowCounts::isMeasured);
        if (slo.method() == BudgetingMethod.OCCURRENCES) {
            return added(slo.objectives(), counts, measured);
        }
        WindowCounts all = together.apply(parts);
        return new SharedBudget(
                all.burnRate(parts.target()), !all.meets(parts.target()), measured, all.coverage());
    }

    private static SharedBudget added(
            List<Objective> objectives, List<WindowCounts> counts, boolean measured) {
        // The sum of fractions, divided last.
        BigDecimal bad = BigDecimal.ZERO;
        BigDecimal allowed = BigDecimal.ONE;
        boolean events = false;
        double coverage = 1;
        for (int i = 0; i < counts.size(); i++) {
            WindowCounts part = counts.get(i);
            coverage = Math.min(coverage, part.coverage());
            if (part.total() > 0) {
                Objective objective = objectives.get(i);
                BigDecimal partBad = objective.weight().multiply(BigDecimal.valueOf(part.bad()));
                BigDecimal partAllowed =
                        BigDecimal.ONE
                                .subtract(objective.target())
                                .multiply(BigDecimal.valueOf(part.total()));
                bad = bad.multiply(partAllowed).add(partBad.multiply(allowed));
                allowed = allowed.multiply(partAllowed);
                events = true;
            }
        }
        return new SharedBudget(
                events
                        ? OptionalDouble.of(
                                bad.divide(allowed, MathContext.DECIMAL64).doubleValue())
                        : OptionalDouble.empty(),
                bad.compareTo(allowed) > 0,
                measured,
                coverage);
    }

    SloStatus.State state() {
        return overspent
                ? SloStatus.State.BREACHED
                : measured ? SloStatus.State.MET : SloStatus.State.UNMEASURED;
    }
}
