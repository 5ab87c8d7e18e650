package io.sluice.definitions.model;

/** How good and total are counted (OpenSLO v1, SLO.budgetingMethod). */
public enum BudgetingMethod {
    OCCURRENCES,
    TIMESLICES,
    RATIO_TIMESLICES
}
