package io.sluice.definitions.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When somebody is told, and who: conditions of which any one suffices.
 *
 * @param notificationTargets resolved; those of the default policies are the server's own
 */
public record AlertPolicy(
        Metadata metadata,
        String description,
        boolean alertWhenNoData,
        boolean alertWhenResolved,
        boolean alertWhenBreaching,
        List<AlertCondition> conditions,
        List<NotificationTarget> notificationTargets) {
    public AlertPolicy {
        notificationTargets = List.copyOf(notificationTargets);
        conditions = List.copyOf(conditions);
    }

    /**
     * A burn-rate condition: fires while the burn rate compares so over both windows for {@code
     * alertAfter}.
     *
     * @param name unique within the policy
     * @param shortWindow from the annotation {@code sluice.dev/short-window}; a twelfth of the long
     *     one by default
     * @param minimumBadEvents low-traffic guard, at least this many bad events in the long window;
     *     0 turns it off
     */
    public record AlertCondition(
            String name,
            Severity severity,
            Op op,
            double threshold,
            Duration longWindow,
            Duration shortWindow,
            Duration alertAfter,
            long minimumBadEvents) {}

    /** What {@link #budgetSpent} is read from. */
    public static final String BUDGET_SPENT = "sluice.dev/budget-spent";

    /** Percentages, up to 1000, with commas between them: a regular expression. */
    public static final String SHARES_SPENT =
            "[0-9]{1,3}(\\.[0-9]{1,3})?%(, ?[0-9]{1,3}(\\.[0-9]{1,3})?%)*";

    private static final Pattern WRITTEN_SHARES = Pattern.compile(SHARES_SPENT);

    /**
     * The shares of the SLO's budget that are told of once they are spent, 1 for all of it, in the
     * order in which they are written.
     */
    public List<BigDecimal> budgetSpent() {
        String shares = metadata.annotations().getOrDefault(BUDGET_SPENT, "");
        return WRITTEN_SHARES.matcher(shares).matches()
                ? Arrays.stream(shares.split("%(, ?)?"))
                        .map(percent -> new BigDecimal(percent).movePointLeft(2))
                        .toList()
                : List.of();
    }

    /** Whether a person is woken. */
    public enum Severity {
        PAGE,
        TICKET
    }

    /** The condition by this name. */
    public Optional<AlertCondition> condition(String name) {
        return conditions.stream().filter(c -> c.name().equals(name)).findFirst();
    }
}
