package io.sluice.engine.log;

/**
 * What the log keeps beside a record, so that whoever looks for a trace need not read the record.
 *
 * @param firstEventNanos the earliest event's time, nanoseconds since the epoch; 0 if there is none
 * @param lastEventNanos the latest event's time
 * @param traces of which its events are
 */
public record LogIndex(long firstEventNanos, long lastEventNanos, TraceFilter traces) {
    /** Of a record that nobody will look for. */
    public static final LogIndex NONE = new LogIndex(0, 0, TraceFilter.NONE);
}
