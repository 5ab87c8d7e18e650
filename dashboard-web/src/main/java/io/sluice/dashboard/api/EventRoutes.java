package io.sluice.dashboard.api;

import static io.sluice.dashboard.openapi.Operation.get;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.openapi.Operation;
import io.sluice.dashboard.openapi.Query;
import io.sluice.engine.SloEngine;

import jakarta.servlet.ServletOutputStream;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decisions and alerts as they happen, by server-sent events (WHATWG HTML, 9.2). A stream is a
 * virtual thread that waits; whoever does not read blocks only their own, until they are so far
 * behind that they are cut off.
 */
final class EventRoutes implements AutoCloseable {
    /** Streams at once; one more is told to come back later. */
    static final int MAX_STREAMS = 100;

    /** A silent stream says at least so often that it is alive; under what proxies wait for. */
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final byte[] ALIVE = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final Query<String> TYPES =
            Query.listOf("types", "alert", "decision")
                    .says("Which events, with commas between; all of them unless given.");

    private final EventLog log;
    private final Semaphore streams = new Semaphore(MAX_STREAMS);
    private final AtomicLong cutOff = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    EventRoutes(SloEngine engine) {
        this.log = new EventLog(engine);
    }

    List<Operation> operations() {
        return List.of(
                get(
                                "/events",
                                "streamEvents",
                                "Decisions and changes of alerts as they happen, by server-sent"
                                        + " events: `event` is decision or alert, `data` its"
                                        + " Decision or Alert. With Last-Event-ID it goes on after"
                                        + " that event: what is 10 s older may come once more, and"
                                        + " ids tell. The last 2,000 events are held, of each"
                                        + " alert's condition only its last change over a restart;"
                                        + " an event that is not held gets all that are")
                        .takes(TYPES)
                        .answersAs("text/event-stream", this::stream));
    }

    /** How many listen. */
    int listening() {
        return MAX_STREAMS - streams.availablePermits();
    }

    /** How many streams were ended because their readers were too far behind, since the start. */
    long cutOff() {
        return cutOff.get();
    }

    /** How many streams were not begun because there were too many, since the start. */
    long refused() {
        return refused.get();
    }

    private void stream(Context ctx) throws IOException, InterruptedException {
        Set<EventLog.Type> types = types(TYPES.find(ctx));
        if (!streams.tryAcquire()) {
            refused.incrementAndGet();
            throw ProblemException.of(
                            HttpStatus.SERVICE_UNAVAILABLE,
                            MAX_STREAMS + " listen already, and more are not taken")
                    .withHeader("Retry-After", "30");
        }
        try {
            ctx.res().setContentType("text/event-stream");
            // Not Javalin's stream: that would compress, and so hold back what should leave at
            // once.
            write(ctx.res().getOutputStream(), types, ctx.header("Last-Event-ID"));
        } finally {
            streams.release();
        }
    }

    private static Set<EventLog.Type> types(Optional<String> words) {
        Set<EventLog.Type> types = EnumSet.noneOf(EventLog.Type.class);
        for (EventLog.Type type : EventLog.Type.values()) {
            if (words.isEmpty() || Arrays.asList(words.get().split(",")).contains(type.word())) {
                types.add(type);
            }
        }
        return types;
    }

    private void write(ServletOutputStream out, Set<EventLog.Type> types, @Nullable String last)
            throws IOException, InterruptedException {
        long next = log.end();
        out.write(ALIVE);
        if (last != null) {
            List<EventLog.Event> missed = log.after(last).orElseGet(log::all);
            send(out, missed, types);
            next = missed.isEmpty() ? next : Math.max(next, missed.getLast().number() + 1);
        }
        out.flush();
        while (true) {
            Optional<List<EventLog.Event>> events = log.await(next, HEARTBEAT);
            if (events.isEmpty()) {
                if (!log.isClosed()) {
                    cutOff.incrementAndGet();
                }
                return;
            }
            if (events.get().isEmpty()) {
                out.write(ALIVE);
            } else {
                send(out, events.get(), types);
                next = events.get().getLast().number() + 1;
            }
            out.flush();
        }
    }

    private static void send(
            ServletOutputStream out, List<EventLog.Event> events, Set<EventLog.Type> types)
            throws IOException {
        for (EventLog.Event event : events) {
            if (types.contains(event.type())) {
                out.write(EventLog.written(event));
            }
        }
    }

    /** Ends every stream. */
    @Override
    public void close() {
        log.close();
    }
}
