package io.sluice.engine.log;

/**
 * An entry with its place in the log.
 *
 * @param offset from 1, rising by one per record
 */
public record LogRecord(long offset, LogEntry entry) {}
