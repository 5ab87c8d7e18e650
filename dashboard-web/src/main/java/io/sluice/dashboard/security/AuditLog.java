package io.sluice.dashboard.security;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Every change, and every login: who, what, when, from where, and what became of it. All of them
 * are lines of a logger of their own; the last ones are held to be shown. Bodies and tokens are in
 * neither. Thread-safe.
 */
public final class AuditLog {
    /** The name of the logger, to send it to a place of its own. */
    static final String LOGGER = "io.sluice.audit";

    /** Entries that are held; older ones are in the logger's lines only. */
    static final int MAX_ENTRIES = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /**
     * One change.
     *
     * @param number from 0, since the start
     * @param who the principal's name; empty for somebody who is not known
     * @param what method and path, as they came
     * @param status what it was answered
     * @param from the address that it came from
     */
    public record Entry(
            long number, Instant at, String who, String what, int status, String from) {}

    private final InstantSource clock;
    private final Deque<Entry> newestFirst = new ArrayDeque<>();
    private long written;

    public AuditLog(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void write(String who, String what, int status, String from) {
        LOG.info("{} {} {}, from {}", who.isEmpty() ? "somebody unknown" : who, what, status, from);
        newestFirst.addFirst(new Entry(written, clock.instant(), who, what, status, from));
        written++;
        if (newestFirst.size() > MAX_ENTRIES) {
            newestFirst.removeLast();
        }
    }

    /** Those that are held. */
    public synchronized List<Entry> newestFirst() {
        return List.copyOf(newestFirst);
    }
}
