package io.sluice.definitions.model;

/**
 * Whose promise an objective is; the label {@code tier}. The order is the order of the overview
 * page.
 */
public enum Tier {
    BUSINESS,
    SERVICE,
    OPERATIONAL
}
