package io.sluice.server.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A load's connections, each a thread that has one request under way. Used by one thread. */
final class Connections implements AutoCloseable {
    private final List<Connection> all = new ArrayList<>();

    /** Opens one connection of the load. */
    @FunctionalInterface
    interface Opening {
        Sender open(Requests requests) throws IOException;
    }

    /** Opens as many as the load has. */
    static Connections open(Load load, Stamps stamps, Opening opening) throws IOException {
        Connections connections = new Connections();
        try {
            for (int i = 0; i < load.connections(); i++) {
                Requests requests = load.protocol().requests(load, stamps);
                connections.all.add(new Connection(requests, opening.open(requests)));
            }
            return connections;
        } catch (IOException e) {
            connections.close();
            throw e;
        }
    }

    /** Sends for so long; forgets the latencies of before. */
    void send(Pace pace, Duration duration) throws IOException, InterruptedException {
        all.forEach(Connection::forgetLatencies);
        long untilNanos = System.nanoTime() + duration.toNanos();
        together(
                all.stream()
                        .<Callable<Long>>map(
                                one ->
                                        () -> {
                                            one.sendUntil(pace, untilNanos);
                                            return 0L;
                                        })
                        .toList());
    }

    /** Runs all at once, and adds up what they return. */
    static long together(List<? extends Callable<Long>> tasks)
            throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            long sum = 0;
            List<Future<Long>> running = new ArrayList<>();
            for (Callable<Long> task : tasks) {
                running.add(threads.submit(task));
            }
            for (Future<Long> one : running) {
                sum += one.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    /** Items that were answered for. */
    long answered() {
        return all.stream().mapToLong(one -> one.answered).sum();
    }

    /** Events that the objectives must have counted for them. */
    long expectedEvents() {
        return all.stream().mapToLong(one -> one.requests.expectedEvents(one.answered)).sum();
    }

    /** Answers that asked to try again later. */
    long retries() {
        return all.stream().mapToLong(one -> one.retries).sum();
    }

    /** How long each request of the last stretch took. */
    double[] latenciesMillis() {
        return all.stream()
                .flatMapToLong(one -> Arrays.stream(one.latencies, 0, one.measured))
                .mapToDouble(nanos -> nanos / 1e6)
                .toArray();
    }

    /** The time within which so many of the requests were answered; NaN if there were none. */
    double latencyMillis(double quantile) {
        return NearestRank.of(Arrays.stream(latenciesMillis()).sorted().toArray(), quantile);
    }

    @Override
    public void close() throws IOException {
        for (Connection one : all) {
            one.sender.close();
        }
    }

    /** One connection and what it has seen. */
    private static final class Connection {
        private final Requests requests;
        private final Sender sender;
        private long answered;
        private long retries;
        private long[] latencies = new long[1 << 12];
        private int measured;

        Connection(Requests requests, Sender sender) {
            this.requests = requests;
            this.sender = sender;
        }

        void sendUntil(Pace pace, long untilNanos) throws IOException {
            for (long due = pace.take(); due - untilNanos < 0; due = pace.take()) {
                Pace.await(due);
                answered += sender.sendUntilAnswered(due, () -> retries++);
                if (measured == latencies.length) {
                    latencies = Arrays.copyOf(latencies, 2 * measured);
                }
                latencies[measured++] = System.nanoTime() - due;
            }
        }

        void forgetLatencies() {
            measured = 0;
        }
    }
}
