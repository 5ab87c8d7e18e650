package io.sluice.definitions;

import io.sluice.definitions.AlertReader.ReadPolicy;
import io.sluice.definitions.ConditionReader.ReadCondition;
import io.sluice.definitions.model.Objective;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** Finds alerts that are legal and senseless. */
final class AlertLints {
    private AlertLints() {}

    /** Warns of a condition that is true while all is well. */
    static void direction(Op op, Value opAt) {
        if (op == Op.LT || op == Op.LTE) {
            opAt.warn("this is true while the budget does not burn", "gt or gte");
        }
    }

    /** Warns of a burn rate at which the budget lasts longer than its window. */
    static void underOne(Op op, BigDecimal threshold, Value thresholdAt) {
        if ((op == Op.GT || op == Op.GTE) && threshold.compareTo(BigDecimal.ONE) < 0) {
            thresholdAt.warn(
                    "a burn rate under 1 means that the objective is being met", "at least 1");
        }
    }

    /**
     * Reports conditions that can never fire: the highest burn rate, that of a total outage, is
     * {@code 1 / (1 - target)}. It is an error where it is so for every objective, and a warning
     * where only for some.
     *
     * @param item the item of the SLO's {@code alertPolicies}, or its reference; conditions of
     *     reported here, since they may be right for other SLOs
     */
    static void reachable(Value item, ReadPolicy policy, List<Objective> objectives) {
        for (ReadCondition condition : policy.conditions()) {
            List<Objective> dead =
                    objectives.stream()
                            .filter(
                                    o ->
                                            !canFire(
                                                    condition.condition().op(),
                                                    condition.threshold(),
                                                    o.target()))
                            .toList();
            if (dead.isEmpty()) {
                continue;
            }
            BigDecimal target = dead.getFirst().target();
            String message =
                    "condition `"
                            + condition.condition().name()
                            + "` can never fire: with target "
                            + target.toPlainString()
                            + " a total outage burns at "
                            + highestBurnRate(target).toPlainString();
            boolean inline = condition.thresholdAt().reading() == item.reading();
            Value at = inline ? condition.thresholdAt() : item;
            String expected = "a threshold under " + highestBurnRate(target).toPlainString();
            if (dead.size() == objectives.size()) {
                at.wrong(message, expected);
            } else {
                at.warn(message, expected);
            }
        }
    }

    /** Whether any error ratio makes the condition true, decided without dividing. */
    static boolean canFire(Op op, BigDecimal threshold, BigDecimal target) {
        int order = threshold.multiply(BigDecimal.ONE.subtract(target)).compareTo(BigDecimal.ONE);
        return switch (op) {
            case GT -> order < 0;
            case GTE -> order <= 0;
            case LT, LTE -> true;
        };
    }

    private static BigDecimal highestBurnRate(BigDecimal target) {
        return BigDecimal.ONE
                .divide(BigDecimal.ONE.subtract(target), new MathContext(4))
                .stripTrailingZeros();
    }
}
