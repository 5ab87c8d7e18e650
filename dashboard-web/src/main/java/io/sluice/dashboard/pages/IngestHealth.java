package io.sluice.dashboard.pages;

import io.sluice.engine.IngestStatus;
import io.sluice.engine.measure.RejectReason;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What comes in.
 *
 * @param sentence all receivers together
 * @param shape {@code burning} if something was lost unread; what is refused, its sender knows
 */
public record IngestHealth(String sentence, String shape, List<Row> rows) {

    /** One receiver and signal. */
    public record Row(
            String receiver,
            String signal,
            String requests,
            String accepted,
            String refused,
            String lost) {}

    static IngestHealth of(IngestStatus status) {
        List<Row> rows = new ArrayList<>();
        long spans = 0;
        long points = 0;
        long refused = 0;
        long lost = 0;
        for (IngestStatus.Row row : status.rows()) {
            spans += row.signal().equals("spans") ? row.accepted() : 0;
            points += row.signal().equals("metrics") ? row.accepted() : 0;
            refused += sum(row.rejected());
            lost += sum(row.dropped());
            rows.add(
                    new Row(
                            row.receiver(),
                            row.signal(),
                            Format.count(row.requests()),
                            Format.count(row.accepted()),
                            byReason(row.rejected()),
                            byReason(row.dropped())));
        }
        return new IngestHealth(
                sentence(spans, points, refused, lost),
                shape(spans + points, lost),
                List.copyOf(rows));
    }

    private static String shape(long received, long lost) {
        return lost > 0 ? "burning" : received > 0 ? "met" : "unmeasured";
    }

    private static String sentence(long spans, long points, long refused, long lost) {
        if (spans + points == 0) {
            return "Nothing has been received yet.";
        }
        return Format.roughly(spans)
                + " spans and "
                + Format.roughly(points)
                + " metric points on disk since the start; "
                + (refused == 0 ? "none refused" : Format.count(refused) + " refused")
                + ", "
                + (lost == 0 ? "none lost" : Format.count(lost) + " lost")
                + ".";
    }

    private static long sum(Map<RejectReason, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String byReason(Map<RejectReason, Long> counts) {
        String text =
                counts.entrySet().stream()
                        .filter(entry -> entry.getValue() > 0)
                        .sorted(Map.Entry.comparingByKey())
                        .map(
                                entry ->
                                        Format.count(entry.getValue())
                                                + " "
                                                + entry.getKey().label().replace('_', ' '))
                        .reduce((a, b) -> a + ", " + b)
                        .orElse("");
        return text.isEmpty() ? "0" : text;
    }
}
