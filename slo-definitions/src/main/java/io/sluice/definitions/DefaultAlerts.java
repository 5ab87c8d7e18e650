package io.sluice.definitions;

import io.sluice.definitions.model.AlertPolicy;
import io.sluice.definitions.model.AlertPolicy.AlertCondition;
import io.sluice.definitions.model.AlertPolicy.Severity;
import io.sluice.definitions.model.Metadata;
import io.sluice.definitions.model.Op;
import io.sluice.definitions.model.Tier;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The alert policy of an SLO that names none: the four pairs of windows of the SRE workbook,
 * chapter 5.
 *
 * <p>The workbook gives them for 30 days. A pair spends a certain share of the budget in its long
 * window (share = burn rate × long window / SLO window). Keeping the burn rate, and making both
 * windows the same fraction of any SLO's window, keeps that share; and no threshold falls under 1,
 * where it would tell of an objective that is being met.
 */
final class DefaultAlerts {
    private static final String POLICY = "sluice-default";

    /** A shorter long window would hold a handful of buckets, and tell of single events. */
    private static final Duration SHORTEST_LONG_WINDOW = Duration.ofMinutes(1);

    private DefaultAlerts() {}

    private enum Pair {
        PAGE_FAST("page-fast", Severity.PAGE, "14.4", 720),
        PAGE_SLOW("page-slow", Severity.PAGE, "6", 120),
        TICKET_FAST("ticket-fast", Severity.TICKET, "3", 30),
        TICKET_SLOW("ticket-slow", Severity.TICKET, "1", 10);

        private final String condition;
        private final Severity severity;
        private final BigDecimal burnRate;
        private final int longWindowsInWindow;

        Pair(String condition, Severity severity, String burnRate, int longWindowsInWindow) {
            this.condition = condition;
            this.severity = severity;
            this.burnRate = new BigDecimal(burnRate);
            this.longWindowsInWindow = longWindowsInWindow;
        }

        private Duration longWindow(Duration window) {
            return window.dividedBy(longWindowsInWindow);
        }

        private AlertCondition in(Duration window) {
            Duration longWindow = longWindow(window);
            return new AlertCondition(
                    condition,
                    severity,
                    Op.GT,
                    burnRate.doubleValue(),
                    ConditionReader.onGrid(longWindow),
                    ConditionReader.shortWindowOf(longWindow),
                    Duration.ZERO,
                    ConditionReader.MINIMUM_BAD_EVENTS);
        }
    }

    /**
     * The policy, or none where no pair could ever fire. Silence of a service that people wait for
     * is told too; operational metrics come from jobs that may rest.
     *
     * @param window the SLO's, by its nominal length where it follows the calendar
     * @param highestTarget of its objectives
     */
    static List<AlertPolicy> of(Tier tier, Duration window, BigDecimal highestTarget) {
        List<AlertCondition> conditions =
                Arrays.stream(Pair.values())
                        .filter(pair -> AlertLints.canFire(Op.GT, pair.burnRate, highestTarget))
                        .filter(
                                pair ->
                                        pair.longWindow(window).compareTo(SHORTEST_LONG_WINDOW)
                                                >= 0)
                        .map(pair -> pair.in(window))
                        .toList();
        if (conditions.isEmpty()) {
            return List.of();
        }
        Metadata metadata = new Metadata(POLICY, "Sluice default", Map.of(), Map.of());
        return List.of(
                new AlertPolicy(
                        metadata,
                        "The SRE workbook's pairs of windows",
                        tier != Tier.OPERATIONAL,
                        true,
                        true,
                        conditions,
                        List.of()));
    }
}
