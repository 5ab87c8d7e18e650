package io.sluice.definitions.model;

import java.util.List;

/**
 * A service level objective: one or more targets for an indicator over a window.
 *
 * @param service the name of a {@link Service}
 * @param composite whether each objective has an indicator of its own and all share one budget
 * @param alertPolicies resolved; with none in the file, the loader puts the workbook's default
 *     pairs here
 */
public record Slo(
        Metadata metadata,
        String description,
        String service,
        Tier tier,
        BudgetingMethod method,
        TimeWindow window,
        boolean composite,
        List<Objective> objectives,
        List<AlertPolicy> alertPolicies) {
    public Slo {
        objectives = List.copyOf(objectives);
        alertPolicies = List.copyOf(alertPolicies);
        if (objectives.isEmpty()) {
            throw new IllegalArgumentException("SLO " + metadata.name() + " has no objective");
        }
    }

    /**
     * Whether an objective's budget is one of single events, each good or bad; otherwise it is of
     * slices, or of points that say a share.
     */
    public boolean countsEvents(Objective objective) {
        return method == BudgetingMethod.OCCURRENCES
                && !(objective.indicator() instanceof Indicator.Raw);
    }

    /** The SLO's unique name. */
    public String name() {
        return metadata.name();
    }
}
