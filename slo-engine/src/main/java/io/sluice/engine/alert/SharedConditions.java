package io.sluice.engine.alert;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.measure.MeasurePlan;
import io.sluice.engine.slo.SharedBudget;
import io.sluice.engine.slo.SloEvaluator;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at the alert conditions of a composite: they are about the one budget that its parts share.
 *
 * <p>What is known of some of its parts is a lower bound of what was spent: enough to say that the
 * budget burns, and never that it does not. The minimum of bad events is one of all parts together;
 * it means nothing where a part's events are not known.
 */
final class SharedConditions {
    private final SloEvaluator evaluator;

    SharedConditions(SloEvaluator evaluator) {
        this.evaluator = evaluator;
    }

    List<Sighting> burnRates(MeasurePlan plan, Slo slo, Instant at) {
        Map<Duration, SharedBudget> windows = new HashMap<>();
        @Nullable SharedBudget whole = null;
        List<Sighting> sightings = new ArrayList<>();
        for (AlertPolicy policy : slo.alertPolicies()) {
            for (AlertCondition condition : policy.conditions()) {
                sightings.add(burnRate(plan, slo, policy, condition, windows, at));
            }
            for (BigDecimal share : policy.budgetSpent()) {
                if (whole == null) {
                    whole = evaluator.shared(plan, slo, true, at);
                }
                sightings.add(spent(slo, policy, share, whole, at));
            }
        }
        return sightings;
    }

    private Sighting burnRate(
            MeasurePlan plan,
            Slo slo,
            AlertPolicy policy,
            AlertCondition condition,
            Map<Duration, SharedBudget> windows,
            Instant at) {
        SharedBudget over =
                windows.computeIfAbsent(
                        condition.longWindow(), w -> evaluator.sharedRecent(plan, slo, w, at));
        SharedBudget lately =
                windows.computeIfAbsent(
                        condition.shortWindow(), w -> evaluator.sharedRecent(plan, slo, w, at));
        boolean burns =
                enough(over, condition.minimumBadEvents())
                        && over.burns(condition.op(), condition.threshold())
                        && lately.burns(condition.op(), condition.threshold());
        return sighting(
                slo,
                policy,
                condition.name(),
                condition.severity(),
                condition.threshold(),
                condition.longWindow(),
                condition.shortWindow(),
                condition.alertAfter(),
                finding(burns, condition.op(), over.measured() && lately.measured()),
                over,
                lately);
    }

    private static Sighting spent(
            Slo slo, AlertPolicy policy, BigDecimal share, SharedBudget budget, Instant at) {
        AlertCondition first = policy.conditions().getFirst();
        boolean burns =
                enough(budget, first.minimumBadEvents())
                        && budget.burns(Op.GTE, share.doubleValue());
        Duration window = SloEvaluator.length(slo, at);
        return sighting(
                slo,
                policy,
                Conditions.budgetSpent(share),
                first.severity(),
                share.doubleValue(),
                window,
                window,
                Duration.ZERO,
                finding(burns, Op.GTE, budget.measured()),
                budget,
                budget);
    }

    private static boolean enough(SharedBudget budget, long minimumBad) {
        return budget.badEvents().orElse(minimumBad) >= minimumBad;
    }

    private static Finding finding(boolean burns, Op op, boolean measured) {
        boolean upwards = op == Op.GT || op == Op.GTE;
        if (!measured && !(burns && upwards)) {
            return Finding.UNMEASURED;
        }
        return burns ? Finding.TRUE : Finding.FALSE;
    }

    private static Sighting sighting(
            Slo slo,
            AlertPolicy policy,
            String condition,
            AlertPolicy.Severity severity,
            double threshold,
            Duration longWindow,
            Duration shortWindow,
            Duration alertAfter,
            Finding finding,
            SharedBudget over,
            SharedBudget lately) {
        return new Sighting(
                slo.name() + "/shared/" + policy.metadata().name() + "/" + condition,
                slo,
                Alert.SHARED,
                policy,
                condition,
                severity,
                threshold,
                longWindow,
                shortWindow,
                alertAfter,
                finding,
                over.rate(),
                lately.rate());
    }
}
