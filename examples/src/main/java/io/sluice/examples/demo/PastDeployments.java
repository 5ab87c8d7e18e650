package io.sluice.examples.demo;

import io.sluice.examples.automation.Gate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** How the monolith was deployed: quarterly, two weeks after the last change. */
final class PastDeployments {
    private static final Duration QUARTER = Duration.ofDays(91);
    private static final Duration LEAD_TIME = Duration.ofDays(14);
    private static final Duration SINCE_THE_LAST = Duration.ofDays(9);
    private static final int COUNT = 4;

    private PastDeployments() {}

    /** The deployments of the last year, the oldest first. */
    static List<Gate.Deployment> before(Instant now) {
        List<Gate.Deployment> deployments = new ArrayList<>();
        for (int i = COUNT - 1; i >= 0; i--) {
            Instant at = now.minus(SINCE_THE_LAST).minus(QUARTER.multipliedBy(i));
            String version = "10." + (COUNT - i);
            deployments.add(new Gate.Deployment("monolith", version, at, at.minus(LEAD_TIME)));
        }
        return deployments;
    }
}
