package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.dashboard.openapi.OneOf;
import io.sluice.engine.SloEngine;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** {@code GET /api/v1/counts}: raw whole counts since the store began. */
record CountsView(
        List<Row> counts,
        @Described("Where the next page begins, as ?cursor; null on the last.")
                @Nullable String next) {
    static CountsView of(Paging.Page<SloEngine.CountRow> page) {
        return new CountsView(page.map(Row::of), page.next());
    }

    @Described(name = "Count")
    record Row(
            String sli,
            @Described("Null for an objective's own series.") @Nullable String cutover,
            @OneOf(words = {"baseline", "candidate", "all"}) String side,
            @Described("spans, metrics or logs.") String signal,
            long good,
            long total) {
        static Row of(SloEngine.CountRow row) {
            return new Row(
                    row.sli(),
                    row.cutover().isEmpty() ? null : row.cutover(),
                    row.side(),
                    row.signal(),
                    row.good(),
                    row.total());
        }
    }
}
