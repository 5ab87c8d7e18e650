package io.sluice.collector.extract;

import io.sluice.engine.log.LogEntry;
import io.sluice.engine.measure.MalformedRequestException;

/**
 * Understands the bodies of one kind of log entry. Pure, thread-safe and without state: the same
 * entry gives the same events, today and in a replay.
 *
 * <p>To add a receiver, write its decoder and add it to the list that {@link Extractors} is made
 * with.
 */
public interface Decoder {

    /** The {@link LogEntry#kind()}, for example {@code otlp-traces}. */
    String kind();

    /** What an item is: {@code spans}, {@code metrics} or {@code logs}. */
    String signal();

    /**
     * Whether a sender whose answer got lost sends the same body again, so that the body's digest
     * must be remembered.
     */
    boolean repeats();

    /**
     * Tells the accumulator of every item in a body: resource by resource, event by event, each
     * admitted or rejected.
     *
     * @param entry where the body came from and when; its own body may be compressed and is not to
     *     be read
     * @param body the decompressed body, in the first {@code length} bytes
     * @throws MalformedRequestException if the body as a whole cannot be read; nothing of it is
     *     counted
     */
    void decode(LogEntry entry, byte[] body, int length, Accumulator into)
            throws MalformedRequestException;
}
