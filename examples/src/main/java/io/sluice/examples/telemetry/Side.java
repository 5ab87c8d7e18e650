package io.sluice.examples.telemetry;

import java.util.Locale;

/** Which of the two systems serves a request. */
public enum Side {
    LEGACY,
    PLATFORM;

    private final String tag = name().toLowerCase(Locale.ROOT);

    /** As it stands in telemetry: {@code legacy} or {@code platform}. */
    public String tag() {
        return tag;
    }

    /** The side of that tag. */
    public static Side of(String tag) {
        return tag.equals(PLATFORM.tag) ? PLATFORM : LEGACY;
    }
}
