package io.sluice.definitions;

import io.sluice.definitions.AlertReader.ReadPolicy;
import io.sluice.definitions.ConditionReader.ReadCondition;
import io.sluice.definitions.model.BudgetingMethod;
import io.sluice.definitions.model.Objective;
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
     * @param sharedHighest how fast a composite's shared budget burns when all its parts are out;
     *     empty for others
     * @param window nominal length
     * @param slice the longest of its objectives
     */
    record Promise(
            List<BigDecimal> targets,
            boolean composite,
            Optional<BigDecimal> sharedHighest,
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
            if (promise.composite()) {
                promise.sharedHighest().ifPresent(highest -> shared(item, condition, highest));
            } else {
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
     * where only for some. A composite's burn rate is another one; see {@link #shared}.
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

    /**
     * Warns of conditions of a composite that can never fire. Its parts share one budget: each
     * burns it as fast as its own, times its weight, so a total outage of all burns it at the sum;
     * in slices it is the strictest part's target that is missed by as much as the weights say.
     */
    private static void shared(Value item, ReadCondition condition, BigDecimal highest) {
        if (!isReached(condition.condition().op(), condition.threshold().compareTo(highest))) {
            String burns = highest.round(new MathContext(4)).stripTrailingZeros().toPlainString();
            at(item, condition.thresholdAt())
                    .warn(
                            "condition `"
                                    + condition.condition().name()
                                    + "` can never fire: a total outage of all parts burns the"
                                    + " shared budget at "
                                    + burns,
                            "a threshold under " + burns);
        }
    }

    /** See {@link #shared}. */
    static Optional<BigDecimal> sharedHighest(BudgetingMethod method, List<Objective> parts) {
        BigDecimal weights =
                parts.stream().map(Objective::weight).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal strictest =
                parts.stream().map(Objective::target).reduce(BigDecimal.ZERO, BigDecimal::max);
        return switch (method) {
            case OCCURRENCES ->
                    parts.stream()
                            .map(part -> burnRate(part.weight(), part.target()))
                            .reduce(BigDecimal::add);
            case TIMESLICES -> Optional.of(burnRate(BigDecimal.ONE, strictest));
            case RATIO_TIMESLICES -> Optional.of(burnRate(weights.min(BigDecimal.ONE), strictest));
        };
    }

    private static BigDecimal burnRate(BigDecimal bad, BigDecimal target) {
        return bad.divide(BigDecimal.ONE.subtract(target), MathContext.DECIMAL128);
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
        return isReached(
                op, threshold.multiply(BigDecimal.ONE.subtract(target)).compareTo(BigDecimal.ONE));
    }

    /**
     * @param order of the threshold and the highest burn rate there can be
     */
    private static boolean isReached(Op op, int order) {
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
