package io.sluice.engine.cutover;

import io.sluice.engine.series.Sketch;
import io.sluice.engine.store.StoredStratum;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a metric's bounds cost in an explanation, by how long its step has lasted. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ExplanationBenchmark {
    private static final int ROUTES = 8;

    /** An hour, and a day, of ten seconds each. */
    @Param({"360", "8640"})
    private int intervals;

    private final List<StoredStratum> strata = new ArrayList<>();
    private final Sketch baseline = new Sketch();
    private final Sketch candidate = new Sketch();

    /** Each stratum has its own split, as traffic has, and errors in most of them. */
    @Setup
    public void count() {
        Random random = new Random(1);
        for (int i = 0; i < intervals; i++) {
            for (int route = 0; route < ROUTES; route++) {
                strata.add(
                        new StoredStratum(
                                "orders",
                                1,
                                0,
                                "errors",
                                10L * i,
                                "/" + route,
                                random.nextInt(6),
                                800 + random.nextInt(200),
                                random.nextInt(2),
                                80 + random.nextInt(40)));
            }
            for (int v = 0; v < 20; v++) {
                baseline.add(100 * Math.exp(0.6 * random.nextGaussian()));
                candidate.add(100 * Math.exp(0.6 * random.nextGaussian()));
            }
        }
    }

    /** A metric of good and bad events, over eight routes. */
    @Benchmark
    public Object ratio() {
        return RatioSequence.live(strata, Dispersion.UNMEASURED);
    }

    /** A quantile, whose values are merged. */
    @Benchmark
    public Object quantile() {
        return QuantileSequence.live(baseline, candidate, 0.05, Dispersion.UNMEASURED);
    }
}
