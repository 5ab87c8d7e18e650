package io.sluice.engine.measure;

import java.util.Locale;

/** Why an item, or a whole request, was refused or dropped. Each is a counter's label. */
public enum RejectReason {
    MALFORMED,
    OVERSIZE,
    TOO_DEEP,
    UNSUPPORTED,
    INVALID_ID,
    INVALID_TIME,
    FUTURE,
    TOO_OLD,
    INVALID_VALUE,
    INVALID_TEMPORALITY,
    NO_TIMESTAMP,
    OVERLOAD,
    SLOW_SENDER,
    KERNEL_DROP,
    UNAUTHORIZED,
    UNAVAILABLE;

    /** As a metric label: {@code too_old}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
