package io.sluice.engine.cutover;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/** What one sealed stratum costs, per hypothesis, and what one look at the evidence costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EvidenceBenchmark {

    private final EvidenceProcess process = EvidenceProcess.thatItIsLess();
    private final DecisionCost decision = new DecisionCost();
    private long candidate = 50;

    /** A stratum with errors on both sides; its traffic changes, so that nothing can be hoisted. */
    @Benchmark
    public void observeStratum() {
        candidate = candidate == 50 ? 51 : 50;
        process.observe(2, 9, EvidenceProcess.candidateShareOfErrors(1.5, 450, (double) candidate));
    }

    /** Most strata of a healthy service. */
    @Benchmark
    public void observeStratumWithoutErrors() {
        process.observe(0, 0, 0.1);
    }

    /** The log e-value from the state. */
    @Benchmark
    public double look() {
        return process.logE();
    }

    /** The bound on a snapshot of a million events; once a run. */
    @Benchmark
    public double boundSnapshot() {
        return BinomialBound.upper(5_000 + candidate, 1_000_000, 0.002);
    }

    /** A whole cutover's evidence from its strata: 60 in each of 7 steps, for 10 metrics. */
    @Benchmark
    public boolean recompute() {
        return decision.recompute();
    }
}
