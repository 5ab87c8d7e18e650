package io.sluice.engine.cutover;

import io.sluice.engine.cutover.GateRow.Measure;
import io.sluice.engine.store.StoredStratum;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Computes a large cutover's evidence from its strata, as a restart does: seven steps of sixty
 * strata each, ten metrics. Immutable.
 */
final class DecisionCost {
    private static final int STEPS = 7;
    private static final int STRATA = 60;
    private static final int METRICS = 10;

    private static final String NAME = "60 strata x 7 steps x 10 metrics, computed again";

    private static final int WARM_UP = 60;
    private static final int REPETITIONS = 60;

    private final CutoverPlan plan;
    private final List<List<StoredStratum>> intervals = new ArrayList<>();

    DecisionCost() {
        SimulatedPlan steps = SimulatedPlan.of(METRICS);
        for (int step = 0; step < STEPS; step++) {
            steps.step((step + 1) / 8.0, 1.5, 1.2);
        }
        this.plan = steps.plan();
        Traffic traffic = new Traffic(1);
        for (int interval = 0; interval < STEPS * STRATA; interval++) {
            int step = interval / STRATA;
            long candidate = Math.round(600 * plan.step(step).share());
            List<StoredStratum> strata = new ArrayList<>();
            for (CutoverPlan.Tested tested : plan.tests()) {
                strata.add(
                        new StoredStratum(
                                plan.name(),
                                1,
                                step,
                                tested.metric().name(),
                                interval,
                                "",
                                traffic.errors(600 - candidate, 0.005),
                                600 - candidate,
                                traffic.errors(candidate, 0.005),
                                candidate));
            }
            intervals.add(strata);
        }
    }

    /** Adds up all strata and says whether they prove a NO_GO. */
    boolean recompute() {
        RunEvidence evidence = new RunEvidence(plan);
        for (List<StoredStratum> interval : intervals) {
            int step = interval.getFirst().step();
            if (!evidence.isOpen(step)) {
                evidence.open(step, Map.of());
            }
            evidence.add(step, interval);
        }
        return !evidence.proven().isEmpty();
    }

    /** This thread's processor time per computation, after a warm-up. */
    static GateRow measure() {
        DecisionCost cost = new DecisionCost();
        double[] millis = new double[REPETITIONS];
        for (int i = -WARM_UP; i < REPETITIONS; i++) {
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            if (cost.recompute()) {
                throw new IllegalStateException("equal sides were told NO_GO");
            }
            long after = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            millis[Math.max(i, 0)] = (after - before) / 1e6;
        }
        return GateRow.median(NAME, Measure.MEDIAN_CPU, millis);
    }
}
