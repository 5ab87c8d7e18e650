package io.sluice.engine.store;

/**
 * The last known points of cumulative streams that are stored together.
 *
 * @param stream which ones; unique
 * @param state packed; the format is the fold package's
 * @param seenAtEpochSecond when any was last seen, so that silent streams expire
 */
public record StoredCounter(String stream, byte[] state, long seenAtEpochSecond) {}
