package io.sluice.examples.automation;

import java.util.List;

/**
 * A service that is to be moved.
 *
 * @param cutover the cutover's name in Sluice's definitions; here always the service's name too
 * @param versions builds in the order in which they are tried: the next one is the answer to a
 *     NO_GO
 * @param shares the steps, strictly rising to 1
 */
public record CutoverPlan(String cutover, List<String> versions, List<Double> shares) {
    public CutoverPlan {
        versions = List.copyOf(versions);
        shares = List.copyOf(shares);
        if (versions.isEmpty() || shares.isEmpty()) {
            throw new IllegalArgumentException("a cutover needs a build and a step");
        }
    }
}
