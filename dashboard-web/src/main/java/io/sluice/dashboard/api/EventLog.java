package io.sluice.dashboard.api;

import io.sluice.dashboard.http.Json;
import io.sluice.definitions.model.Cutover;
import io.sluice.engine.SloEngine;
import io.sluice.engine.alert.Alert;
import io.sluice.engine.cutover.Decision;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What was decided and what became of alerts, in the order in which it was seen here. It is read
 * from what the engine keeps, also at the start, so whoever was away can go on; ids follow from
 * what happened and are the same after a restart.
 *
 * <p>Nothing is looked at while nobody listens. Thread-safe.
 */
final class EventLog implements AutoCloseable {
    /** Events that are held; who is further behind is too slow. */
    static final int MAX_EVENTS = 2_000;

    /** Decisions of one cutover that a look begins with; it looks further if all are new. */
    private static final int FIRST_LOOK = 16;

    /** Most decisions of one cutover that one look takes in. */
    private static final int MAX_LOOK = 1_024;

    /**
     * Events are seen in another order than they happened by at most this, so whoever goes on gets
     * what is so much older once more.
     */
    static final Duration OVERLAP = Duration.ofSeconds(10);

    /** What an event is about. */
    enum Type {
        ALERT,
        DECISION;

        String word() {
            return this == ALERT ? "alert" : "decision";
        }
    }

    /**
     * One event.
     *
     * @param number its place here, from 0; another one after a restart
     * @param id stays what it is
     * @param data JSON in one line
     */
    record Event(long number, String id, Type type, Instant at, byte[] data) {}

    /** What an event will be when it has its place. */
    private record Seen(String id, Type type, Instant at, Object view) {}

    private final SloEngine engine;
    private final SloEngine.Subscription subscription;

    /**
     * Held while the engine is read, by one at a time; whoever tells of changes never waits for it.
     */
    private final ReentrantLock looking = new ReentrantLock();

    private final Map<String, String> lastOfAlert = new HashMap<>();
    private final Map<String, Set<String>> decided = new HashMap<>();
    private long lookedAt = -1;

    /** Held for moments; taken after {@link #looking} by whoever needs both. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changedOrClosed = lock.newCondition();
    private final List<Event> events = new ArrayList<>();
    private long first;
    private long changes;
    private boolean closed;

    private final int maxEvents;

    EventLog(SloEngine engine) {
        this(engine, MAX_EVENTS);
    }

    EventLog(SloEngine engine, int maxEvents) {
        this.engine = engine;
        this.maxEvents = maxEvents;
        this.subscription = engine.onChange(this::changed);
    }

    private void changed() {
        lock.lock();
        try {
            changes++;
            changedOrClosed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The number after that of the newest event. */
    long end() {
        look();
        lock.lock();
        try {
            return first + events.size();
        } finally {
            lock.unlock();
        }
    }

    /** Everything that is held. */
    List<Event> all() {
        look();
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What somebody gets whose last event this was: all after it, and some older ones once more.
     *
     * @return empty if the event is not held (any more)
     */
    Optional<List<Event>> after(String id) {
        List<Event> held = all();
        return held.stream()
                .filter(event -> event.id().equals(id))
                .findFirst()
                .map(
                        last ->
                                held.stream()
                                        .filter(event -> event.number() != last.number())
                                        .filter(
                                                event ->
                                                        event.number() > last.number()
                                                                || event.at()
                                                                        .isAfter(
                                                                                last.at()
                                                                                        .minus(
                                                                                                OVERLAP)))
                                        .toList());
    }

    /**
     * Waits for events from a number on, at most for {@code limit}.
     *
     * @return none if none came; empty if no more will: this is closed, or the first of them is not
     *     held any more
     */
    Optional<List<Event>> await(long from, Duration limit) throws InterruptedException {
        long nanos = limit.toNanos();
        while (true) {
            long seen = look();
            lock.lock();
            try {
                if (closed || from < first) {
                    return Optional.empty();
                }
                if (first + events.size() > from || nanos <= 0) {
                    int begin = Math.min((int) (from - first), events.size());
                    return Optional.of(List.copyOf(events.subList(begin, events.size())));
                }
                while (!closed && changes == seen && nanos > 0) {
                    nanos = changedOrClosed.awaitNanos(nanos);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether it is over for everybody. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes in what is new; whoever is first does it for all.
     *
     * @return how many changes that is up to
     */
    private long look() {
        looking.lock();
        try {
            long now = changesNow();
            if (now == lookedAt) {
                return now;
            }
            List<Seen> seen = new ArrayList<>();
            for (Alert alert : engine.alerts()) {
                seen(alert).ifPresent(seen::add);
            }
            for (Cutover cutover : engine.definitions().cutovers().values()) {
                seen.addAll(decisions(cutover.name()));
            }
            seen.sort(Comparator.comparing(Seen::at).thenComparing(Seen::id));
            append(seen);
            lookedAt = now;
            return now;
        } finally {
            looking.unlock();
        }
    }

    private long changesNow() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    private void append(List<Seen> seen) {
        List<byte[]> written = seen.stream().map(one -> Json.bytes(one.view())).toList();
        lock.lock();
        try {
            for (int i = 0; i < seen.size(); i++) {
                Seen one = seen.get(i);
                events.add(
                        new Event(
                                first + events.size(),
                                one.id(),
                                one.type(),
                                one.at(),
                                written.get(i)));
            }
            if (events.size() > maxEvents) {
                int over = events.size() - maxEvents;
                events.subList(0, over).clear();
                first += over;
            }
        } finally {
            lock.unlock();
        }
    }

    /** An alert that is in another state than when it was last seen, or began anew. */
    private Optional<Seen> seen(Alert alert) {
        Optional<Instant> at =
                switch (alert.state()) {
                    case INACTIVE -> Optional.empty();
                    case PENDING -> alert.conditionTrueAt();
                    case FIRING -> alert.firedAt();
                    // When the data stopped is not kept; it is the same firing.
                    case FROZEN -> alert.firedAt();
                    case RESOLVED -> alert.resolvedAt();
                };
        return at.map(
                        when ->
                                new Seen(
                                        "alert:" + alert.key() + ":" + alert.state() + ":" + when,
                                        Type.ALERT,
                                        when,
                                        AlertView.of(alert)))
                .filter(now -> !now.id().equals(lastOfAlert.put(alert.key(), now.id())));
    }

    private List<Seen> decisions(String cutover) {
        Set<String> known = decided.computeIfAbsent(cutover, name -> new HashSet<>());
        List<Decision> latest = engine.decisions(cutover, FIRST_LOOK);
        int looked = FIRST_LOOK;
        while (latest.size() == looked
                && looked < MAX_LOOK
                && latest.stream().noneMatch(decision -> known.contains(decision.evidenceId()))) {
            looked *= 2;
            latest = engine.decisions(cutover, looked);
        }
        List<Seen> fresh =
                latest.stream()
                        .filter(decision -> !known.contains(decision.evidenceId()))
                        .map(
                                decision ->
                                        new Seen(
                                                "decision:" + decision.evidenceId(),
                                                Type.DECISION,
                                                decision.evaluatedAt(),
                                                DecisionView.of(decision)))
                        .toList();
        known.clear();
        latest.forEach(decision -> known.add(decision.evidenceId()));
        return fresh;
    }

    /** Ends whoever waits. */
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

    /** An event as a stream carries it. */
    static byte[] written(Event event) {
        String head = "id: " + event.id() + "\nevent: " + event.type().word() + "\ndata: ";
        byte[] before = head.replace("\r", "").getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[before.length + event.data().length + 2];
        System.arraycopy(before, 0, bytes, 0, before.length);
        System.arraycopy(event.data(), 0, bytes, before.length, event.data().length);
        bytes[bytes.length - 2] = '\n';
        bytes[bytes.length - 1] = '\n';
        return bytes;
    }
}
