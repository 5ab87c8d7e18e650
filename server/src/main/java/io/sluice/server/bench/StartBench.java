package io.sluice.server.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How long a server takes from its process's start to its first accepted request, with the AOT
 * cache that this JVM was given and without. Each start has an empty folder; with and without take
 * turns, so that whatever else the machine does meets both alike.
 */
public final class StartBench {
    private static final String CACHE_FLAG = "-XX:AOTCache=";

    private final Stamps stamps = Stamps.ofClock();

    /** Holds nothing that must be closed. */
    public StartBench() {}

    /**
     * What some starts took. Medians, in milliseconds.
     *
     * @param mode {@code aot-cache} or {@code no-cache}
     * @param readyMillis until the server said that it is ready
     * @param firstAcceptedMillis until a request of one span was answered, so it is on disk
     * @param firstAcceptedMillisMin the quickest of all starts
     * @param firstAcceptedMillisMax the slowest of all starts
     * @param cpuMillis processor time of all its threads until then
     * @param memoryMegabytes resident then
     */
    public record Row(
            String mode,
            int starts,
            double readyMillis,
            double firstAcceptedMillis,
            double firstAcceptedMillisMin,
            double firstAcceptedMillisMax,
            double cpuMillis,
            double memoryMegabytes) {}

    private record Start(
            double readyMillis, double firstAcceptedMillis, double cpuMillis, double megabytes) {}

    /** The cache that this JVM was given, if there is one. */
    public static Optional<Path> cache() {
        return ServerProcess.flags().stream()
                .filter(flag -> flag.startsWith(CACHE_FLAG))
                .map(flag -> Path.of(flag.substring(CACHE_FLAG.length())))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /**
     * Starts servers.
     *
     * @param starts how many of each mode, at least 1
     * @return a row for each mode; without a cache only that of none
     */
    public List<Row> run(int starts) throws IOException {
        List<String> with = ServerProcess.flags();
        List<String> without = with.stream().filter(flag -> !flag.startsWith(CACHE_FLAG)).toList();
        List<Start> cached = new ArrayList<>();
        List<Start> plain = new ArrayList<>();
        for (int i = 0; i < starts; i++) {
            if (cache().isPresent()) {
                cached.add(start(with));
            }
            plain.add(start(without));
        }
        List<Row> rows = new ArrayList<>();
        if (!cached.isEmpty()) {
            rows.add(row("aot-cache", cached));
        }
        rows.add(row("no-cache", plain));
        return rows;
    }

    private Start start(List<String> flags) throws IOException {
        try (BenchFolder folder = BenchFolder.create()) {
            return start(folder.path(), flags);
        }
    }

    private Start start(Path folder, List<String> flags) throws IOException {
        long began = System.nanoTime();
        try (ServerProcess server = ServerProcess.start(folder, BenchDefinitions.TEXT, "", flags)) {
            double ready = millisSince(began);
            Load load =
                    new Load(
                            Protocol.OTLP_HTTP,
                            false,
                            1,
                            1,
                            Duration.ZERO,
                            Duration.ZERO,
                            Duration.ZERO,
                            0,
                            Optional.empty());
            Requests requests = Requests.spans(1, stamps);
            try (Sender sender = Protocol.OTLP_HTTP.connect(load, server.otlpHttp(), requests)) {
                if (sender.send() != 1) {
                    throw new IOException("the server asked to send its first request again later");
                }
            }
            return new Start(
                    ready, millisSince(began), server.cpu().toMillis(), server.residentMegabytes());
        }
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static Row row(String mode, List<Start> starts) {
        List<Double> first = starts.stream().map(Start::firstAcceptedMillis).sorted().toList();
        return new Row(
                mode,
                starts.size(),
                median(starts.stream().map(Start::readyMillis).sorted().toList()),
                median(first),
                first.getFirst(),
                first.getLast(),
                median(starts.stream().map(Start::cpuMillis).sorted().toList()),
                median(starts.stream().map(Start::megabytes).sorted().toList()));
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
