package io.sluice.examples.load;

import java.time.Duration;

/**
 * How much load there is.
 *
 * @param users who visit at the same time, again and again
 * @param visitPeriod from the start of one visit of a user to the start of the next, unless the
 *     visit takes longer
 * @param warmUp the users come one after the other during this time
 */
public record LoadPlan(int users, Duration visitPeriod, Duration warmUp) {
    /** Requests of one visit, on average. */
    public static final double REQUESTS_PER_VISIT = 8.2;

    /** The rate that the plan comes to if the shop is fast enough. */
    public double requestsPerSecond() {
        return users * REQUESTS_PER_VISIT / (visitPeriod.toMillis() / 1e3);
    }
}
