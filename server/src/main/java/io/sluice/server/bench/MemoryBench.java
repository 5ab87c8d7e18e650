package io.sluice.server.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What a server holds of many series, and whether that grows: hours of traffic, a round of one
 * event of each series sent once the round before is counted, each at a time that moves on as if
 * the hours passed. They end now, so all of them are young enough to be counted. A round comes all
 * at once, where events of a server in use are spread: much is allocated in a moment here, and more
 * of it outlives the heap's young part.
 */
public final class MemoryBench {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Holds nothing that must be closed. */
    public MemoryBench() {}

    /**
     * What to send.
     *
     * @param series how many, of SLIs with up to {@link FleetRequest#GROUPS_PER_SLI} groups
     * @param hours of event time, at most 47
     * @param every how far apart a series' events are
     */
    public record Load(int series, int hours, Duration every) {}

    /**
     * What was measured. Memory is resident, and includes pages of files: the AOT cache's, and
     * libraries'. What is anonymous does not; pages of files the system may drop and read again.
     *
     * @param idleMegabytes of a server that is ready and has taken in nothing
     * @param idleAnonymousMegabytes the same without files' pages
     * @param hourlyMegabytes after each hour of event time
     * @param megabytes at the end, when all is counted
     * @param anonymousMegabytes the same without files' pages
     * @param storeMegabytes on disk
     * @param logMegabytes on disk
     * @param sent spans that were answered for
     * @param counted what the objectives counted of them: must be equal
     * @param cpuMicrosPerSpan the server's processor time, all threads
     */
    public record Result(
            int series,
            int hours,
            double everySeconds,
            double idleMegabytes,
            double idleAnonymousMegabytes,
            List<Double> hourlyMegabytes,
            double megabytes,
            double anonymousMegabytes,
            double storeMegabytes,
            double logMegabytes,
            long sent,
            long counted,
            double cpuMicrosPerSpan) {

        /** Whether each span is counted once. */
        public boolean accounted() {
            return sent == counted;
        }
    }

    /**
     * Runs a load against a server that is started for it.
     *
     * @throws IOException if the server does not start, refuses, or ends
     */
    public Result run(Load load) throws IOException, InterruptedException {
        try (BenchFolder folder = BenchFolder.create();
                ServerProcess server =
                        ServerProcess.start(
                                folder.path(),
                                FleetRequest.definitions(load.series()),
                                "limits: {series: %d}%n".formatted(2 * load.series()))) {
            try {
                return run(load, server, folder.path());
            } catch (IOException e) {
                throw server.cause(e);
            }
        }
    }

    private static Result run(Load load, ServerProcess server, Path folder)
            throws IOException, InterruptedException {
        double idle = server.residentMegabytes();
        double idleAnonymous = server.anonymousMegabytes();
        Duration cpu = server.cpu();
        ServerCounts counts = new ServerCounts(server.api());
        AtomicLong sequence = new AtomicLong(System.nanoTime());
        long roundNanos = load.every().toNanos();
        int rounds = Math.toIntExact(Duration.ofHours(1).toNanos() / roundNanos);
        // The time of all spans of a round; the last round is now.
        AtomicLong nanos =
                new AtomicLong(
                        System.currentTimeMillis() / 1000 * NANOS_PER_SECOND
                                - (long) load.hours() * rounds * roundNanos);
        FleetRequest requests =
                new FleetRequest(load.series(), sequence::incrementAndGet, nanos::get);
        long sent = 0;
        long counted = 0;
        List<Double> hourly = new ArrayList<>();
        InetSocketAddress address = server.otlpHttp();
        for (int hour = 0; hour < load.hours(); hour++) {
            for (int round = 0; round < rounds && counted == sent; round++) {
                nanos.addAndGet(roundNanos);
                sent += requests.sendRound(address);
                // Minutes would pass until the next: nothing of this round waits any more.
                counted = counts.awaitEvents(sent);
            }
            hourly.add(server.residentMegabytes());
        }
        return new Result(
                load.series(),
                load.hours(),
                load.every().toMillis() / 1e3,
                idle,
                idleAnonymous,
                hourly,
                server.residentMegabytes(),
                server.anonymousMegabytes(),
                megabytes(folder, "sluice.db"),
                megabytes(folder, "log"),
                sent,
                counted,
                server.cpu().minus(cpu).toNanos() / 1e3 / sent);
    }

    /** Of all files whose path below the folder's data begins so. */
    private static double megabytes(Path folder, String begins) throws IOException {
        Path data = folder.resolve("data");
        long bytes = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (data.relativize(file).toString().startsWith(begins)) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes / (double) (1 << 20);
    }
}
