package io.sluice.definitions;

import io.sluice.definitions.AlertReader.ReadPolicy;
import io.sluice.definitions.ConditionReader.ReadCondition;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.yaml.Durations;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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

    /** Warns of a policy that nobody ever hears of. */
    static void silent(boolean noData, boolean resolved, boolean breaching, Value specAt) {
        if (!noData && !resolved && !breaching) {
            specAt.warnKey(
                    "this policy never tells anything",
                    "`alertWhenBreaching: true`, or another of the three");
        }
    }

    /**
     * What an SLO promises, as far as it could be read.
     *
     * @param targets of its objectives
     * @param window nominal length
     * @param slice the longest of its objectives
     */
    record Promise(
            List<BigDecimal> targets,
            boolean composite,
            Optional<Duration> window,
            Optional<Duration> slice) {}

    /**
     * Checks a policy against the SLO that it is used by.
     *
     * @param item the item of the SLO's {@code alertPolicies}, or its reference; conditions of
     *     another object are reported here, since they may be right for other SLOs
     */
    static void check(Value item, ReadPolicy policy, Promise promise) {
        for (ReadCondition condition : policy.conditions()) {
            if (!promise.composite()) {
                reachable(item, condition, promise.targets());
            }
            windows(item, condition, promise);
        }
    }

    private static Value at(Value item, Value ofCondition) {
        return ofCondition.reading() == item.reading() ? ofCondition : item;
    }

    /**
     * Reports conditions that can never fire: the highest burn rate, that of a total outage, is
     * {@code 1 / (1 - target)}. It is an error where it is so for every objective, and a warning
     * where only for some. A composite's burn rate is another one.
     */
    private static void reachable(Value item, ReadCondition condition, List<BigDecimal> targets) {
        List<BigDecimal> dead =
                targets.stream()
                        .filter(
                                target ->
                                        !canFire(
                                                condition.condition().op(),
                                                condition.threshold(),
                                                target))
                        .toList();
        if (dead.isEmpty()) {
            return;
        }
        BigDecimal target = dead.getFirst();
        String message =
                "condition `"
                        + condition.condition().name()
                        + "` can never fire: with target "
                        + target.toPlainString()
                        + " a total outage burns at "
                        + highestBurnRate(target).toPlainString();
        Value at = at(item, condition.thresholdAt());
        String expected = "a threshold under " + highestBurnRate(target).toPlainString();
        if (dead.size() == targets.size()) {
            at.wrong(message, expected);
        } else {
            at.warn(message, expected);
        }
    }

    private static void windows(Value item, ReadCondition condition, Promise promise) {
        Duration length = condition.condition().longWindow();
        Value at = at(item, condition.longWindowAt());
        if (promise.window().filter(window -> length.compareTo(window) > 0).isPresent()) {
            at.warn(
                    "condition `"
                            + condition.condition().name()
                            + "` looks back further than the SLO's window",
                    "at most " + Durations.inWords(promise.window().get()));
        }
        if (promise.slice().filter(slice -> length.compareTo(slice) < 0).isPresent()) {
            at.warn(
                    "condition `"
                            + condition.condition().name()
                            + "` looks back over less than one slice",
                    "at least " + Durations.inWords(promise.slice().get()));
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
