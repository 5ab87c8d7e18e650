package io.sluice.dashboard.api;

import io.sluice.engine.alert.Silence;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** A time in which nobody is told. */
record SilenceView(
        String id, @Nullable String slo, Instant from, Instant until, String reason, String by) {

    static SilenceView of(Silence silence) {
        return new SilenceView(
                silence.id(),
                Views.orNull(silence.slo()),
                silence.from(),
                silence.until(),
                silence.reason(),
                silence.by());
    }

    /** {@code GET /api/v1/silences}. */
    record Page(List<SilenceView> silences) {}
}
