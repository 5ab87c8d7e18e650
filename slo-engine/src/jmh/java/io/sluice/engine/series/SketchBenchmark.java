package io.sluice.engine.series;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a judged value costs, and what reading a chart costs. Lognormal latencies around 30 ms. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SketchBenchmark {
    private static final int VALUES = 2000;

    private final double[] values = new double[VALUES];
    private final Sketch full = new Sketch();
    private byte[] packed = new byte[0];

    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < VALUES; i++) {
            values[i] = 30 * Math.exp(0.7 * random.nextGaussian());
            full.add(values[i]);
        }
        packed = full.encode();
    }

    /** A request's share of a bucket: a new sketch, and every value. */
    @Benchmark
    @OperationsPerInvocation(VALUES)
    public Sketch add() {
        Sketch sketch = new Sketch();
        for (double value : values) {
            sketch.add(value);
        }
        return sketch;
    }

    @Benchmark
    public Sketch merge() {
        Sketch sketch = Sketch.decode(packed);
        sketch.merge(full);
        return sketch;
    }

    @Benchmark
    public byte[] encode() {
        return full.encode();
    }

    @Benchmark
    public Sketch decode() {
        return Sketch.decode(packed);
    }
}
