package io.sluice.server.bench;

import com.sun.management.OperatingSystemMXBean;

import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.log.Bodies;
import io.sluice.engine.log.Committed;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.log.sqlite.SqliteIngestLog;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What each stage of the way can do with the same requests and nothing else to do: no server can be
 * quicker than its slowest stage, so end to end is a share of that one. All of the machine's
 * processors work on a stage, as they do on the whole.
 */
public final class Floors {
    private final IngestBench.Load load;
    private final Path folder;
    private final Duration duration;
    private final Opening open;
    private final LongSupplier sequence;
    private final LongSupplier nowNanos;
    private final int processors = Runtime.getRuntime().availableProcessors();

    /**
     * One stage by itself.
     *
     * @param stage {@code empty handler}, {@code gunzip}, {@code zstd}, {@code decode} or {@code
     *     log}
     */
    public record Floor(String stage, double spansPerSecond, double cpuMicrosPerSpan) {}

    /** Opens a connection of the load's protocol. */
    @FunctionalInterface
    interface Opening {
        Sender at(InetSocketAddress address) throws IOException;
    }

    /**
     * @param folder empty, for what the log writes
     * @param duration of each stage's measurement, after a warm-up as long as the whole had
     * @param open how the load's senders connect
     */
    Floors(
            IngestBench.Load load,
            Path folder,
            Duration duration,
            Opening open,
            LongSupplier sequence,
            LongSupplier nowNanos) {
        this.load = load;
        this.folder = folder;
        this.duration = duration;
        this.open = open;
        this.sequence = sequence;
        this.nowNanos = nowNanos;
    }

    /** Measures the stages that the load goes through. */
    List<Floor> measure() throws IOException, InterruptedException {
        List<Floor> floors = new ArrayList<>();
        floors.add(emptyHandler());
        if (load.gzip()) {
            byte[] zipped = gzipped(body());
            floors.add(onAllProcessors("gunzip", () -> () -> gunzip(zipped)));
        } else {
            LogEntry plain = entry(body());
            floors.add(onAllProcessors("zstd", () -> () -> Bodies.compressed(plain)));
        }
        Extractor extractor = extractor();
        floors.add(
                onAllProcessors(
                        "decode",
                        () -> {
                            LogEntry own = entry(body());
                            return () -> extract(extractor, own);
                        }));
        floors.add(log());
        return floors;
    }

    /** The same transport, the same senders, and nobody who looks at what arrives. */
    private Floor emptyHandler() throws IOException, InterruptedException {
        try (EmptyServer server = EmptyServer.start(load.protocol())) {
            List<Sender> senders = new ArrayList<>();
            try {
                for (int i = 0; i < load.connections(); i++) {
                    senders.add(open.at(server.address()));
                }
                List<Callable<?>> tasks = new ArrayList<>();
                for (Sender sender : senders) {
                    tasks.add(sender::send);
                }
                return floor("empty handler", tasks);
            } finally {
                for (Sender sender : senders) {
                    sender.close();
                }
            }
        }
    }

    /** Bodies as they are logged, by as many threads as the load has connections. */
    private Floor log() throws IOException, InterruptedException {
        try (SqliteIngestLog log =
                        SqliteIngestLog.open(folder, SqliteIngestLog.DEFAULT_SEGMENT_BYTES);
                GroupCommit<Integer> door =
                        new GroupCommit<>(
                                log,
                                batch ->
                                        batch.stream()
                                                .map(Committed::release)
                                                .forEach(Runnable::run),
                                GroupCommit.DEFAULT_MAX_BYTES_IN_FLIGHT)) {
            LogEntry entry = load.gzip() ? gzippedEntry() : Bodies.compressed(entry(body()));
            List<Callable<?>> tasks = new ArrayList<>();
            for (int i = 0; i < load.connections(); i++) {
                tasks.add(() -> append(door, entry));
            }
            return floor("log", tasks);
        }
    }

    private static long append(GroupCommit<Integer> door, LogEntry entry) throws IOException {
        try {
            return door.append(entry, 0);
        } catch (OverloadedException e) {
            throw new IOException("one request at a time of each thread should fit", e);
        }
    }

    private Extractor extractor() {
        MeasurePlan plan =
                MeasurePlan.compile(
                        new DefinitionLoader()
                                .loadSources(
                                        List.of(
                                                new SourceFile(
                                                        "bench.yaml", BenchDefinitions.TEXT)))
                                .definitions()
                                .orElseThrow());
        return new Extractors(Extractors.DEFAULT_MAX_BODY_BYTES, OtlpHttpReceiver.decoders())
                .compile(plan);
    }

    private static Object extract(Extractor extractor, LogEntry entry) {
        try {
            return extractor.extract(entry);
        } catch (MalformedRequestException e) {
            throw new IllegalStateException("the bench's own request is malformed", e);
        }
    }

    private byte[] body() {
        return SpanRequest.of(load.spansPerRequest())
                .next(sequence.getAsLong(), nowNanos.getAsLong())
                .clone();
    }

    private LogEntry entry(byte[] body) {
        return entry(Encoding.IDENTITY, body);
    }

    private LogEntry gzippedEntry() throws IOException {
        return entry(Encoding.GZIP, gzipped(body()));
    }

    private LogEntry entry(Encoding encoding, byte[] body) {
        return new LogEntry(
                "otlp-traces", "", false, nowNanos.getAsLong(), encoding, Map.of(), body);
    }

    static byte[] gzipped(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(plain);
        }
        return bytes.toByteArray();
    }

    private static long gunzip(byte[] zipped) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped), 1 << 16)) {
            return in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Floor onAllProcessors(String stage, Supplier<Callable<?>> task)
            throws IOException, InterruptedException {
        List<Callable<?>> tasks = new ArrayList<>();
        for (int i = 0; i < processors; i++) {
            tasks.add(task.get());
        }
        return floor(stage, tasks);
    }

    /** Each task again and again on a thread of its own; a call stands for one request. */
    private Floor floor(String stage, List<Callable<?>> tasks)
            throws IOException, InterruptedException {
        repeat(tasks, load.warmUp());
        long began = System.nanoTime();
        long cpuBegan = cpuNanos();
        double spans = (double) repeat(tasks, duration) * load.spansPerRequest();
        long cpu = cpuNanos() - cpuBegan;
        return new Floor(stage, spans * 1e9 / (System.nanoTime() - began), cpu / 1e3 / spans);
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long repeat(List<Callable<?>> tasks, Duration duration)
            throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + duration.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<Long>> running = new ArrayList<>();
            for (Callable<?> task : tasks) {
                running.add(threads.submit(() -> repeat(task, untilNanos)));
            }
            long calls = 0;
            for (Future<Long> one : running) {
                calls += one.get();
            }
            return calls;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    private static long repeat(Callable<?> task, long untilNanos) throws Exception {
        long calls = 0;
        while (System.nanoTime() - untilNanos < 0) {
            task.call();
            calls++;
        }
        return calls;
    }
}
