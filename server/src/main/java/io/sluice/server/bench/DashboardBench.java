package io.sluice.server.bench;

import io.sluice.definitions.model.SourceFile;
import io.sluice.engine.bench.Fleet;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks at a freshly started server's pages from outside: how long each takes when nobody else has
 * asked for it in that second, and then how long what changed takes to two hundred readers of the
 * overview while events come in at half of what the server can take.
 */
public final class DashboardBench {
    /** SLOs that have been measured for as long as anything is kept. */
    private static final int LONG_ONES = 10;

    /** As long as anything is kept. */
    private static final Duration LONGEST = Duration.ofDays(400);

    /** Every page that is there without a cutover or a trace. */
    private static List<String> pages(int slos) {
        return List.of(
                "/",
                "/?q=slo-7&state=met",
                "/slos/slo-1",
                "/slos/slo-1?range=28d",
                "/slos/slo-" + (slos - 1),
                "/alerts",
                "/results",
                "/journeys",
                "/definitions",
                "/system",
                "/api",
                "/plots/slos/slo-1/budget?range=28d",
                "/plots/slos/slo-1/burn",
                "/plots/slos/slo-1/pairs",
                "/plots/slos/slo-1/events",
                "/api/v1/slos",
                "/api/v1/slos/slo-1",
                "/metrics");
    }

    private final Stamps stamps = Stamps.ofClock();

    /** Holds nothing that must be closed. */
    public DashboardBench() {}

    /**
     * How much is measured.
     *
     * @param slos objectives beside the shop's that are sent to
     * @param history how long they have been measured; ten of them for 400 days
     * @param looks how often each page is asked for, once a second
     * @param readers of the overview, at most as many as the server lets listen; 0 for none
     * @param warmUp of intake and readers, not measured
     * @param duration how long intake is measured at full load, then at half with and without
     *     readers
     */
    public record Sizes(
            int slos,
            Duration history,
            int looks,
            int readers,
            Duration warmUp,
            Duration duration) {}

    /**
     * One figure.
     *
     * @param name what took this long, or how many it were
     * @param count of what was measured
     */
    public record Row(String name, long count, double p50, double p99, double max, String unit) {
        static Row of(String name, String unit, double... values) {
            double[] sorted = Arrays.stream(values).sorted().toArray();
            return new Row(
                    name,
                    sorted.length,
                    NearestRank.of(sorted, 0.50),
                    NearestRank.of(sorted, 0.99),
                    NearestRank.of(sorted, 1),
                    unit);
        }
    }

    /**
     * Measures everything, and tells each figure as soon as it is there.
     *
     * @return whether all that was sent was counted
     * @throws IOException if the server does not start, refuses, or ends
     */
    public boolean run(Sizes sizes, Consumer<Row> told) throws IOException, InterruptedException {
        try (BenchFolder folder = BenchFolder.create()) {
            prepare(sizes, folder.path());
            try (ServerProcess server = ServerProcess.start(folder.path())) {
                looks(sizes, server.api(), told);
                return sizes.readers() == 0 || readers(sizes, server, told);
            }
        }
    }

    private static void prepare(Sizes sizes, Path folder) throws IOException {
        Fleet fleet = new Fleet(sizes.slos());
        Path definitions = Files.createDirectories(folder.resolve("definitions"));
        for (SourceFile file : fleet.files()) {
            Files.writeString(definitions.resolve("fleet-" + file.path()), file.text());
        }
        Path data = Files.createDirectories(folder.resolve("data"));
        fleet.write(
                data.resolve("sluice.db"),
                data.resolve("log"),
                sizes.history(),
                LONG_ONES,
                LONGEST,
                Instant.now());
    }

    /** Once a second, so that no answer is the one that somebody else got. */
    private static void looks(Sizes sizes, URI server, Consumer<Row> told)
            throws IOException, InterruptedException {
        try (PageClient client = new PageClient(server)) {
            List<String> pages = pages(sizes.slos());
            double[][] millis = new double[pages.size()][sizes.looks()];
            double[] first = new double[pages.size()];
            double[] bytes = new double[pages.size()];
            long due = System.nanoTime();
            for (int look = -1; look < sizes.looks(); look++) {
                Pace.await(due);
                due += 1_000_000_000L;
                for (int page = 0; page < pages.size(); page++) {
                    PageClient.Answer answer = client.get(pages.get(page));
                    bytes[page] = answer.bytes();
                    if (look < 0) {
                        first[page] = answer.millis();
                    } else {
                        millis[page][look] = answer.millis();
                    }
                }
            }
            for (int page = 0; page < pages.size(); page++) {
                String name = "page " + pages.get(page);
                told.accept(Row.of(name + ", first of all", "ms", first[page]));
                told.accept(Row.of(name, "ms", millis[page]));
                told.accept(Row.of(name + ", compressed", "bytes", bytes[page]));
            }
        }
    }

    private boolean readers(Sizes sizes, ServerProcess server, Consumer<Row> told)
            throws IOException, InterruptedException {
        Load load =
                new Load(
                        Protocol.OTLP_HTTP,
                        false,
                        Load.usualItems(Protocol.OTLP_HTTP),
                        6,
                        sizes.warmUp(),
                        sizes.duration(),
                        Duration.ZERO,
                        0,
                        Optional.empty());
        ServerCounts counts = new ServerCounts(server.api());
        Protocol protocol = load.protocol();
        try (Connections connections =
                Connections.open(
                        load,
                        stamps,
                        requests -> protocol.connect(load, protocol.door(server), requests))) {
            connections.send(Pace.closedLoop(), load.warmUp());
            double full = rate(connections, Pace.closedLoop(), load.duration());
            told.accept(Row.of("spans at full load, no readers", "spans/s", full));
            double half = full / 2 / load.itemsPerRequest();
            double alone = rate(connections, Pace.atRate(half), load.duration());
            tellIntake("no readers", alone, connections, told);
            try (OverviewReaders readers = OverviewReaders.open(server.api(), sizes.readers())) {
                rate(connections, Pace.atRate(half), load.warmUp());
                readers.forget();
                double read = rate(connections, Pace.atRate(half), load.duration());
                List<OverviewReaders.Update> updates = readers.updates();
                String many = sizes.readers() + " readers";
                tellIntake(many, read, connections, told);
                told.accept(
                        Row.of(
                                "overview, what changed, to each of " + many,
                                "ms",
                                updates.stream()
                                        .mapToDouble(OverviewReaders.Update::millis)
                                        .toArray()));
                told.accept(
                        Row.of(
                                "overview, what changed, compressed",
                                "bytes",
                                updates.stream()
                                        .mapToDouble(OverviewReaders.Update::bytes)
                                        .toArray()));
            }
            long expected = connections.expectedEvents();
            return counts.awaitEvents(expected) == expected;
        }
    }

    private static void tellIntake(
            String readers, double rate, Connections connections, Consumer<Row> told) {
        told.accept(Row.of("spans at half load, " + readers, "spans/s", rate));
        told.accept(
                Row.of(
                        "answers to spans at half load, " + readers,
                        "ms",
                        connections.latenciesMillis()));
    }

    /** Items a second that were answered. */
    private static double rate(Connections connections, Pace pace, Duration duration)
            throws IOException, InterruptedException {
        long before = connections.answered();
        long began = System.nanoTime();
        connections.send(pace, duration);
        return (connections.answered() - before) / ((System.nanoTime() - began) / 1e9);
    }
}
