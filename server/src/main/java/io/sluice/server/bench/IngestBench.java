package io.sluice.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Drives a freshly started server over loopback in a closed loop, and measures it from outside:
 * what it answered, how long that took, and what the operating system says that its process used.
 * Every span that counts here was answered, so it is on disk.
 */
public final class IngestBench {

    /** By which door the spans go in. */
    public enum Protocol {
        OTLP_HTTP("otlp-http"),
        OTLP_GRPC("otlp-grpc");

        private final String label;

        Protocol(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * What to send.
     *
     * @param floors how long each stage is measured by itself; zero leaves that out
     * @param connections requests that are under way at once
     * @param warmUp not measured: a cold JVM is several times slower
     * @param duration measured
     */
    public record Load(
            Protocol protocol,
            boolean gzip,
            int spansPerRequest,
            int connections,
            Duration warmUp,
            Duration duration,
            Duration floors) {}

    /**
     * What was measured.
     *
     * @param answeredSpans during the measured time
     * @param cpuMicrosPerSpan the server's processor time, all threads
     * @param answerMillisP50 median time from the first byte sent to the answer
     * @param memoryMegabytes resident, at the end; 0 where the system does not tell
     * @param retries answers that asked to try again later
     * @param countedSpans what the server says it accepted, warm-up included
     * @param sentSpans what was answered for, warm-up included: must equal {@code countedSpans}
     * @param floors what each stage can do by itself, measured after the whole
     * @param shareOfFloor the whole's spans per second over the slowest stage's; NaN without floors
     */
    public record Result(
            String protocol,
            boolean gzip,
            int spansPerRequest,
            long answeredSpans,
            double seconds,
            double spansPerSecond,
            double cpuMicrosPerSpan,
            double answerMillisP50,
            double answerMillisP99,
            double memoryMegabytes,
            long retries,
            long sentSpans,
            long countedSpans,
            List<Floors.Floor> floors,
            double shareOfFloor) {

        private Result with(List<Floors.Floor> measured) {
            double slowest =
                    measured.stream()
                            .mapToDouble(Floors.Floor::spansPerSecond)
                            .min()
                            .orElse(Double.NaN);
            return new Result(
                    protocol,
                    gzip,
                    spansPerRequest,
                    answeredSpans,
                    seconds,
                    spansPerSecond,
                    cpuMicrosPerSpan,
                    answerMillisP50,
                    answerMillisP99,
                    memoryMegabytes,
                    retries,
                    sentSpans,
                    countedSpans,
                    measured,
                    spansPerSecond / slowest);
        }
    }

    private final AtomicLong sequence = new AtomicLong(System.nanoTime());

    /**
     * Runs one load against a server that was started for it, with an empty store that is removed
     * afterwards.
     */
    public Result run(Load load) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-bench");
        try {
            Result whole;
            try (ServerProcess server = ServerProcess.start(folder)) {
                whole = run(load, server);
            }
            return load.floors().isZero() ? whole : whole.with(floors(load, folder).measure());
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private Floors floors(Load load, Path folder) {
        return new Floors(
                load,
                folder.resolve("floor"),
                load.floors(),
                address -> sender(load, address),
                sequence::incrementAndGet,
                IngestBench::epochNanos);
    }

    private Result run(Load load, ServerProcess server) throws IOException, InterruptedException {
        List<Worker> workers = new ArrayList<>();
        try {
            for (int i = 0; i < load.connections(); i++) {
                workers.add(new Worker(sender(load, address(load, server))));
            }
            drive(workers, load.warmUp());
            long warmedUp = workers.stream().mapToLong(w -> w.answered).sum();
            workers.forEach(Worker::forgetLatencies);
            Duration cpuBefore = server.cpu();
            long beganNanos = System.nanoTime();
            drive(workers, load.duration());
            double seconds = (System.nanoTime() - beganNanos) / 1e9;
            Duration cpu = server.cpu().minus(cpuBefore);
            long sent = workers.stream().mapToLong(w -> w.answered).sum();
            long answered = sent - warmedUp;
            long[] latencies = Worker.sortedLatencies(workers);
            return new Result(
                    load.protocol().toString(),
                    load.gzip(),
                    load.spansPerRequest(),
                    answered,
                    seconds,
                    answered / seconds,
                    cpu.toNanos() / 1e3 / answered,
                    quantileMillis(latencies, 0.50),
                    quantileMillis(latencies, 0.99),
                    server.residentMegabytes(),
                    workers.stream().mapToLong(w -> w.retries).sum(),
                    sent,
                    acceptedSpans(server.api()),
                    List.of(),
                    Double.NaN);
        } finally {
            for (Worker worker : workers) {
                worker.sender.close();
            }
        }
    }

    private static InetSocketAddress address(Load load, ServerProcess server) {
        return switch (load.protocol()) {
            case OTLP_HTTP -> server.otlpHttp();
            case OTLP_GRPC -> server.otlpGrpc();
        };
    }

    private Sender sender(Load load, InetSocketAddress address) throws IOException {
        int spans = load.spansPerRequest();
        return switch (load.protocol()) {
            case OTLP_HTTP ->
                    new HttpSender(
                            address,
                            spans,
                            load.gzip(),
                            sequence::incrementAndGet,
                            IngestBench::epochNanos);
            case OTLP_GRPC ->
                    new GrpcSender(
                            address,
                            spans,
                            load.gzip(),
                            sequence::incrementAndGet,
                            IngestBench::epochNanos);
        };
    }

    private static long epochNanos() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    private static void drive(List<Worker> workers, Duration duration)
            throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + duration.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers.size())) {
            List<Future<?>> running = new ArrayList<>();
            for (Worker worker : workers) {
                running.add(
                        threads.submit(
                                () -> {
                                    worker.sendUntil(untilNanos);
                                    return null;
                                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    private static long acceptedSpans(URI api) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(api.resolve("/api/v1/ingest")).build(),
                                HttpResponse.BodyHandlers.ofByteArray());
        long accepted = 0;
        for (JsonNode row : new ObjectMapper().readTree(answer.body()).path("receivers")) {
            if (row.path("signal").asText().equals("spans")) {
                accepted += row.path("accepted").asLong();
            }
        }
        return accepted;
    }

    private static double quantileMillis(long[] sortedNanos, double quantile) {
        if (sortedNanos.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(quantile * sortedNanos.length);
        return sortedNanos[Math.max(0, rank - 1)] / 1e6;
    }

    /** One connection and what it has seen. */
    private static final class Worker {
        private final Sender sender;
        private long answered;
        private long retries;
        private long[] latencies = new long[1 << 16];
        private int measured;

        Worker(Sender sender) {
            this.sender = sender;
        }

        void sendUntil(long untilNanos) throws IOException {
            while (System.nanoTime() - untilNanos < 0) {
                long began = System.nanoTime();
                int spans = sender.send();
                if (spans == 0) {
                    retries++;
                    continue;
                }
                answered += spans;
                if (measured == latencies.length) {
                    latencies = Arrays.copyOf(latencies, 2 * measured);
                }
                latencies[measured++] = System.nanoTime() - began;
            }
        }

        void forgetLatencies() {
            measured = 0;
            retries = 0;
        }

        static long[] sortedLatencies(List<Worker> workers) {
            return workers.stream()
                    .flatMapToLong(w -> Arrays.stream(w.latencies, 0, w.measured))
                    .sorted()
                    .toArray();
        }
    }
}
