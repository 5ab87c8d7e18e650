package io.sluice.engine.log;

/**
 * A record that is on disk, on its way to apply. Its bytes count as in flight until it is released.
 *
 * @param attachment what came with the entry, for example its extract
 * @param release to be run once, by whoever is done with the record
 */
public record Committed<A>(LogRecord record, A attachment, Runnable release) {}
