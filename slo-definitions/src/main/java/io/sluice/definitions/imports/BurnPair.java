package io.sluice.definitions.imports;

import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.yaml.Value;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A long and a short window over both of which a budget must burn so fast.
 *
 * @param burnRate over which the alert fires
 * @param alertAfter how long both must be over it
 */
record BurnPair(
        String name,
        Severity severity,
        BigDecimal burnRate,
        Duration longWindow,
        Duration shortWindow,
        Duration alertAfter) {

    /** No window is finer than the buckets that counts are kept in, with some of them in it. */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    BurnPair {
        longWindow = atLeastShortest(longWindow);
        shortWindow = atLeastShortest(shortWindow);
    }

    private static Duration atLeastShortest(Duration window) {
        return window.compareTo(SHORTEST) < 0 ? SHORTEST : window;
    }

    /**
     * The pairs as conditions without a least number of bad events, which neither tool knows. A
     * pair that no outage reaches is left out and noted.
     *
     * @param at where alerts are spoken of
     */
    static List<AlertCondition> conditions(List<BurnPair> pairs, BigDecimal target, Value at) {
        return pairs.stream().flatMap(pair -> pair.condition(target, at).stream()).toList();
    }

    private Optional<AlertCondition> condition(BigDecimal target, Value at) {
        boolean reachable =
                burnRate.multiply(BigDecimal.ONE.subtract(target)).compareTo(BigDecimal.ONE) < 0;
        if (!reachable) {
            at.noteKey(
                    "not carried over: the alert `"
                            + name
                            + "`, which can never fire, since a total outage does not burn at "
                            + burnRate.toPlainString(),
                    "");
            return Optional.empty();
        }
        return Optional.of(
                new AlertCondition(
                        name,
                        severity,
                        Op.GT,
                        burnRate.doubleValue(),
                        longWindow,
                        shortWindow,
                        alertAfter,
                        0));
    }
}
