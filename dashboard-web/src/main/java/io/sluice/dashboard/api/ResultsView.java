package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.results.Results;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** {@code GET /api/v1/results}: before against after. */
record ResultsView(
        @Described("Null while no table is defined.") @Nullable String name,
        Period before,
        Period after,
        List<Row> rows) {
    /** No table is defined. */
    static final ResultsView NONE =
            new ResultsView(null, new Period(null, null), new Period(null, null), List.of());

    static ResultsView of(Results results) {
        return new ResultsView(
                results.name(),
                Period.of(results.before()),
                Period.of(results.after()),
                results.rows().stream().map(Row::of).toList());
    }

    record Period(@Nullable Instant from, @Nullable Instant to) {
        static Period of(Results.Period period) {
            return new Period(Views.orNull(period.from()), Views.orNull(period.to()));
        }
    }

    @Described(name = "ResultsRow")
    record Row(
            String metric,
            String unit,
            @Described("Null while it is unmeasured.") @Nullable Double before,
            @Described("Null while it is unmeasured.") @Nullable Double after,
            @Described("In words.") @Nullable String improvement,
            @Described("Why something is missing, or is not exact.") @Nullable String note) {
        static Row of(Results.Row row) {
            return new Row(
                    row.metric(),
                    row.unit(),
                    Views.orNull(row.before()),
                    Views.orNull(row.after()),
                    Views.orNull(row.improvement()),
                    Views.orNull(row.note()));
        }
    }
}
