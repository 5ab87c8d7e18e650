package io.sluice.engine.fold;

import io.sluice.definitions.model.DefinitionSet;
import io.sluice.definitions.model.Slo;
import io.sluice.engine.TestDefinitions;
import io.sluice.engine.TestRequests;
import io.sluice.engine.TestRequests.Spans;
import io.sluice.engine.log.InMemoryIngestLog;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogRecord;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.series.SeriesTable;
import io.sluice.engine.store.InMemoryStore;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What apply costs for one request: of some hundred spans, with 12 measures, 8 routes in 2 buckets
 * each, some bad, a repeat to be looked for; and of 2,000 points of 100 counters, 10 s apart.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FoldBenchmark {
    private static final long T = 1_800_000_000L;

    private static final int COUNTERS = 100;
    private static final int POINTS = 20;
    private static final long ONE_DAY_OF_POINTS = 8640;

    private Fold fold;
    private LogEntry entry;
    private Extract extract;
    private long requests;

    @Setup
    public void setUp() throws Exception {
        TestDefinitions definitions = new TestDefinitions();
        TestRequests content = new TestRequests();
        Slo[] slos = new Slo[12];
        for (int i = 0; i < slos.length; i++) {
            slos[i] = TestDefinitions.slo("service-" + i, "0.99", TestDefinitions.rolling(28));
        }
        DefinitionSet set = definitions.set("set", slos);
        fold =
                Fold.resume(
                        new SeriesTable(),
                        new InMemoryStore(),
                        new InMemoryIngestLog(),
                        content,
                        definitions::parse,
                        Fold.Limits.DEFAULT);
        fold.apply(new LogRecord(1, DefinitionsRecord.entry(set, T * 1_000_000_000L)), null);
        Spans[] spans = new Spans[12 * 8 * 2];
        for (int i = 0; i < spans.length; i++) {
            spans[i] =
                    new Spans(
                            "service-" + i % 12,
                            "/" + i % 8,
                            T + i / 96 * 10,
                            3,
                            i % 16 == 0 ? 1 : 0);
        }
        entry = content.spans(T, null, spans);
        extract = content.extract(fold.plan(), entry);
        requests = 1;
    }

    @Benchmark
    public void request() {
        requests++;
        apply(requests, extract.counts(), extract.observations());
    }

    @Benchmark
    public void points() {
        requests++;
        apply(requests, List.of(), observations());
    }

    /** The next 20 points of each counter, which count one event each. */
    private List<Extract.Observation> observations() {
        List<Extract.Observation> points = new ArrayList<>(COUNTERS * POINTS);
        long before = requests * POINTS % ONE_DAY_OF_POINTS;
        long start = T - (ONE_DAY_OF_POINTS * 10);
        // Every day's points are of new counters, so that they are never too old.
        long instance = requests * POINTS / ONE_DAY_OF_POINTS;
        for (int counter = 0; counter < COUNTERS; counter++) {
            Extract.Identity stream = new Extract.Identity(instance, counter);
            for (int i = 1; i <= POINTS; i++) {
                long value = 1000 * (before + i);
                points.add(
                        new Extract.Observation(
                                0,
                                stream,
                                "",
                                start * 1_000_000_000L,
                                (start + (before + i) * 10) * 1_000_000_000L,
                                value,
                                value,
                                false,
                                null));
            }
        }
        return points;
    }

    private void apply(
            long offset, List<Extract.Counted> counts, List<Extract.Observation> observations) {
        Extract next =
                new Extract(
                        extract.planDigest(),
                        new Extract.Identity(offset, offset * 31),
                        extract.signal(),
                        extract.accepted(),
                        extract.acceptedByKind(),
                        extract.rejected(),
                        extract.refused(),
                        counts,
                        observations,
                        extract.badBy(),
                        extract.exemplars(),
                        extract.heartbeats(),
                        0,
                        0,
                        extract.traces());
        fold.apply(new LogRecord(offset, entry), next);
    }
}
