package io.sluice.dashboard.live;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.engine.SloEngine;

import jakarta.servlet.ServletOutputStream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells open pages that something changed, over server-sent events; a page then asks for itself
 * again. One rendering serves first and later views alike, and a page that missed an event is whole
 * after the next one.
 *
 * <p>A stream is a virtual thread that waits. A reader that does not read blocks its own thread,
 * not the engine's.
 */
public final class LiveUpdates implements AutoCloseable {
    /** Streams at once; one more is told to come back later. */
    public static final int MAX_STREAMS = 256;

    /** A stream tells of changes at most so often, however many there are. */
    static final Duration MIN_GAP = Duration.ofSeconds(1);

    /**
     * A silent stream says at least so often that it is alive; shorter than Jetty's and proxies'
     * idle times.
     */
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final byte[] CHANGE =
            "event: change\ndata:\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ALIVE = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Semaphore streams = new Semaphore(MAX_STREAMS);
    private final LongAdder refused = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changedOrClosed = lock.newCondition();
    private final SloEngine.Subscription subscription;
    private long changes;
    private boolean closed;

    public LiveUpdates(SloEngine engine) {
        this.subscription = engine.onChange(this::change);
    }

    /** How many pages are listening. */
    public long open() {
        return (long) MAX_STREAMS - streams.availablePermits();
    }

    /** How many were told to come back later, since start. */
    public long refused() {
        return refused.sum();
    }

    /** Adds the stream to a server. */
    public void register(RoutesConfig routes) {
        routes.get("/live", this::stream);
    }

    private void stream(Context ctx) throws IOException, InterruptedException {
        if (!streams.tryAcquire()) {
            refused.increment();
            throw ProblemException.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            MAX_STREAMS + " pages are listening already")
                    .withHeader("Retry-After", "30");
        }
        try {
            ctx.res().setContentType("text/event-stream");
            // Not Javalin's stream: that would compress, and so hold back what should leave at
            // once.
            write(ctx.res().getOutputStream());
        } finally {
            streams.release();
        }
    }

    private void write(ServletOutputStream out) throws IOException, InterruptedException {
        long told = changes();
        send(out, ALIVE);
        while (true) {
            long seen = await(told, HEARTBEAT);
            if (seen < 0) {
                return;
            }
            send(out, seen == told ? ALIVE : CHANGE);
            if (seen != told) {
                told = seen;
                Thread.sleep(MIN_GAP);
            }
        }
    }

    private static void send(ServletOutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private void change() {
        lock.lock();
        try {
            changes++;
            changedOrClosed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many changes there were so far. */
    public long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change after {@code told}, at most for {@code limit}; -1 once closed. */
    private long await(long told, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long nanos = limit.toNanos();
            while (!closed && changes == told && nanos > 0) {
                nanos = changedOrClosed.awaitNanos(nanos);
            }
            return closed ? -1 : changes;
        } finally {
            lock.unlock();
        }
    }

    /** Ends every stream. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changedOrClosed.signalAll();
        } finally {
            lock.unlock();
        }
        subscription.close();
    }
}
