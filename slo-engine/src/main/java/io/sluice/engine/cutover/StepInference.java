package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredStratum;

import java.util.List;
import java.util.OptionalInt;

/** Reads the step off the traffic, for automation that moves traffic without saying so. */
final class StepInference {

    /**
     * The log of the risk of mistaking a lower step's traffic for a higher one's: one in a million.
     */
    private static final double LOG_RISK = Math.log(1e-6);

    /** Standard deviations that a step's traffic may fall short of the planned share by chance. */
    private static final double SHORTFALL = 4;

    /**
     * A side that has all traffic may still see one in a thousand go elsewhere, such as an old
     * connection's.
     */
    private static final double NEARLY_ALL = 0.999;

    private StepInference() {}

    /**
     * The highest planned step whose share one interval's traffic reached, and could not have
     * reached by chance at the step's before; empty if that is true of none.
     */
    static OptionalInt step(CutoverPlan plan, List<StoredStratum> interval) {
        long events = 0;
        long candidate = 0;
        for (CutoverPlan.Tested tested : plan.testsOfTraffic()) {
            long b = 0;
            long c = 0;
            for (StoredStratum stratum : interval) {
                if (stratum.metric().equals(tested.metric().name())) {
                    b += stratum.baselineTotal();
                    c += stratum.candidateTotal();
                }
            }
            // Metrics may be about different events; the one with the most events knows best.
            if (b + c > events) {
                events = b + c;
                candidate = c;
            }
        }
        for (int step = plan.cutover().steps().size() - 1; step >= 0 && candidate > 0; step--) {
            double before = step == 0 ? 0 : plan.step(step - 1).share();
            if (reaches(candidate, events, plan.step(step).share())
                    && isNoChance(candidate, events, before)) {
                return OptionalInt.of(step);
            }
        }
        return OptionalInt.empty();
    }

    private static boolean reaches(long candidate, long events, double share) {
        double planned = Math.min(share, NEARLY_ALL);
        double shortfall = SHORTFALL * Math.sqrt(planned * (1 - planned) / events);
        return (double) candidate / events >= planned - shortfall;
    }

    /**
     * Chernoff's bound: so high a share of n events has at most probability exp(-n KL) at a lower
     * share.
     */
    private static boolean isNoChance(long candidate, long events, double lower) {
        double seen = (double) candidate / events;
        if (seen <= lower) {
            return false;
        }
        double divergence =
                seen * Math.log(seen / lower)
                        + (seen < 1 ? (1 - seen) * Math.log((1 - seen) / (1 - lower)) : 0);
        return -events * divergence <= LOG_RISK;
    }
}
