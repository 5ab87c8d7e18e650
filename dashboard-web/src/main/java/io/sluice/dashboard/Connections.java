package io.sluice.dashboard;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;

import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who is in at the port of pages and API. Beyond those that are served there is a little room for
 * some of which only the first request is heard, to be told that they come again later. To wait
 * unheard in the kernel's queue looks like a server that is down.
 *
 * <p>A connection asks one thing at a time, so this bounds the requests under way as well.
 * Thread-safe.
 */
final class Connections {

    /** So many are told at a time that there is no room; others find their connection closed. */
    static final int MAX_TOLD = 64;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Where a connection is. */
    enum Place {
        SERVED,
        TOLD
    }

    private final int most;
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    /** By channel, so that nobody is counted out twice. */
    private final Map<SelectableChannel, Place> places = new ConcurrentHashMap<>();

    /**
     * @param most that are served at a time; at least 1
     */
    Connections(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a port needs room for one connection, not " + most);
        }
        this.most = most;
    }

    /** How many are served. */
    int open() {
        return served.get();
    }

    /** How many found no room, since start, whether they were told so or not. */
    long refused() {
        return refused.sum();
    }

    /** Whether there is a place for it; then {@link #ended} is to be called at its end. */
    boolean admit(SelectableChannel channel) {
        if (take(served, most)) {
            places.put(channel, Place.SERVED);
            return true;
        }
        refused.increment();
        if (take(told, MAX_TOLD)) {
            places.put(channel, Place.TOLD);
            return true;
        }
        return false;
    }

    private static boolean take(AtomicInteger taken, int most) {
        if (taken.incrementAndGet() > most) {
            taken.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Whether it is only in to be told that there is no room. */
    boolean isTold(Object channel) {
        return channel instanceof SelectableChannel known && places.get(known) == Place.TOLD;
    }

    /** A connection is gone; more than once, or never admitted, does no harm. */
    void ended(SelectableChannel channel) {
        switch (places.remove(channel)) {
            case SERVED -> served.decrementAndGet();
            case TOLD -> told.decrementAndGet();
            case null -> {
                // It was closed at once, or is counted out already.
            }
        }
    }

    /**
     * Lets a request through whose connection is served.
     *
     * @throws ProblemException with 503, after which the connection ends
     */
    void receive(Context ctx) {
        Object channel =
                ServletContextRequest.getServletContextRequest(ctx.req())
                        .getConnectionMetaData()
                        .getConnection()
                        .getEndPoint()
                        .getTransport();
        if (isTold(channel)) {
            throw ProblemException.of(
                            HttpStatus.SERVICE_UNAVAILABLE, most + " connections are open already")
                    .withHeader("Retry-After", Long.toString(RETRY_AFTER.toSeconds()))
                    .withHeader("Connection", "close");
        }
    }
}
