package io.sluice.engine.series;

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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a measure of many groups costs, with its groups counted together once more and without. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ManyGroupsBenchmark {
    private static final int GROUPS = 2_000;
    private static final long HOURS = 8;
    private static final long BEGIN = Duration.ofDays(20_000).toSeconds();
    private static final long END = BEGIN + HOURS * Hour.SECONDS;

    @Param({"false", "true"})
    boolean together;

    private SeriesTable table = new SeriesTable();
    private int next;

    /** Each group has counted every five minutes. */
    @Setup
    public void fill() {
        table =
                new SeriesTable(
                        StoredHours.NONE,
                        Long.MAX_VALUE,
                        together ? MeasureSeries.FEW_GROUPS : Integer.MAX_VALUE);
        for (long at = BEGIN; at < END; at += 300) {
            for (int group = 0; group < GROUPS; group++) {
                add(group, at);
            }
        }
        table.drainDirty();
        table.stored();
    }

    private void add(int group, long at) {
        table.add(new SeriesKey("m", "/path/" + group), at, 9, 10, 9_000, 10_000, null, at);
    }

    /** As every look at alerts does, after something was counted. */
    @Benchmark
    public WindowSum addAndSum5Minutes() {
        add(next++ % GROUPS, END - 10);
        return table.sum("m", END - 300, END);
    }

    @Benchmark
    public List<WindowSum> slicesOf6Hours() {
        return table.slices("m", END - Duration.ofHours(6).toSeconds(), END, 10);
    }
}
