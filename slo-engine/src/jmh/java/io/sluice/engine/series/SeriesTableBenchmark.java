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
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** What a window costs, by its length and by how much history lies before it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class SeriesTableBenchmark {
    private static final SeriesKey KEY = new SeriesKey("m", "");
    private static final long NOW = Duration.ofDays(20_000).toSeconds() + 1230;

    @Param({"30", "390"})
    int historyDays;

    private final SeriesTable table = new SeriesTable();

    /** Every minute has counted, and every 10 s of the last two days. */
    @Setup
    public void fill() {
        Random random = new Random(1);
        long now = NOW;
        for (long at = now - Duration.ofDays(historyDays).toSeconds(); at < now; ) {
            table.add(
                    KEY,
                    at - at % 10,
                    990,
                    1000 - random.nextInt(10),
                    990_000,
                    1_000_000,
                    null,
                    now);
            at += now - at < Duration.ofDays(2).toSeconds() ? 10 : 60;
        }
        table.compact(now);
        table.drainDirty();
    }

    @Benchmark
    public WindowSum sum30Days() {
        return table.sum(KEY, NOW - Duration.ofDays(30).toSeconds(), NOW);
    }

    @Benchmark
    public WindowSum sum6Hours() {
        return table.sum(KEY, NOW - Duration.ofHours(6).toSeconds(), NOW);
    }

    @Benchmark
    public WindowSum sum5Minutes() {
        return table.sum(KEY, NOW - 300, NOW);
    }

    @Benchmark
    public List<WindowSum> thirtyDaysInHours() {
        long to = Hour.startOf(NOW);
        return table.slices(KEY, to - Duration.ofDays(30).toSeconds(), to, Hour.SECONDS);
    }

    /** What each commit does for a series whose current hour changed. */
    @Benchmark
    public List<StoredBlock> addAndDrain() {
        table.add(KEY, NOW - NOW % 10, 1, 1, 1000, 1000, null, NOW);
        return table.drainDirty();
    }

    @Benchmark
    public void add() {
        table.add(KEY, NOW - NOW % 10, 1, 1, 1000, 1000, null, NOW);
    }
}
