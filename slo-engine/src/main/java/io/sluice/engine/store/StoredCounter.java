package io.sluice.engine.store;

/**
 * The last known point of a cumulative stream.
 *
 * @param stream 32 hex digits
 * @param state packed; the format is the fold package's
 * @param seenAtEpochSecond when it was last seen, so that silent streams expire
 */
public record StoredCounter(String stream, byte[] state, long seenAtEpochSecond) {}
