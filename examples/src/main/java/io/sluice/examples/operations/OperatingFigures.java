package io.sluice.examples.operations;

/**
 * What a side costs and carries: SHOPFLOW's figures, which the emitters tell as a cost report and a
 * load test would.
 *
 * @param costPerMonth in US dollars
 * @param usersMax concurrent users that it supports
 */
public record OperatingFigures(double costPerMonth, double usersMax) {
    public static final String COST_MONTH = "shopflow.cost.month";
    public static final String COST_PER_ORDER = "shopflow.cost.per_order";
    public static final String USERS_CONCURRENT = "shopflow.users.concurrent";

    /** $45M a year in orders of about $45. */
    private static final double ORDERS_PER_MONTH = 83_000;

    /** The monolith. */
    public static OperatingFigures legacy() {
        return new OperatingFigures(70_500, 3_000);
    }

    /** The platform. */
    public static OperatingFigures platform() {
        return new OperatingFigures(36_200, 35_000);
    }

    /** In US dollars. */
    public double costPerOrder() {
        return costPerMonth / ORDERS_PER_MONTH;
    }
}
