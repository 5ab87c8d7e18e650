package io.sluice.collector.remotewrite;

import io.sluice.collector.TestPlans;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.wire.ProtoWriter;
import io.sluice.definitions.model.Condition;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.Extract;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.xerial.snappy.Snappy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A request of 100 series with 8 labels and 20 samples each. Time is per sample. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class RemoteWriteBenchmark {

    private static final int SERIES = 100;
    private static final int SAMPLES_A_SERIES = 20;
    private static final int SAMPLES = SERIES * SAMPLES_A_SERIES;
    private static final long NOW_MILLIS = 1_767_225_605_000L;

    /** Of a hundred series, so many are of the metric that a measure wants. */
    @Param({"0", "100"})
    public int wanted;

    private Extractor extractor;
    private LogEntry entry;

    @Setup
    public void prepare() throws IOException {
        extractor =
                new Extractors(1 << 24, RemoteWrite.decoders())
                        .compile(
                                TestPlans.plan(
                                        TestPlans.goodOf(
                                                TestPlans.metric(
                                                        "http_requests_total",
                                                        new Condition.In("code", List.of("200"))),
                                                TestPlans.metric("http_requests_total"))));
        ProtoWriter out = new ProtoWriter();
        for (int number = 0; number < SERIES; number++) {
            int series = out.begin(1);
            label(out, "__name__", number < wanted ? "http_requests_total" : "go_gc_cycles_total");
            label(out, "code", "200");
            label(out, "env", "production");
            label(out, "handler", "/api/v1/orders/" + number);
            label(out, "instance", "10.1.2.3:8080");
            label(out, "job", "checkout");
            label(out, "method", "GET");
            label(out, "region", "eu-central-1");
            for (int i = 0; i < SAMPLES_A_SERIES; i++) {
                int sample = out.begin(2);
                out.fixed64(1, Double.doubleToRawLongBits(1000 * number + i));
                out.varint(2, NOW_MILLIS - 15_000L * (SAMPLES_A_SERIES - i));
                out.end(sample);
            }
            out.end(series);
        }
        entry =
                new LogEntry(
                        WriteVersion.V1.kind(),
                        "",
                        false,
                        NOW_MILLIS * 1_000_000,
                        LogEntry.Encoding.SNAPPY,
                        Map.of(),
                        Snappy.compress(out.toBytes()));
    }

    private static void label(ProtoWriter out, String name, String value) {
        int label = out.begin(1);
        out.text(1, name);
        out.text(2, value);
        out.end(label);
    }

    /** From the body as it came to the extract. */
    @Benchmark
    @OperationsPerInvocation(SAMPLES)
    public Extract extract() throws MalformedRequestException {
        return extractor.extract(entry);
    }
}
