package io.sluice.engine.measure;

import io.sluice.engine.log.LogEntry;

/**
 * Reads one request's body and says what it contributes under one definition set. Pure: the same
 * entry gives the same extract, today and in a replay. Thread-safe. The collector implements it;
 * the engine calls it when an extract was made under another set than the one in force at its
 * offset, and in a replay.
 */
@FunctionalInterface
public interface Extractor {
    /**
     * Reads one entry.
     *
     * @throws MalformedRequestException if the body cannot be read at all; nothing of it may be
     *     stored
     */
    Extract extract(LogEntry entry) throws MalformedRequestException;

    /** Makes extractors, one per definition set. */
    @FunctionalInterface
    interface Factory {
        /** Compiles a plan's matchers. Thread-safe. */
        Extractor compile(MeasurePlan plan);
    }
}
