package io.sluice.server.bench;

import com.sun.management.OperatingSystemMXBean;

import io.sluice.collector.dogstatsd.DogStatsdReceiver;
import io.sluice.collector.extract.Decoder;
import io.sluice.collector.extract.Extractors;
import io.sluice.collector.otlp.OtlpHttpReceiver;
import io.sluice.collector.remotewrite.RemoteWrite;
import io.sluice.definitions.DefinitionLoader;
import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.log.Bodies;
import io.sluice.engine.log.Committed;
import io.sluice.engine.log.GroupCommit;
import io.sluice.engine.log.LogEntry;
import io.sluice.engine.log.LogEntry.Encoding;
import io.sluice.engine.log.OverloadedException;
import io.sluice.engine.log.file.FileIngestLog;
import io.sluice.engine.measure.Extractor;
import io.sluice.engine.measure.MalformedRequestException;
import io.sluice.engine.measure.MeasurePlan;

import org.xerial.snappy.Snappy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What each stage of the way can do with the same requests and nothing else to do: no server can be
 * quicker than its slowest stage, so end to end is a share of that one. All of the machine's
 * processors work on a stage, as they do on the whole.
 */
public final class Floors {
    /** The stages need less than a whole server does. */
    private static final Duration MAX_WARM_UP = Duration.ofSeconds(4);

    /** As many as a full batch of the receiver's has. */
    private static final int DATAGRAMS_PER_BATCH = 186;

    private final Load load;
    private final Path folder;
    private final Stamps stamps;
    private final int processors = Runtime.getRuntime().availableProcessors();

    /**
     * One stage by itself.
     *
     * @param stage {@code empty handler}, {@code gunzip} or {@code unsnap} or {@code zstd}, {@code
     *     decode}, {@code log}
     * @param cpuMicrosPerItem of this process; a stage that is sent to counts its sender, too
     * @param inDecode whether {@code decode} does this, too: what comes compressed is decompressed
     *     as it is decoded
     */
    public record Floor(
            String stage, double itemsPerSecond, double cpuMicrosPerItem, boolean inDecode) {
        private Floor asPartOfDecode() {
            return new Floor(stage, itemsPerSecond, cpuMicrosPerItem, true);
        }
    }

    /**
     * @param folder empty, for what the log writes
     */
    Floors(Load load, Path folder, Stamps stamps) {
        this.load = load;
        this.folder = folder;
        this.stamps = stamps;
    }

    /** Measures the stages that the load goes through. */
    List<Floor> measure() throws IOException, InterruptedException {
        List<Floor> floors = new ArrayList<>();
        LogEntry sample;
        int items;
        if (load.protocol() == Protocol.DOGSTATSD) {
            floors.add(emptySocket());
            sample = entry(Encoding.IDENTITY, new Datagram().batch(DATAGRAMS_PER_BATCH));
            items = DATAGRAMS_PER_BATCH;
        } else {
            floors.add(emptyHandler());
            sample = entry(encoding(), bytes(load.protocol().requests(load, stamps).next()));
            items = load.itemsPerRequest();
        }
        floors.add(
                switch (sample.encoding()) {
                    case GZIP ->
                            onAllProcessors("gunzip", items, () -> () -> gunzip(sample))
                                    .asPartOfDecode();
                    case SNAPPY ->
                            onAllProcessors("unsnap", items, () -> () -> unsnap(sample))
                                    .asPartOfDecode();
                    case IDENTITY -> onAllProcessors("zstd", items, () -> () -> compressed(sample));
                    case ZSTD -> throw new IllegalStateException("no sender sends zstd here");
                });
        Extractor extractor = extractor();
        floors.add(onAllProcessors("decode", items, () -> () -> extract(extractor, sample)));
        floors.add(log(Bodies.compressed(sample), items));
        return floors;
    }

    private Encoding encoding() {
        return switch (load.protocol()) {
            case REMOTE_WRITE, REMOTE_WRITE_2 -> Encoding.SNAPPY;
            case OTLP_HTTP, OTLP_GRPC, OTLP_JSON, DOGSTATSD ->
                    load.gzip() ? Encoding.GZIP : Encoding.IDENTITY;
        };
    }

    private static byte[] bytes(ByteBuffer body) {
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private LogEntry entry(Encoding encoding, byte[] body) {
        return new LogEntry(
                load.protocol().kind(),
                "",
                false,
                stamps.nowNanos().getAsLong(),
                encoding,
                Map.of(),
                body);
    }

    /** The same transport, the same senders, and nobody who looks at what arrives. */
    private Floor emptyHandler() throws IOException, InterruptedException {
        try (EmptyServer server = EmptyServer.start(load.protocol());
                Connections connections =
                        Connections.open(
                                load,
                                stamps,
                                requests ->
                                        load.protocol()
                                                .connect(load, server.address(), requests))) {
            connections.send(Pace.closedLoop(), warmUp());
            long before = connections.answered();
            return measured(
                    "empty handler",
                    () -> {
                        connections.send(Pace.closedLoop(), load.floors());
                        return connections.answered() - before;
                    });
        }
    }

    /** A socket that is read as fast as it can be, and nobody who looks at what arrives. */
    private Floor emptySocket() throws IOException, InterruptedException {
        AtomicLong received = new AtomicLong();
        try (DatagramChannel in = DatagramChannel.open();
                DatagramChannel out = DatagramChannel.open()) {
            in.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            out.connect(in.getLocalAddress());
            Thread.ofPlatform().daemon().start(() -> count(in, received));
            ByteBuffer datagram = new Datagram().direct();
            return measured(
                    "empty handler",
                    () -> {
                        long until = System.nanoTime() + load.floors().toNanos();
                        while (System.nanoTime() - until < 0) {
                            out.write(datagram.rewind());
                        }
                        return received.get();
                    });
        }
    }

    private static void count(DatagramChannel in, AtomicLong received) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Datagram.BYTES);
        try {
            while (true) {
                in.receive(buffer.clear());
                received.incrementAndGet();
            }
        } catch (AsynchronousCloseException e) {
            // The measurement is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bodies as they are logged, by as many threads as the load has connections. */
    private Floor log(LogEntry entry, int items) throws IOException, InterruptedException {
        try (FileIngestLog log = FileIngestLog.open(folder, FileIngestLog.DEFAULT_SEGMENT_BYTES);
                GroupCommit<Integer> door =
                        new GroupCommit<>(
                                log,
                                batch ->
                                        batch.stream()
                                                .map(Committed::release)
                                                .forEach(Runnable::run),
                                GroupCommit.DEFAULT_MAX_BYTES_IN_FLIGHT)) {
            List<Callable<?>> tasks = new ArrayList<>();
            for (int i = 0; i < load.connections(); i++) {
                tasks.add(() -> append(door, entry));
            }
            return floor("log", items, tasks);
        }
    }

    private static long append(GroupCommit<Integer> door, LogEntry entry) throws IOException {
        try {
            return door.append(entry, 0);
        } catch (OverloadedException e) {
            throw new IOException("one request at a time of each thread should fit", e);
        }
    }

    private static Extractor extractor() {
        MeasurePlan plan =
                MeasurePlan.compile(
                        new DefinitionLoader()
                                .loadSources(
                                        List.of(
                                                new SourceFile(
                                                        "bench.yaml", BenchDefinitions.TEXT)))
                                .definitions()
                                .orElseThrow());
        List<Decoder> decoders =
                Stream.of(
                                OtlpHttpReceiver.decoders(),
                                RemoteWrite.decoders(),
                                DogStatsdReceiver.decoders())
                        .flatMap(List::stream)
                        .toList();
        return new Extractors(Extractors.DEFAULT_MAX_BODY_BYTES, decoders).compile(plan);
    }

    private static Object extract(Extractor extractor, LogEntry entry) {
        try {
            return extractor.extract(entry);
        } catch (MalformedRequestException e) {
            throw new IllegalStateException("the bench's own request is malformed", e);
        }
    }

    private static Object compressed(LogEntry entry) {
        return Bodies.compressed(entry);
    }

    private static long gunzip(LogEntry entry) throws IOException {
        try (InputStream in =
                new GZIPInputStream(new ByteArrayInputStream(entry.body()), 1 << 16)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private static Object unsnap(LogEntry entry) throws IOException {
        return Snappy.uncompress(entry.body());
    }

    private Floor onAllProcessors(String stage, int items, Supplier<Callable<?>> task)
            throws IOException, InterruptedException {
        List<Callable<?>> tasks = new ArrayList<>();
        for (int i = 0; i < processors; i++) {
            tasks.add(task.get());
        }
        return floor(stage, items, tasks);
    }

    /** Each task again and again on a thread of its own; a call stands for so many items. */
    private Floor floor(String stage, int items, List<Callable<?>> tasks)
            throws IOException, InterruptedException {
        repeat(tasks, warmUp());
        return measured(stage, () -> repeat(tasks, load.floors()) * items);
    }

    private Duration warmUp() {
        return load.warmUp().compareTo(MAX_WARM_UP) < 0 ? load.warmUp() : MAX_WARM_UP;
    }

    /** Work that says how many items it did. */
    @FunctionalInterface
    private interface Work {
        long items() throws IOException, InterruptedException;
    }

    private static Floor measured(String stage, Work work)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        long cpuBegan = cpuNanos();
        double items = work.items();
        long cpu = cpuNanos() - cpuBegan;
        return new Floor(
                stage, items * 1e9 / (System.nanoTime() - began), cpu / 1e3 / items, false);
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long repeat(List<Callable<?>> tasks, Duration duration)
            throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + duration.toNanos();
        return Connections.together(
                tasks.stream()
                        .<Callable<Long>>map(task -> () -> repeat(task, untilNanos))
                        .toList());
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
