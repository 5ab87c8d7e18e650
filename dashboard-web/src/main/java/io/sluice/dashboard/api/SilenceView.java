package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.alert.Silence;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** A time in which nobody is told. */
@Described("A time in which nobody is told.")
record SilenceView(
        String id,
        @Described("Null for all of them.") @Nullable String slo,
        Instant from,
        Instant until,
        String reason,
        String by) {

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
    @Described(name = "Silences")
    record Page(
            List<SilenceView> silences,
            @Described("Where the next page begins, as ?cursor; null on the last.")
                    @Nullable String next) {}
}
