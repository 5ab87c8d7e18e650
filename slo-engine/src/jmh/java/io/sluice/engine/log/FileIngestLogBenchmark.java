package io.sluice.engine.log;

import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.file.FileIngestLog;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Commits to disk: one operation is one batch, synced. Bodies do not compress, as after zstd. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class FileIngestLogBenchmark {
    @Param({"1700", "43000", "220000"})
    int bodyBytes;

    @Param({"1", "16"})
    int batch;

    private final List<LogEntry> entries = new ArrayList<>();
    private Path folder = Path.of("");
    private IngestLog log = new InMemoryIngestLog();

    @Setup(Level.Trial)
    public void open() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < batch; i++) {
            byte[] body = new byte[bodyBytes];
            random.nextBytes(body);
            entries.add(new LogEntry("otlp-traces", "", false, i, Encoding.ZSTD, Map.of(), body));
        }
        folder = Files.createTempDirectory(Path.of("target"), "log-benchmark");
        log = FileIngestLog.open(folder, FileIngestLog.DEFAULT_SEGMENT_BYTES);
    }

    @Benchmark
    public long append() throws IOException {
        return log.append(entries);
    }

    @TearDown(Level.Iteration)
    public void forget() throws IOException {
        log.retain(Long.MAX_VALUE, 0, log.nextOffset());
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        log.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
