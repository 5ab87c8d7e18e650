package io.sluice.engine.limit;

/**
 * Who causes much of something, since start.
 *
 * @param what of which this is much
 * @param who a sender or an SLI, for people
 * @param rule which rule refused it: a reason, or a limit's name; empty where nothing was refused
 * @param count at most; the true number is not below {@code count - over}
 * @param over by how much the count may be too high
 */
public record Offender(What what, String who, String rule, long count, long over) {

    /** What is counted. */
    public enum What {
        /** Items that were refused or lost. */
        REFUSED_ITEMS,
        /** Bytes of accepted bodies, as they were sent. */
        BYTES,
        /** Groups that got a series of their own. */
        NEW_SERIES,
        /** Contributions to groups that got none. */
        OVERFLOW
    }
}
