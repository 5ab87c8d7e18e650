package io.sluice.dashboard.api;

import io.sluice.dashboard.openapi.Described;
import io.sluice.engine.IngestStatus;
import io.sluice.engine.measure.RejectReason;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code GET /api/v1/ingest}: what came in and what became of it, since the start. */
record IngestView(
        List<Row> receivers,
        @Described("Where the next page begins, as ?cursor; null on the last.")
                @Nullable String next) {
    static IngestView of(Paging.Page<IngestStatus.Row> page) {
        return new IngestView(page.map(Row::of), page.next());
    }

    @Described(name = "Receiver", value = "accepted + rejected + dropped is what was sent.")
    record Row(
            String receiver,
            String signal,
            long requests,
            long accepted,
            @Described("Items by reason; the sender was told.") Map<String, Long> rejected,
            @Described("Items by reason that were lost before they could be read (UDP" + " only).")
                    Map<String, Long> dropped) {
        static Row of(IngestStatus.Row row) {
            return new Row(
                    row.receiver(),
                    row.signal(),
                    row.requests(),
                    row.accepted(),
                    byLabel(row.rejected()),
                    byLabel(row.dropped()));
        }

        private static Map<String, Long> byLabel(Map<RejectReason, Long> counts) {
            Map<String, Long> byLabel = new TreeMap<>();
            counts.forEach((reason, count) -> byLabel.put(reason.label(), count));
            return byLabel;
        }
    }
}
