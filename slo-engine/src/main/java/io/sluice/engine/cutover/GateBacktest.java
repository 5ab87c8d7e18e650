package io.sluice.engine.cutover;

import io.sluice.engine.store.StoredRun;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a cutover's gate would have said of stored history, and how often it cries wolf on history
 * of the baseline alone.
 *
 * @param run the number of the stored run whose steps were taken; empty where they were inferred
 *     from the traffic, because none began in this time
 * @param verdicts in order of time: the first GO of each step, and the NO_GO if there was one
 * @param replays of the baseline against itself, one per planned step
 * @param drifts of the metrics' levels, where there is history enough to tell; only for a cutover
 *     that compares with a snapshot in some step
 * @param refusals margins that the baseline itself does not keep, and steps that cannot prove a GO
 *     before their deadline at the traffic there was, in words
 */
public record GateBacktest(
        String cutover,
        Instant from,
        Instant to,
        Optional<Integer> run,
        List<Said> verdicts,
        List<Replay> replays,
        List<Drift> drifts,
        List<String> refusals) {

    /**
     * The longest time that one backtest looks at, and how long ago it may begin: minutes count.
     */
    public static final Duration LONGEST = Duration.ofDays(10);

    public GateBacktest {
        verdicts = List.copyOf(verdicts);
        replays = List.copyOf(replays);
        drifts = List.copyOf(drifts);
        refusals = List.copyOf(refusals);
    }

    /**
     * A verdict that would have been given.
     *
     * @param afterStep from the step's beginning
     */
    public record Said(
            Instant at,
            Run.StepReport step,
            Duration afterStep,
            Decision.Verdict verdict,
            List<Decision.Reason> reasons) {
        public Said {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * The baseline against itself (A/A), hour by hour, with a step's margins: even minutes as the
     * baseline and odd ones as the candidate; in a step that compares with a snapshot, each hour
     * against the one before.
     *
     * @param hours that had events enough to compare
     * @param noGo of these, how many were told NO_GO, each of them wrongly
     * @param go how many were told GO
     * @param rate of wrong NO_GO, with the bounds that hold it with 95 % confidence; 0 to 1 without
     *     any hours
     */
    public record Replay(
            int step,
            double share,
            double goMargin,
            double noGoMargin,
            int hours,
            int noGo,
            int go,
            double rate,
            double low95,
            double high95) {}

    /**
     * How far a metric's bad ratio goes from one hour to the next by itself.
     *
     * @param factor which 19 of 20 hours stay within, chance aside; at least 1
     * @param hours it was measured on
     */
    public record Drift(String metric, double factor, int hours) {}

    /** A made-up run, which is pinned to the plan. */
    static StoredRun run(CutoverPlan plan, int number, Instant from) {
        return new StoredRun(
                plan.name(), number, "backtest", "backtest", from.toEpochMilli(), 0, plan.sha256());
    }
}
