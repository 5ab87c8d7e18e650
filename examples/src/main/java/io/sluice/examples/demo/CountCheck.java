package io.sluice.examples.demo;

import io.sluice.examples.simulation.Pause;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what was sent with what Sluice counted, once the load has ended. */
final class CountCheck {
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(500);

    private CountCheck() {}

    /**
     * One comparison.
     *
     * @param counted what Sluice says; 0 when it has no such SLI
     */
    record Row(String sli, String side, String signal, long sent, long counted) {
        boolean exact() {
            return sent == counted;
        }
    }

    /** Where counts come from. */
    @FunctionalInterface
    interface Counts {
        List<SluiceApi.Counted> get() throws IOException, InterruptedException;
    }

    /**
     * Looks until everything is exact (a last scrape may be due), or the looks are used up; the
     * last look.
     */
    static List<Row> settle(Ledger ledger, Counts counts, Duration atMost, Pause pause)
            throws IOException, InterruptedException {
        List<Row> rows = compare(ledger.entries(), counts.get());
        for (long left = atMost.dividedBy(LOOK_INTERVAL);
                left > 0 && !rows.stream().allMatch(Row::exact);
                left--) {
            pause.pause(LOOK_INTERVAL);
            rows = compare(ledger.entries(), counts.get());
        }
        return rows;
    }

    static List<Row> compare(List<Ledger.Entry> sent, List<SluiceApi.Counted> counted) {
        Map<List<String>, Long> totals = new HashMap<>();
        // Rows of one SLI with several thresholds have the same total.
        counted.forEach(c -> totals.put(List.of(c.sli(), c.side()), c.total()));
        List<Row> rows = new ArrayList<>();
        for (Ledger.Entry entry : sent) {
            long total = totals.getOrDefault(List.of(entry.sli(), entry.side()), 0L);
            rows.add(new Row(entry.sli(), entry.side(), entry.signal(), entry.sent(), total));
        }
        return rows;
    }
}
