package io.sluice.server.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Drives a freshly started server over loopback, and measures it from outside: what it answered,
 * how long that took, and what the operating system says that its process used. Every item that
 * counts here was answered, so it is on disk; afterwards the server must have counted each of them
 * once.
 */
public final class IngestBench {
    private final Stamps stamps = Stamps.ofClock();

    /** Holds nothing that must be closed. */
    public IngestBench() {}

    /**
     * Runs one load against a server that was started for it, with an empty store that is removed
     * afterwards.
     *
     * @throws IOException if the server does not start, refuses, or ends; the message says which
     */
    public Result run(Load load) throws IOException, InterruptedException {
        try (BenchFolder folder =
                load.folder().isEmpty()
                        ? BenchFolder.create()
                        : BenchFolder.createIn(load.folder().get())) {
            Result whole;
            try (ServerProcess server = ServerProcess.start(folder.path())) {
                whole = run(load, server);
            }
            return load.floors().isZero()
                    ? whole
                    : whole.with(
                            new Floors(load, folder.path().resolve("floor"), stamps).measure());
        }
    }

    /** Runs one load against a server that runs already. */
    Result run(Load load, ServerProcess server) throws IOException, InterruptedException {
        try {
            return load.protocol() == Protocol.DOGSTATSD
                    ? unanswered(load, server)
                    : answered(load, server);
        } catch (IOException e) {
            throw server.cause(e);
        }
    }

    private Result answered(Load load, ServerProcess server)
            throws IOException, InterruptedException {
        Protocol protocol = load.protocol();
        ServerCounts counts = new ServerCounts(server.api());
        try (Connections connections =
                Connections.open(
                        load,
                        stamps,
                        requests -> protocol.connect(load, protocol.door(server), requests))) {
            connections.send(Pace.closedLoop(), load.warmUp());
            Phase full = phase(load, server, connections, load.rate(), load.duration());
            double memory = server.residentMegabytes();
            Optional<Phase> half =
                    load.rate() > 0
                            ? Optional.empty()
                            : Optional.of(
                                    phase(
                                            load,
                                            server,
                                            connections,
                                            full.perSecond() / 2,
                                            load.duration().dividedBy(2)));
            long expected = connections.expectedEvents();
            long events = counts.awaitEvents(expected);
            return new Result(
                    protocol.toString(),
                    load.gzip(),
                    load.itemsPerRequest(),
                    protocol.item(),
                    full.perSecond(),
                    full.cpuMicros(),
                    full.perSecond(),
                    full.cpuMicros(),
                    null,
                    full.seconds,
                    full.millisP50,
                    full.millisP99,
                    half.map(Phase::perSecond).orElse(null),
                    half.map(Phase::millisP50).orElse(null),
                    half.map(Phase::millisP99).orElse(null),
                    memory,
                    connections.retries(),
                    connections.answered(),
                    0,
                    counts.accepted(protocol.receiver()),
                    events,
                    expected,
                    List.of(),
                    null,
                    null);
        }
    }

    /** One stretch of sending. */
    private record Phase(
            long items, double seconds, Duration cpu, double millisP50, double millisP99) {
        double perSecond() {
            return items / seconds;
        }

        double cpuMicros() {
            return cpu.toNanos() / 1e3 / items;
        }
    }

    private static Phase phase(
            Load load,
            ServerProcess server,
            Connections connections,
            double rate,
            Duration duration)
            throws IOException, InterruptedException {
        long before = connections.answered();
        Duration cpuBefore = server.cpu();
        long beganNanos = System.nanoTime();
        connections.send(
                rate > 0 ? Pace.atRate(rate / load.itemsPerRequest()) : Pace.closedLoop(),
                duration);
        double seconds = (System.nanoTime() - beganNanos) / 1e9;
        return new Phase(
                connections.answered() - before,
                seconds,
                server.cpu().minus(cpuBefore),
                connections.latencyMillis(0.50),
                connections.latencyMillis(0.99));
    }

    private static Result unanswered(Load load, ServerProcess server)
            throws IOException, InterruptedException {
        Protocol protocol = load.protocol();
        ServerCounts counts = new ServerCounts(server.api());
        try (Unanswered socket =
                new Unanswered(protocol.door(server), counts, protocol.receiver())) {
            // A cold server would find a rate of its youth.
            socket.send(Unanswered.WARM_UP_RATE, load.warmUp());
            double rate = load.rate() > 0 ? load.rate() : socket.findRate();
            Duration cpuBefore = server.cpu();
            Unanswered.Sent sent = socket.send(rate, load.duration());
            Duration cpu = server.cpu().minus(cpuBefore);
            long kept = sent.sent() - sent.lost();
            double perSecond = kept / sent.seconds();
            double micros = cpu.toNanos() / 1e3 / kept;
            long lost = counts.kernelDrops(protocol.receiver());
            long expected = (socket.sent() - lost) * socket.datagram().counters();
            long events = counts.awaitEvents(expected);
            return new Result(
                    protocol.toString(),
                    false,
                    1,
                    protocol.item(),
                    perSecond,
                    micros,
                    perSecond,
                    micros,
                    perSecond * socket.datagram().messages(),
                    sent.seconds(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    server.residentMegabytes(),
                    0,
                    socket.sent(),
                    lost,
                    socket.accepted(),
                    events,
                    expected,
                    List.of(),
                    null,
                    null);
        }
    }
}
